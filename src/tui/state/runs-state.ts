import {
  type EventTarget,
  emptyRunState,
  eventTarget,
  fold,
  type Plan,
  type PlanTarget,
  type RestartError,
  type RunEvent,
  type RunState,
  targetKey,
} from "../../core/index.ts";
import { cleaned } from "../../words/clean.ts";

export type TargetEvent<Type extends RunEvent["type"]> = Extract<RunEvent, { readonly type: Type }>;
export type PodState = TargetEvent<"target.pod">["state"];

/** A pod as the events of a run tell of it. */
export interface RunPod {
  readonly name: string;
  readonly revision: "new" | "old";
  readonly state: PodState;
  /** Milliseconds of the clock. */
  readonly since: number;
}

/** What the screen needs of a target beside the folded state. */
export interface RunTarget {
  readonly key: string;
  readonly target: EventTarget;
  readonly planned: PlanTarget;
  readonly startedAt: number | undefined;
  /** By revision and name: a StatefulSet gives the new pod the name of the old one. */
  readonly pods: ReadonlyMap<string, RunPod>;
  readonly retry: TargetEvent<"target.retry"> | undefined;
  readonly finished: TargetEvent<"target.finished"> | undefined;
}

/** One run, as far as its events have come. */
export interface RunView {
  readonly id: string;
  readonly plan: Plan;
  readonly state: RunState;
  /** In the order of the plan. */
  readonly targets: readonly RunTarget[];
  readonly startedAt: number;
  readonly finished: TargetEvent<"run.finished"> | undefined;
  readonly finishedAt: number | undefined;
  /** Clusters that do not answer, with why. */
  readonly lost: ReadonlyMap<string, string>;
  /** The person asked for it; the run says when it does so. */
  readonly drainAsked: boolean;
  /** It ended without an end: its events could not be read on. */
  readonly error: RestartError | undefined;
}

export interface RunsState {
  /** In the order in which they began. */
  readonly runs: readonly RunView[];
  /** Id of the run that the screen shows. */
  readonly shown: string | undefined;
  /** Index of the target under the cursor; undefined follows what is in flight. */
  readonly cursor: number | undefined;
  readonly question: "drain" | undefined;
}

export type RunsAction =
  | { readonly type: "run.started"; readonly plan: Plan; readonly at: number }
  | { readonly type: "run.events"; readonly id: string; readonly events: readonly RunEvent[] }
  | { readonly type: "run.failed"; readonly id: string; readonly error: RestartError; readonly at: number }
  | { readonly type: "run.show"; readonly id: string }
  | { readonly type: "run.moved"; readonly by: number }
  | { readonly type: "run.drain" }
  | { readonly type: "run.answered"; readonly yes: boolean };

export const emptyRuns: RunsState = { runs: [], shown: undefined, cursor: undefined, question: undefined };

export function isOver(run: RunView): boolean {
  return run.finished !== undefined || run.error !== undefined;
}

/** Runs that are not over. */
export function runsInFlight({ runs }: RunsState): readonly RunView[] {
  return runs.filter((run) => !isOver(run));
}

export function shownRun({ runs, shown }: RunsState): RunView | undefined {
  return runs.find(({ id }) => id === shown);
}

/** Index of the target under the cursor: where somebody has put it, else what is in flight, else what went wrong. */
export function cursorOf({ cursor }: Pick<RunsState, "cursor">, run: RunView): number {
  const last = Math.max(0, run.targets.length - 1);
  if (cursor !== undefined) return Math.min(cursor, last);
  const flying = run.targets.findIndex(({ startedAt, finished }) => startedAt !== undefined && finished === undefined);
  if (flying >= 0) return flying;
  const failed = run.targets.findIndex(({ finished }) => finished !== undefined && !isGood(finished.outcome));
  return Math.max(0, failed);
}

export function isGood(outcome: TargetEvent<"target.finished">["outcome"]): boolean {
  return outcome === "healthy" || outcome === "requested" || outcome === "skipped";
}

/** Targets that did not come to a good end, for another try. */
export function failedTargets(run: RunView): readonly RunTarget[] {
  return run.targets.filter(({ finished }) => finished !== undefined && !isGood(finished.outcome));
}

