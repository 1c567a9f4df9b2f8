import { Box, Text } from "ink";
import type { ReactNode } from "react";
import type { Line, Tone } from "../lines/line.ts";
import { asciiText, cutEnd } from "../lines/text-width.ts";
import type { Look } from "../screen.ts";

// Own sequences, because Ink asks the environment about colour and not us; it passes them on as they are.
const sequences: Readonly<Record<Tone, string>> = {
  good: "32",
  bad: "31",
  caution: "33",
  dim: "2",
  strong: "1",
  chosen: "7",
};

/** Lines of a screen, one text each: a box for every cell costs several times as much. */
export function Lines({
  lines,
  columns,
  look,
}: {
  readonly lines: readonly Line[];
  readonly columns: number;
  readonly look: Look;
}): ReactNode {
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity beside its place on the screen
        <Text key={index} wrap="truncate-end">
          {styled(line, columns, look)}
        </Text>
      ))}
    </Box>
  );
}

function styled({ text, tone }: Line, columns: number, { colour, ascii }: Look): string {
  // An empty text takes no row.
  const shown = cutEnd(ascii ? asciiText(text) : text, columns, ascii) || " ";
  return colour && tone !== undefined ? `\u001b[${sequences[tone]}m${shown}\u001b[0m` : shown;
}
