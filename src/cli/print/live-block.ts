import type { Streams } from "../../core/index.ts";

/** Lines at the foot of a terminal that are redrawn in place. */
export interface LiveBlock {
  /**
   * Draws the lines in place of those that stand there; one write, so that nothing flickers. Resolves false when the
   * stream is closed.
   */
  readonly draw: (lines: readonly string[]) => Promise<boolean>;
  /** Takes the lines away, so that something lasting can be written. */
  readonly erase: () => Promise<void>;
}

const csi = "\u001b[";

/** A block on standard error, or whatever `write` writes to, which must be a terminal that moves its cursor. */
export function createLiveBlock(streams: Streams, write: Streams["err"] = streams.err): LiveBlock {
  let widths: readonly number[] = [];
  const home = () => {
    const columns = Math.max(1, streams.columns());
    // A terminal that became narrower has wrapped what stood there.
    const rows = widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return rows > 1 ? `\r${csi}${rows - 1}A` : "\r";
  };
  return {
    draw: async (lines) => {
      // A line that wraps would stand on two rows, and the way back up would be one short.
      const limit = Math.max(1, streams.columns() - 1);
      const shown = lines.map((line) => shorten(line, limit));
      const frame = `${widths.length === 0 ? "" : home()}${shown.map(({ text }) => `${text}${csi}K`).join("\n")}${csi}J`;
      widths = shown.map(({ width }) => width);
      return write(frame);
    },
    erase: async () => {
      if (widths.length === 0) return;
      const frame = `${home()}${csi}J`;
      widths = [];
      await write(frame);
    },
  };
}

// East Asian wide characters and emoji take two columns.
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

function shorten(line: string, columns: number): { readonly text: string; readonly width: number } {
  let used = 0;
  let text = "";
  for (const character of line) {
    const width = wide.test(character) ? 2 : 1;
    if (used + width > columns) return { text: `${text.slice(0, -1)}…`, width: used };
    used += width;
    text += character;
  }
  return { text: line, width: used };
}
