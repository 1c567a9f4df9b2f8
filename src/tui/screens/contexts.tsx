import type { ReactNode } from "react";
import { Lines } from "../components/lines.tsx";
import { contextsLines } from "../lines/contexts-lines.ts";
import { moves } from "../moves.ts";
import type { Screen, ScreenProps } from "../screen.ts";

export const contexts: Screen = {
  id: "contexts",
  title: "contexts",
  legend: ["> cursor   * marked   PROD asks for a typed answer before a restart"],
  bindings: [
    { keys: ["enter"], label: "open", hint: true, action: () => ({ type: "context.opened" }) },
    { keys: ["space"], label: "mark, to open several", hint: true, action: () => ({ type: "context.marked" }) },
    ...moves((by) => ({ type: "context.moved", by })),
  ],
  Component: Contexts,
};

function Contexts({ state, columns, rows, look }: ScreenProps): ReactNode {
  return <Lines lines={contextsLines(state, { columns, rows, ascii: look.ascii })} columns={columns} look={look} />;
}
