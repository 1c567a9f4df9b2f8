/** What a line means, so that colour can repeat it; the words say it, too. */
export type Tone = "good" | "bad" | "caution" | "dim" | "strong" | "chosen";

/** One line of a screen. It is cut at the screen's edge, never wrapped. */
export interface Line {
  readonly text: string;
  readonly tone?: Tone;
}

/** Breaks a sentence at its spaces into rows of at most `width` characters; a longer word is broken. */
function wrapWords(text: string, width: number): readonly string[] {
  const rows: string[] = [];
  let row = "";
  for (let word of text.split(" ")) {
    while (word.length > width) {
      if (row !== "") rows.push(row);
      row = "";
      rows.push(word.slice(0, width));
      word = word.slice(width);
    }
    if (row !== "" && row.length + 1 + word.length > width) {
      rows.push(row);
      row = word;
    } else row = row === "" ? word : `${row} ${word}`;
  }
  return row === "" && rows.length > 0 ? rows : [...rows, row];
}

/** A sentence under a label, further rows indented below its beginning. */
export function labelled(label: string, text: string, width: number, tone?: Tone): readonly Line[] {
  return wrapWords(text, Math.max(10, width - label.length)).map((row, index) => ({
    text: `${index === 0 ? label : " ".repeat(label.length)}${row}`,
    ...(tone !== undefined && { tone }),
  }));
}

/** The part of a text that fits: its middle goes, because names differ at both ends. */
export function shorten(text: string, width: number, ascii: boolean): string {
  if (text.length <= width) return text;
  const gap = ascii ? "..." : "…";
  const rest = Math.max(0, width - gap.length);
  const front = Math.ceil(rest / 2);
  return `${text.slice(0, front)}${gap}${text.slice(text.length - (rest - front))}`.slice(0, width);
}

/** First index of a window of `rows` lines over `total` that shows `cursor`, moved as little as possible from `before`. */
export function windowStart(before: number, cursor: number, rows: number, total: number): number {
  const last = Math.max(0, total - rows);
  return Math.min(last, Math.max(0, Math.min(cursor, Math.max(before, cursor - rows + 1))));
}
