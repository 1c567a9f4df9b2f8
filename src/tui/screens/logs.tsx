import type { ReactNode } from "react";
import type { Binding } from "../bindings.ts";
import { Lines } from "../components/lines.tsx";
import { logRows, logsLines } from "../lines/logs-lines.ts";
import { moves } from "../moves.ts";
import type { Screen, ScreenProps } from "../screen.ts";
import { bodyRows } from "../state.ts";

/** Columns that an arrow moves sideways. */
const shift = 20;

export const logs: Screen = {
  id: "logs",
  title: "log",
  bindings: [
    { keys: ["f"], label: "follow or stand still", hint: true, action: () => ({ type: "logs.follow" }) },
    {
      keys: ["tab"],
      label: "next container",
      hint: true,
      when: (state) => (state.logs?.containers.length ?? 0) > 1,
      action: () => ({ type: "logs.container" }),
    },
    {
      keys: ["p"],
      label: "before its last restart, or now",
      hint: true,
      when: (state) => state.logs?.phase !== "choosing",
      action: () => ({ type: "logs.previous" }),
    },
    {
      keys: ["R", "ctrl-r"],
      label: "read again",
      hint: true,
      when: (state) => state.logs?.phase === "failed" || state.logs?.phase === "ended",
      action: () => ({ type: "logs.again" }),
    },
    { keys: ["right"], label: "to the right", action: () => ({ type: "logs.shifted", by: shift }) },
    { keys: ["left"], label: "to the left", action: () => ({ type: "logs.shifted", by: -shift }) },
    ...moves((by) => ({ type: "logs.moved", by, rows: 0 })).map(
      (binding): Binding => ({
        ...binding,
        action: (state) => {
          const action = binding.action(state);
          return action?.type === "logs.moved" ? { ...action, rows: logRows(bodyRows(state)) } : action;
        },
      }),
    ),
  ],
  Component: Logs,
};

function Logs({ state, columns, rows, look }: ScreenProps): ReactNode {
  if (state.logs === undefined) return undefined;
  const lines = logsLines(state.logs, { columns, rows, ascii: look.ascii });
  return <Lines lines={lines} columns={columns} look={look} />;
}
