import { cleanLine, cleanText } from "../core/index.ts";

// What cleanText would change, so that the common case costs one look.
const suspect = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|\s\s|^\s|\s$|Bearer/iu;

/** A copy of a value in which every text that a cluster may have written is fit for a terminal. */
export function cleaned<T>(value: T): T {
  if (typeof value === "string") return (suspect.test(value) ? cleanText(value) : value) as T;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => cleaned<unknown>(item)) as T;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === "logs" ? cleanedLines(item) : cleaned<unknown>(item)]),
  ) as T;
}

// Lines of a log keep their indentation.
function cleanedLines(value: unknown): unknown {
  return Array.isArray(value)
    ? value.map((line: unknown) => (typeof line === "string" ? cleanLine(line) : cleaned(line)))
    : cleaned(value);
}

// JSON escapes the ASCII controls itself. DEL, the C1 controls and the formats that hide or re-order text it does not.
const unescaped = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** JSON that is safe to show on a terminal. It parses to the same value. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    unescaped,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
