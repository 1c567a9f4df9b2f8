import { Box, render, Text, useInput, useWindowSize } from "ink";
import { useState } from "react";

// What Ink itself costs: a window of 600 rows, one Text a row, and a cursor. `scripts/bench ui` compiles it as the program is.
const rows = Array.from({ length: 600 }, (_, index) => `   dp   team-${index % 12}   service-${index}   0/0   ok`);

function Bare() {
  const { columns, rows: height } = useWindowSize();
  const [cursor, setCursor] = useState(0);
  useInput((input) => {
    for (const key of input) {
      if (key === "j") setCursor((at) => Math.min(rows.length - 1, at + 1));
      if (key === "k") setCursor((at) => Math.max(0, at - 1));
      if (key === "q") instance.unmount();
    }
  });
  const body = height - 4;
  const first = Math.max(0, Math.min(cursor - Math.floor(body / 2), rows.length - body));
  return (
    <Box flexDirection="column" height={height} overflow="hidden">
      <Text>bare {rows.length}</Text>
      <Text>{"-".repeat(columns)}</Text>
      {rows.slice(first, first + body).map((row, index) => (
        <Text key={row} inverse={first + index === cursor}>
          {row.padEnd(columns)}
        </Text>
      ))}
      <Text>q quit</Text>
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
