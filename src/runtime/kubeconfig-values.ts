import { dirname, isAbsolute, resolve } from "node:path";
import type { KubeconfigDocument, ValuePath } from "./kubeconfig-document.ts";
import { invalidKubeconfig } from "./kubeconfig-document.ts";

/** A map whose values were not looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Typed access to the fields of one map. Empty text counts as not written, as in kubectl. */
export interface FieldReader {
  readonly text: (key: string) => string | undefined;
  readonly texts: (key: string) => readonly string[];
  readonly boolean: (key: string) => boolean;
  readonly path: (key: string) => string | undefined;
  readonly data: (key: string) => string | undefined;
}

/** Reads the fields of one map; a value of the wrong type throws `InvalidConfig` with its line. */
export function fieldReader(document: KubeconfigDocument, fields: Fields, path: ValuePath): FieldReader {
  const text = (key: string): string | undefined => textAt(document, fields[key], [...path, key]) || undefined;
  return {
    text,
    texts: (key) => textsAt(document, fields[key], [...path, key]),
    boolean: (key) => booleanAt(document, fields[key], [...path, key]),
    path: (key) => {
      const written = text(key);
      return written === undefined ? undefined : absolute(document.file, written);
    },
    data: (key) => {
      const written = text(key);
      return written === undefined ? undefined : decodeBase64(document, written, [...path, key]);
    },
  };
}

/** `path` as written in `file`, made absolute. */
export function absolute(file: string, path: string): string {
  return isAbsolute(path) ? path : resolve(dirname(file), path);
}

function decodeBase64(document: KubeconfigDocument, written: string, path: ValuePath): string {
  // Go's decoder skips line breaks and nothing else, and wants the padding.
  const base64 = written.replace(/[\r\n]/gu, "");
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/u.test(base64)) {
    throw wrong(document, path, "is not base64");
  }
  return Buffer.from(base64, "base64").toString("utf8");
}

/** Text, or undefined for nothing; another type throws with its line. */
export function textAt(document: KubeconfigDocument, value: unknown, path: ValuePath): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  const quotes = typeof value === "object" ? "" : "; put it in quotes";
  throw wrong(document, path, `must be text, not ${typeName(value)}${quotes}`);
}

/** A list of texts; nothing is an empty list. */
export function textsAt(document: KubeconfigDocument, value: unknown, path: ValuePath): readonly string[] {
  return listAt(document, value, path).map((item, index) => textAt(document, item, [...path, index]) ?? "");
}

function booleanAt(document: KubeconfigDocument, value: unknown, path: ValuePath): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === "boolean") return value;
  throw wrong(document, path, `must be true or false, not ${typeName(value)}`);
}

/** A list; nothing is an empty list. */
export function listAt(document: KubeconfigDocument, value: unknown, path: ValuePath): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw wrong(document, path, `must be a list, not ${typeName(value)}`);
}

/** A map; nothing is an empty map. */
export function mapAt(document: KubeconfigDocument, value: unknown, path: ValuePath): Fields {
  if (value === undefined || value === null) return {};
  if (isFields(value)) return value;
  throw wrong(document, path, `must be a map, not ${typeName(value)}`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return value instanceof Uint8Array ? "binary data" : "a map";
  return typeof value === "string" ? "text" : `a ${typeof value}`;
}

/** An `InvalidConfig` for the value at `path`. */
export function wrong(document: KubeconfigDocument, path: ValuePath, problem: string): Error {
  const name = path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? key : `${text}.${key}`),
    "",
  );
  return invalidKubeconfig(document.file, document.lineOf(path), `${name === "" ? "the file" : name} ${problem}`);
}

/** `{ [key]: value }`, or nothing to spread: an absent optional field is left out, never undefined. */
export function defined<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  // The computed key widens to string; the signature says which one it is.
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };
}
