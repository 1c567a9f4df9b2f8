import type { ReactNode } from "react";
import type { Binding } from "../bindings.ts";
import { Lines } from "../components/lines.tsx";
import { useWake } from "../hooks/use-wake.ts";
import { progressLines } from "../lines/progress-lines.ts";
import { moves } from "../moves.ts";
import type { Screen, ScreenProps } from "../screen.ts";
import { cursorOf, failedTargets, isOver, type RunView, shownRun, worstPod } from "../state/runs-state.ts";
import type { Action, State } from "../state.ts";

function having(state: State, condition: (run: RunView) => boolean): boolean {
  const run = shownRun(state.runs);
  return run !== undefined && condition(run);
}

function asked({ runs }: State): boolean {
  return runs.question !== undefined;
}

/** Another try is another plan: everything is read again and agreed to again. */
function retry({ runs, entries }: State): Action | undefined {
  const run = shownRun(runs);
  if (run === undefined) return undefined;
  const refs = failedTargets(run).map(({ planned }) => planned.ref);
  return {
    type: "plan.open",
    subjects: refs.map((ref) => ({ ref, hidden: false })),
    clusters: entries.filter(({ name }) => refs.some(({ cluster }) => cluster === name)),
  };
}

function nextRun({ runs: { runs, shown } }: State): Action | undefined {
  const next = runs[(runs.findIndex(({ id }) => id === shown) + 1) % runs.length];
  return next && { type: "run.show", id: next.id };
}

function lookAt({ runs }: State, screen: "detail" | "logs", pod?: string): Action | undefined {
  const run = shownRun(runs);
  const ref = run?.targets[cursorOf(runs, run)]?.planned.ref;
  if (ref?.uid === undefined) return undefined;
  const named = pod === undefined ? {} : { pod: { pod, containers: [] } };
  return { type: "workload.asked", screen, ref: { ...ref, uid: ref.uid }, ...named };
}

function logOfWorst(state: State): Action | undefined {
  const run = shownRun(state.runs);
  const target = run?.targets[cursorOf(state.runs, run)];
  return lookAt(state, "logs", target && worstPod(target)?.name);
}

const bindings: readonly Binding[] = [
  { keys: ["y"], label: "yes", hint: true, when: asked, action: () => ({ type: "run.answered", yes: true }) },
  {
    keys: ["n", "esc", "enter"],
    label: "no",
    hint: true,
    when: asked,
    action: () => ({ type: "run.answered", yes: false }),
  },
  {
    keys: ["x"],
    label: "start nothing new",
    hint: true,
    when: (state) => !asked(state) && having(state, (run) => !isOver(run) && !run.drainAsked),
    action: () => ({ type: "run.drain" }),
  },
  {
    keys: ["R"],
    label: "retry what failed",
    hint: true,
    when: (state) => !state.readOnly && having(state, (run) => isOver(run) && failedTargets(run).length > 0),
    action: retry,
  },
  {
    keys: ["l"],
    label: "log of its worst new pod",
    hint: true,
    when: (state) => having(state, () => !asked(state)),
    action: logOfWorst,
  },
  {
    keys: ["enter"],
    label: "details",
    hint: true,
    when: (state) => having(state, () => !asked(state)),
    action: (state) => lookAt(state, "detail"),
  },
  {
    keys: ["b"],
    label: "leave it running",
    hint: true,
    when: (state) => having(state, (run) => !isOver(run)),
    action: () => ({ type: "back" }),
  },
  {
    keys: ["tab"],
    label: "next restart",
    hint: true,
    when: ({ runs }) => runs.runs.length > 1,
    action: nextRun,
  },
  ...moves((by) => ({ type: "run.moved", by })),
];

export const progress: Screen = { id: "progress", title: "progress", bindings, Component: Progress };

const second = 1000;

function Progress({ state, columns, rows, now, look }: ScreenProps): ReactNode {
  const { runs, entries } = state;
  const run = shownRun(runs);
  const ticks = run !== undefined && !isOver(run);
  useWake(ticks ? now + second - ((now - run.startedAt) % second) : undefined);
  const lines = progressLines(runs, { columns, rows, now, ascii: look.ascii, entries });
  return <Lines lines={lines} columns={columns} look={look} />;
}
