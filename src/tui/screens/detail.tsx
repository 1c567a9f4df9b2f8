import type { ReactNode } from "react";
import type { Binding } from "../bindings.ts";
import { Lines } from "../components/lines.tsx";
import { useWake } from "../hooks/use-wake.ts";
import { detailLines, detailWindow } from "../lines/detail-lines.ts";
import { nextPodAge } from "../lines/pods-lines.ts";
import { moves } from "../moves.ts";
import type { Screen, ScreenProps } from "../screen.ts";
import { type Action, bodyRows, type State } from "../state.ts";

/** The plan reads it again, whatever was shown here. */
export function planOfDetail({ detail, entries }: State): Action | undefined {
  if (detail === undefined) return undefined;
  const { ref } = detail;
  const clusters = entries.filter(({ name }) => name === ref.cluster);
  return { type: "plan.open", subjects: [{ ref, hidden: false }], clusters };
}

/** Lines beyond those in sight are no place to go to. */
function within({ action }: Binding): Binding["action"] {
  return (state) => {
    const asked = action(state);
    const { detail, columns } = state;
    if (detail === undefined || asked?.type !== "detail.scrolled") return asked;
    const rows = bodyRows(state);
    const { length } = detailLines(detail, { columns, rows, now: 0, ascii: false });
    const most = Math.max(0, length - rows);
    const from = Math.min(detail.scroll, most);
    return { type: "detail.scrolled", by: Math.max(0, Math.min(most, from + asked.by)) - detail.scroll };
  };
}

/** It is about what is shown, wherever the cursor of the list has gone meanwhile. */
function lookAt({ detail }: State, screen: "pods" | "logs"): Action | undefined {
  return detail && { type: "workload.asked", screen, ref: detail.ref };
}

export const detail: Screen = {
  id: "detail",
  title: "details",
  bindings: [
    { keys: ["r"], label: "restart", hint: true, when: ({ readOnly }) => !readOnly, action: planOfDetail },
    { keys: ["p"], label: "pods", hint: true, action: (state) => lookAt(state, "pods") },
    { keys: ["l"], label: "logs", hint: true, action: (state) => lookAt(state, "logs") },
    { keys: ["ctrl-r"], label: "read again what was refused", action: () => ({ type: "refreshed" }) },
    ...moves((by) => ({ type: "detail.scrolled", by })).map(
      (binding): Binding => ({ ...binding, action: within(binding) }),
    ),
  ],
  Component: Detail,
};

function Detail({ state, columns, rows, now, look }: ScreenProps): ReactNode {
  const { detail: shown } = state;
  useWake(nextPodAge(shown?.view, now));
  if (shown === undefined) return undefined;
  const lines = detailWindow(shown, { columns, rows, now, ascii: look.ascii });
  return <Lines lines={lines} columns={columns} look={look} />;
}
