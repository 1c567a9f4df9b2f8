import { type ReactNode, useRef } from "react";
import { Lines } from "../components/lines.tsx";
import { useWake } from "../hooks/use-wake.ts";
import { nextPodAge, podsLines } from "../lines/pods-lines.ts";
import { moves } from "../moves.ts";
import type { Screen, ScreenProps } from "../screen.ts";
import { currentPod } from "../state/detail-state.ts";
import type { Action, State } from "../state.ts";
import { planOfDetail } from "./detail.tsx";

function logOfPod({ detail }: State): Action | undefined {
  const pod = detail && currentPod(detail);
  if (detail === undefined || pod === undefined) return undefined;
  const { name, containers } = pod;
  return { type: "workload.asked", screen: "logs", ref: detail.ref, pod: { pod: name, containers } };
}

export const pods: Screen = {
  id: "pods",
  title: "pods",
  bindings: [
    { keys: ["enter", "l"], label: "log", hint: true, action: logOfPod },
    {
      keys: ["r"],
      label: "restart the workload",
      hint: true,
      when: ({ readOnly }) => !readOnly,
      action: planOfDetail,
    },
    ...moves((by) => ({ type: "detail.moved", by })),
    { keys: ["ctrl-r"], label: "read again what was refused", action: () => ({ type: "refreshed" }) },
  ],
  Component: Pods,
};

function Pods({ state, columns, rows, now, look }: ScreenProps): ReactNode {
  const { detail } = state;
  const start = useRef(0);
  useWake(nextPodAge(detail?.view, now));
  if (detail === undefined) return undefined;
  const drawn = podsLines(detail, { columns, rows, now, ascii: look.ascii }, start.current);
  start.current = drawn.start;
  return <Lines lines={drawn.lines} columns={columns} look={look} />;
}
