// Terminal escape sequences: CSI, the string kinds (OSC, DCS, SOS, PM, APC) up to their end, and the short ones. They go
// before the control characters, so that no tail of a sequence stays behind as text.
const esc = "\u001b";
const bell = "\u0007";
const terminator = `(?:${bell}|${esc}\\\\|\u009c)`;
const escapeSequences = new RegExp(
  [
    `(?:${esc}\\[|\u009b)[0-?]*[ -/]*[@-~]?`,
    `(?:${esc}[\\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^${bell}${esc}\u009c]*${terminator}?`,
    `${esc}[ -/]*[0-~]?`,
  ].join("|"),
  "g",
);

// Controls; soft hyphens, zero-width and bidirectional formats, which hide or re-order what a reader sees; line and
// paragraph separators.
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

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
