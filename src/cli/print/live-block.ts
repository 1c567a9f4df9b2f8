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
  let height = 0;
  const home = () => (height > 1 ? `\r${csi}${height - 1}A` : "\r");
  return {
    draw: async (lines) => {
      // A line that wraps would stand on two rows, and the way back up would be one short.
      const width = Math.max(1, streams.columns() - 1);
      const rows = lines.map((line) => `${shorten(line, width)}${csi}K`);
      const frame = `${height === 0 ? "" : home()}${rows.join("\n")}${csi}J`;
      height = lines.length;
      return write(frame);
    },
    erase: async () => {
      if (height === 0) return;
      const frame = `${home()}${csi}J`;
      height = 0;
      await write(frame);
    },
  };
}

// East Asian wide characters and emoji take two columns.
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

function shorten(line: string, columns: number): string {
  let used = 0;
  let text = "";
  for (const character of line) {
    const width = wide.test(character) ? 2 : 1;
    if (used + width > columns) return `${text.slice(0, -1)}…`;
    used += width;
    text += character;
  }
  return line;
}
