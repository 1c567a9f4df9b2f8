import { invalid } from "./errors.ts";

/** Where a list goes on. */
export interface PageToken {
  readonly cluster: string;
  /** Of the filter that the list began with. */
  readonly filter: string;
  /** The API server's own token. */
  readonly continue: string;
}

/** base64url of JSON: a client stores it and never looks inside. */
export function writePageToken({ cluster, filter, continue: next }: PageToken): string {
  const text = JSON.stringify({ version: 1, filter, cluster, continue: next });
  const binary = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** Reads a token of the same list; one of another filter or cluster, and what is no token, is the caller's mistake. */
export function readPageToken(text: string, { cluster, filter }: Omit<PageToken, "continue">): string {
  const token = parse(text);
  if (token === undefined) throw invalid("page_token is not one of this server");
  if (token.cluster !== cluster || token.filter !== filter) throw invalid("page_token belongs to another list");
  return token.continue;
}

function parse(text: string): PageToken | undefined {
  if (!/^[A-Za-z0-9_-]{1,8192}$/.test(text)) return undefined;
  try {
    const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const read: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isToken(read) ? read : undefined;
  } catch {
    // Whatever it is, it is none of ours.
    return undefined;
  }
}

function isToken(value: unknown): value is PageToken {
  if (typeof value !== "object" || value === null || !("version" in value) || value.version !== 1) return false;
  return ["cluster", "filter", "continue"].every(
    (key) => typeof (value as Readonly<Record<string, unknown>>)[key] === "string",
  );
}
