import { cleanText } from "./clean-text.ts";
import { RestartError } from "./error.ts";

/** What every object of the API has. Fields of the metadata beyond these are the projection's to read. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly {
      readonly apiVersion: string;
      readonly kind: string;
      readonly name: string;
      readonly uid: string;
      readonly controller?: boolean;
    }[];
  };
  readonly [field: string]: unknown;
}

/**
 * Reads an answer that must be JSON of one kind; anything else is `UnexpectedAnswer` (a proxy's login page comes with
 * 200). A body that is cut short is `Unreachable`: the answer never came whole. The fields beyond `kind` and `metadata`
 * are trusted to be what the API promises of that kind.
 */
export async function readAnswer<T>(response: Response, expectedKind: string): Promise<T> {
  const object = await readObject(response, expectedKind);
  if (object.kind !== expectedKind) throw unexpected(response, expectedKind, cleanText(object.kind, 63));
  return object as T;
}

/** Reads an answer that must be some object of the API; `expected` names it in the message. */
export async function readObject(response: Response, expected: string): Promise<{ readonly kind: string }> {
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    throw cutShort(error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unexpected(response, expected, contentType(response));
  }
  const { kind, metadata }: Partial<KubeObject> = typeof value === "object" && value !== null ? value : {};
  if (typeof kind !== "string" || kind === "" || typeof metadata !== "object" || metadata === null) {
    throw unexpected(response, expected, "JSON that is no object of it");
  }
  return value as { readonly kind: string };
}

function contentType(response: Response): string {
  const type = cleanText(response.headers.get("content-type") ?? "", 63).split(";")[0] ?? "";
  return type === "" ? "something that is no JSON" : type === "application/json" ? "broken JSON" : type;
}

/** The bytes of an answer; a body that is cut short is `Unreachable`. */
export async function readBytes(response: Response): Promise<Uint8Array> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw cutShort(error);
  }
}

function cutShort(cause: unknown): RestartError {
  return new RestartError("Unreachable", "the answer of the API server was cut short", {
    cause,
    detail: { sent: "yes" },
  });
}

/** An answer of another kind than was asked for. */
export function unexpected(response: Response, expected: string, got: string): RestartError {
  return new RestartError("UnexpectedAnswer", `the API server was asked for ${expected} and answered ${got}`, {
    status: response.status,
  });
}