/** Targets of which nothing was sent yet. */
export function unsentTargets(run: RunView): readonly RunTarget[] {
  return run.targets.filter(({ startedAt, finished }) => startedAt === undefined && finished === undefined);
}

/** The new pod that needs looking at first: one that is not ready, else the youngest. */
export function worstPod(target: RunTarget): RunPod | undefined {
  const fresh = [...target.pods.values()].filter(({ revision, state }) => revision === "new" && state !== "gone");
  return fresh.find(({ state }) => state !== "ready") ?? fresh.at(-1);
}

export function reduceRuns(state: RunsState, action: RunsAction): RunsState {
  switch (action.type) {
    case "run.started":
      return {
        runs: [...state.runs, emptyRun(action.plan, action.at)],
        shown: action.plan.id,
        cursor: undefined,
        question: undefined,
      };
    case "run.events":
      return change(state, action.id, (run) => action.events.reduce(foldRun, run));
    case "run.failed":
      return change(state, action.id, (run) => ({ ...run, error: action.error, finishedAt: action.at }));
    case "run.show":
      return { ...state, shown: action.id, cursor: undefined, question: undefined };
    case "run.moved": {
      const run = shownRun(state);
      if (run === undefined) return state;
      const cursor = cursorOf(state, run) + action.by;
      return { ...state, cursor: Math.min(Math.max(0, cursor), run.targets.length - 1) };
    }
    case "run.drain": {
      const run = shownRun(state);
      return run === undefined || isOver(run) || run.drainAsked ? state : { ...state, question: "drain" };
    }
    case "run.answered": {
      const { shown, question } = state;
      const closed: RunsState = { ...state, question: undefined };
      if (!action.yes || question === undefined || shown === undefined) return closed;
      return change(closed, shown, (run) => ({ ...run, drainAsked: true }));
    }
  }
}

function change(state: RunsState, id: string, edit: (run: RunView) => RunView): RunsState {
  return { ...state, runs: state.runs.map((run) => (run.id === id ? edit(run) : run)) };
}

function emptyRun(plan: Plan, at: number): RunView {
  return {
    id: plan.id,
    plan,
    state: emptyRunState,
    targets: plan.targets.map((planned) => {
      const target = eventTarget(planned);
      return {
        key: targetKey(target),
        target,
        planned,
        startedAt: undefined,
        pods: new Map(),
        retry: undefined,
        finished: undefined,
      };
    }),
    startedAt: at,
    finished: undefined,
    finishedAt: undefined,
    lost: new Map(),
    drainAsked: false,
    error: undefined,
  };
}

function foldRun(run: RunView, raw: RunEvent): RunView {
  if (raw.seq <= run.state.lastSeq) return run;
  const event = cleaned(raw);
  const at = Date.parse(event.time);
  const next = { ...run, state: fold(run.state, event) };
  switch (event.type) {
    case "run.finished":
      return { ...next, finished: event, finishedAt: at };
    case "cluster.lost":
      return { ...next, lost: new Map(run.lost).set(event.cluster, event.error.message) };
    case "cluster.recovered": {
      const lost = new Map(run.lost);
      lost.delete(event.cluster);
      return { ...next, lost };
    }
    default: {
      if (!("target" in event) || event.target === undefined) return next;
      const key = targetKey(event.target);
      return {
        ...next,
        targets: run.targets.map((target) => (target.key === key ? foldTarget(target, event, at) : target)),
      };
    }
  }
}

function foldTarget(target: RunTarget, event: RunEvent, at: number): RunTarget {
  switch (event.type) {
    case "target.intent":
      return { ...target, startedAt: at };
    case "target.patched":
      return { ...target, retry: undefined };
    case "target.retry":
      return { ...target, retry: event };
    case "target.pod": {
      const pods = new Map(target.pods);
      const { pod: name, revision, state } = event;
      const key = `${revision} ${name}`;
      if (state === "gone") pods.delete(key);
      else pods.set(key, { name, revision, state, since: at });
      return { ...target, pods };
    }
    case "target.finished":
      return { ...target, finished: event };
    default:
      return target;
  }
}
