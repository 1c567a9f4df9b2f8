import { Box, render, Text, useInput, useWindowSize } from "ink";
import { useRef, useState } from "react";

// What Ink itself costs: a window of 600 rows, one Text a row, and a cursor. `scripts/bench ui` compiles it as the program is.
const rows = Array.from({ length: 600 }, (_, index) => `   dp   team-${index % 12}   service-${index}   0/0   ok`);

function Bare() {
  const { columns, rows: height } = useWindowSize();
  const [cursor, setCursor] = useState(0);
  const first = useRef(0);
  useInput((input, { ctrl }) => {
    if (ctrl && input === "c") instance.unmount();
    for (const key of input) {
      if (key === "j") setCursor((at) => Math.min(rows.length - 1, at + 1));
      if (key === "k") setCursor((at) => Math.max(0, at - 1));
    }
  });
  const body = height - 4;
  // The window moves no more than it must, as the program's does.
  first.current = Math.max(cursor - body + 1, Math.min(first.current, cursor));
  return (
    <Box flexDirection="column" height={height} overflow="hidden">
      <Text>bare {rows.length}</Text>
      <Text>{"-".repeat(columns)}</Text>
      {rows.slice(first.current, first.current + body).map((row, index) => (
        <Text key={row} inverse={first.current + index === cursor}>
          {row.padEnd(columns)}
        </Text>
      ))}
      <Text>Ctrl-C quit</Text>
    </Box>
  );
}

const instance = render(<Bare />, {
  alternateScreen: true,
  incrementalRendering: true,
  patchConsole: false,
  exitOnCtrlC: false,
  maxFps: 1000,
});
await instance.waitUntilExit();
