// Terminal escape sequences: CSI, the string kinds (OSC, DCS, SOS, PM, APC) up to their end, and the two-byte ones.
// They go before the control characters, so that no tail of a sequence stays behind as text.
const escapeSequences =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;

// Beside C0 and C1: line and paragraph separators, soft hyphen, zero-width and bidirectional controls, which hide or
// re-order what a reader sees.
const controls = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

const bearer = /\b(Bearer\s+)[\w.~+/=-]+/gi;

/**
 * Text of a cluster, made fit for one line of a terminal, a log or a journal: no escape sequences, no control
 * characters, no bearer token, single spaces, at most `limit` characters (UTF-16 units), the last of them `…` when cut.
 */
export function cleanText(text: string, limit = 1000): string {
  const clean = text
    .toWellFormed()
    .replace(escapeSequences, "")
    .replace(controls, " ")
    .replace(bearer, "$1…")
    .replace(/\s+/g, " ")
    .trim();
  return clean.length <= limit
    ? clean
    : `${clean
        .slice(0, limit - 1)
        .toWellFormed()
        .replace(/\ufffd$/, "")}…`;
}
