import { cleanText } from "./clean-text.ts";

const strictMark = '": strict decoding error: ';
const longestQuote = 80;

/**
 * An API server's message, fit to be shown. A refused patch quotes the whole live object, Secrets included, so what is
 * quoted is cut: after a strict decoding error only its last sentence stays, and a quoted value that is long or looks
 * like an object becomes `…` (measured on kube-apiserver 1.36).
 */
export function statusMessage(message: string): string {
  const mark = message.lastIndexOf(strictMark);
  return cleanText(dropQuotedObjects(mark < 0 ? message : message.slice(mark + strictMark.length)));
}

function dropQuotedObjects(message: string): string {
  let kept = "";
  let rest = message;
  for (;;) {
    const found = /\b(?:Invalid|Unsupported|Duplicate) value: /.exec(rest);
    if (found === null) return kept + rest;
    const start = found.index + found[0].length;
    kept += rest.slice(0, start);
    rest = rest.slice(start);
    const length = valueLength(rest);
    const value = rest.slice(0, length);
    kept += isPlain(value) ? value : "…";
    rest = rest.slice(length);
  }
}

function isPlain(value: string): boolean {
  const open = value.startsWith('"') && !/^".*"$/s.test(value);
  return !open && value.length <= longestQuote && !/[{[]/.test(value);
}

/** Length of the quoted value that `text` starts with. */
function valueLength(text: string): number {
  const quoted = /^"(?:[^"\\]|\\.)*"/s.exec(text);
  if (quoted !== null) return quoted[0].length;
  // An unterminated quote: nothing after it can be told from the value.
  if (text.startsWith('"')) return text.length;
  const bare = /^[^\s:{[]*(?=: |$)/.exec(text);
  if (bare !== null) return bare[0].length;
  // A printed structure. Its own strings may hold any text, so only the last closing bracket ends it for certain.
  const end = Math.max(...["}: ", "]: ", "): "].map((closing) => text.lastIndexOf(closing)));
  return end < 0 ? text.length : end + 1;
}
