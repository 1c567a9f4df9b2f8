import { isJsonObject } from "../object.ts";
import { type FieldType, fieldsOf } from "./schema.ts";

export interface Decoded {
  readonly value: Readonly<Record<string, unknown>>;
  /** Paths of fields that the type does not have, in the order of the document. */
  readonly unknown: readonly string[];
}

/** Which decoder's words an error uses: that of a JSON document or that of a strategic merge. */
export type DecoderVoice = "json" | "unstructured";

interface Walk {
  readonly unknown: string[];
  readonly voice: DecoderVoice;
  error: string | undefined;
}

/**
 * Reads a document as one of the served types: unknown fields are dropped and named, null and empty collections are left out.
 * A value of a wrong type is an error in the decoder's own words.
 */
export function decode(
  document: Readonly<Record<string, unknown>>,
  type: string,
  voice: DecoderVoice,
): Decoded | string {
  const walk: Walk = { unknown: [], voice, error: undefined };
  const value = decodeObject(walk, document, type, [], "");
  return walk.error ?? { value, unknown: walk.unknown };
}

function decodeObject(
  walk: Walk,
  document: Readonly<Record<string, unknown>>,
  type: string,
  trail: readonly string[],
  path: string,
): Record<string, unknown> {
  const fields = fieldsOf(type);
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(document)) {
    if (walk.error !== undefined) break;
    const field = fields?.get(key);
    const place = path === "" ? key : `${path}.${key}`;
    if (field === undefined) {
      walk.unknown.push(place);
      continue;
    }
    const value = decodeValue(walk, item, field, { type, trail: [...trail, key], path: place });
    const isLeftOut = field.shape === "scalar" && field.omitsZero && (value === "" || value === 0 || value === false);
    if (value !== undefined && !isLeftOut) result[key] = value;
  }
  return result;
}

interface Place {
  /** The Go struct that holds the field. */
  readonly type: string;
  readonly trail: readonly string[];
  readonly path: string;
}

function decodeValue(walk: Walk, item: unknown, field: FieldType, place: Place): unknown {
  if (item === null || item === undefined) return undefined;
  switch (field.shape) {
    case "object":
      if (!isJsonObject(item)) return refuse(walk, item, `v1.${field.name}`, place);
      return decodeObject(walk, item, field.name, place.trail, place.path);
    case "map": {
      if (!isJsonObject(item)) return refuse(walk, item, "map[string]string", place);
      const entries: [string, unknown][] = [];
      for (const [key, value] of Object.entries(item)) {
        const decoded = decodeValue(walk, value, field.value, { ...place, path: `${place.path}.${key}` });
        entries.push([key, decoded ?? (field.value.shape === "scalar" ? "" : {})]);
      }
      return entries.length === 0 ? undefined : Object.fromEntries(entries);
    }
    case "list": {
      if (!Array.isArray(item)) return refuse(walk, item, `[]${goType(field.item)}`, place);
      if (item.length === 0) return undefined;
      return item.map((value, index) =>
        decodeValue(walk, value, field.item, { ...place, path: `${place.path}[${index}]` }),
      );
    }
    case "scalar":
      return decodeScalar(walk, item, field.name, place);
  }
}

function decodeScalar(walk: Walk, item: unknown, name: string, place: Place): unknown {
  switch (name) {
    case "string":
    case "byte":
      return typeof item === "string" ? item : refuse(walk, item, "string", place);
    case "boolean":
      return typeof item === "boolean" ? item : refuse(walk, item, "bool", place);
    case "int32":
    case "int64":
      return typeof item === "number" && Number.isInteger(item) ? item : refuse(walk, item, name, place);
    case "number":
      return typeof item === "number" ? item : refuse(walk, item, "float64", place);
    case "intOrString":
      return typeof item === "string" || typeof item === "number"
        ? item
        : refuse(walk, item, "intstr.IntOrString", place);
    case "quantity":
      return typeof item === "number" ? String(item) : item;
    case "time":
      return decodeTime(walk, item, timePattern, "2006-01-02T15:04:05Z07:00", place);
    case "microTime":
      return decodeTime(walk, item, microTimePattern, "2006-01-02T15:04:05.000000Z07:00", place);
    default:
      return item;
  }
}

const timePattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const microTimePattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{6}(Z|[+-]\d\d:\d\d)$/;

function decodeTime(walk: Walk, item: unknown, pattern: RegExp, layout: string, place: Place): unknown {
  if (typeof item !== "string") return refuse(walk, item, "string", place);
  if (pattern.test(item)) return item;
  const seconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(item)?.[0];
  const rest = seconds === undefined ? item : item.slice(seconds.length);
  const wanted = seconds === undefined ? "2006" : layout.includes(".") ? ".000000" : "Z07:00";
  walk.error ??= `parsing time "${item}" as "${layout}": cannot parse "${rest.startsWith(".") ? rest.replace(/^\.\d+/, "") : rest}" as "${wanted}"`;
  return undefined;
}

function refuse(walk: Walk, item: unknown, wanted: string, place: Place): undefined {
  walk.error ??=
    walk.voice === "json"
      ? `json: cannot unmarshal ${jsonType(item)} into Go struct field ${place.type}.${place.trail.join(".")} of type ${wanted}`
      : wanted === "string"
        ? `cannot convert ${goValueType(item)} to string`
        : `unrecognized type: ${wanted}`;
  return undefined;
}

function jsonType(item: unknown): string {
  if (Array.isArray(item)) return "array";
  if (typeof item === "boolean") return "bool";
  return typeof item;
}

function goValueType(item: unknown): string {
  if (typeof item === "number") return Number.isInteger(item) ? "int64" : "float64";
  if (typeof item === "boolean") return "bool";
  return Array.isArray(item) ? "[]interface {}" : "map[string]interface {}";
}

function goType(field: FieldType): string {
  if (field.shape === "object") return `v1.${field.name}`;
  return field.shape === "scalar" && field.name !== "boolean" ? field.name : "bool";
}
