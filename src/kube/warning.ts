import { cleanText } from "./clean-text.ts";

const warning = /\s*299\s+\S+\s+"((?:[^"\\]|\\.)*)"(?:\s+"[^"]*")?\s*(?:,|$)/y;

/**
 * Texts of the `Warning` headers of an answer (RFC 7234, code 299, the only one that Kubernetes sends), cleaned, without
 * repeats, in their order. `fetch` joins several headers with a comma. What cannot be read is left out.
 */
export function parseWarnings(headers: Headers): readonly string[] {
  const value = headers.get("warning");
  if (value === null) return [];
  const texts = new Set<string>();
  warning.lastIndex = 0;
  for (let match = warning.exec(value); match !== null; match = warning.exec(value)) {
    texts.add(cleanText((match[1] ?? "").replace(/\\(.)/g, "$1")));
  }
  return [...texts].filter((text) => text !== "");
}
