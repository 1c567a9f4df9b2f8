import { type ReactNode, useRef } from "react";
import { Lines } from "../components/lines.tsx";
import { useWake } from "../hooks/use-wake.ts";
import { workloadsLines } from "../lines/workloads-lines.ts";
import { moves } from "../moves.ts";
import type { Screen, ScreenProps } from "../screen.ts";

export const workloads: Screen = {
  id: "workloads",
  title: "workloads",
  legend: [
    "> cursor   * marked   ! in trouble   ~ not known to be true any more",
    "filter: words, !not, kind:dp, ns:shop, owner:flux, cluster:dev, ready<1",
  ],
  bindings: [
    { keys: ["r"], label: "restart", hint: true, action: () => ({ type: "plan.asked" }) },
    {
      keys: ["enter"],
      label: "details",
      hint: true,
      action: () => ({ type: "workload.asked", screen: "detail" }),
    },
    { keys: ["p"], label: "pods", hint: true, action: () => ({ type: "workload.asked", screen: "pods" }) },
    { keys: ["l"], label: "logs", hint: true, action: () => ({ type: "workload.asked", screen: "logs" }) },
    { keys: ["space"], label: "mark", hint: true, action: () => ({ type: "list.marked" }) },
    {
      keys: ["/"],
      label: "filter",
      hint: true,
      action: () => ({ type: "overlay.opened", overlay: "filter" }),
    },
    {
      keys: ["n"],
      label: "namespace",
      hint: true,
      action: () => ({ type: "overlay.opened", overlay: "namespace" }),
    },
    {
      keys: ["A"],
      label: "all namespaces",
      hint: true,
      when: ({ namespaces }) => namespaces !== "all",
      action: () => ({ type: "namespaces.set", namespaces: "all" }),
    },
    ...moves((by) => ({ type: "list.moved", by })),
    { keys: ["*"], label: "mark all that are shown", action: () => ({ type: "list.allMarked" }) },
    { keys: ["ctrl-\\"], label: "unmark all", action: () => ({ type: "list.unmarked" }) },
    { keys: ["N"], label: "sort by name", action: () => ({ type: "list.sorted", by: "name" }) },
    { keys: ["S"], label: "sort by rollout", action: () => ({ type: "list.sorted", by: "rollout" }) },
    {
      keys: ["T"],
      label: "sort by last restart",
      action: () => ({ type: "list.sorted", by: "restarted" }),
    },
    { keys: ["R"], label: "sort by pods missing", action: () => ({ type: "list.sorted", by: "ready" }) },
    { keys: ["ctrl-r"], label: "try again", action: () => ({ type: "refreshed" }) },
  ],
  Component: Workloads,
};

function Workloads({ state, columns, rows, now, look }: ScreenProps): ReactNode {
  const start = useRef(0);
  const drawn = workloadsLines(state, { columns, rows, now, ascii: look.ascii, start: start.current });
  start.current = drawn.start;
  useWake(drawn.next);
  return <Lines lines={drawn.lines} columns={columns} look={look} />;
}
