const plain = /^[\x20-\x7e]*$/;
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

// East Asian Wide and Fullwidth (Unicode 16, UAX 11), as far as names and messages hold them.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18d8f}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;
const emoji = /\p{Emoji_Presentation}|\ufe0f/u;
const invisible = /^[\p{M}\p{Cf}\p{Cc}]+$/u;

/** Columns of a terminal that a text takes. */
export function textWidth(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (invisible.test(grapheme)) return 0;
  return wide.test(grapheme) || emoji.test(grapheme) ? 2 : 1;
}

/** The text in exactly so many columns; what is too long loses its end, visibly. */
export function column(text: string, width: number, side: "left" | "right" = "left", ascii = false): string {
  return padded(cutEnd(text, width, ascii), width, side);
}

/** The same for a name: its middle goes, because names differ at both ends. */
export function nameColumn(name: string, width: number, ascii = false): string {
  if (textWidth(name) <= width) return padded(name, width, "left");
  const gap = gapOf(ascii, width);
  const room = width - gap.length;
  const graphemes = graphemesOf(name);
  const front = take(graphemes, Math.ceil(room / 2));
  const back = take(graphemes.toReversed(), room - textWidth(front.join(""))).toReversed();
  return padded(`${front.join("")}${gap}${back.join("")}`, width, "left");
}

/** The beginning of a text that fits. */
export function cutEnd(text: string, width: number, ascii = false): string {
  if (textWidth(text) <= width) return text;
  const gap = gapOf(ascii, width);
  return `${take(graphemesOf(text), width - gap.length).join("")}${gap}`;
}

const replacements: Readonly<Record<string, string>> = { "…": "...", "─": "-", "│": "|", "·": "|" };

/** The text in ASCII alone; a character without a likeness becomes a question mark. */
export function asciiText(text: string): string {
  if (plain.test(text)) return text;
  return graphemesOf(text)
    .map((grapheme) => (plain.test(grapheme) ? grapheme : (replacements[grapheme] ?? "?")))
    .join("");
}

function gapOf(ascii: boolean, width: number): string {
  const gap = ascii ? "..." : "…";
  return width < gap.length + 2 ? gap.slice(0, Math.min(1, Math.max(0, width))) : gap;
}

function graphemesOf(text: string): readonly string[] {
  return plain.test(text) ? text.split("") : Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function take(graphemes: readonly string[], width: number): readonly string[] {
  let used = 0;
  let index = 0;
  for (; index < graphemes.length; index += 1) {
    used += textWidth(graphemes[index] ?? "");
    if (used > width) break;
  }
  return graphemes.slice(0, index);
}

function padded(text: string, width: number, side: "left" | "right"): string {
  const blank = " ".repeat(Math.max(0, width - textWidth(text)));
  return side === "left" ? `${text}${blank}` : `${blank}${text}`;
}
