import type { Diagnosis } from "./diagnosis/trouble.ts";
import type { Finding } from "./findings/finding.ts";
import type { Outcome } from "./outcome.ts";
import type { RolloutProgress } from "./progress.ts";

/** A target as an event names it: Kubernetes-shaped. */
export interface EventTarget {
  readonly cluster: string;
  readonly clusterUid: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly namespace: string; readonly name: string; readonly uid: string };
}

interface EventBase {
  readonly schema: "restart/v1";
  /** 1 for the first event of a run, then without a gap. */
  readonly seq: number;
  /** RFC 3339 with milliseconds, UTC. */
  readonly time: string;
  /** Id of the run. */
  readonly run: string;
}

/** Why something failed, in a shape that a program can read. */
export interface EventError {
  readonly reason: string;
  readonly message: string;
  readonly status?: number;
}

/** What each type of event carries beside its base. The union is closed: a reader may switch over `type`. */
export type EventBody =
  | {
      readonly type: "run.planned";
      readonly plan: string;
      readonly hash: string;
      readonly targets: number;
      readonly restartedAt: string;
    }
  | { readonly type: "run.started"; readonly targets: number; readonly wait: boolean }
  /** Nothing new starts from here on. */
  | { readonly type: "run.draining"; readonly cause: string }
  | {
      readonly type: "run.finished";
      readonly exitCode: number;
      readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
      readonly seconds: number;
    }
  | { readonly type: "cluster.lost"; readonly cluster: string; readonly cause: string; readonly error: EventError }
  | { readonly type: "cluster.recovered"; readonly cluster: string }
  | { readonly type: "wave.started"; readonly wave: number; readonly targets: number }
  | { readonly type: "wave.finished"; readonly wave: number }
  | { readonly type: "gate.started"; readonly gate: string; readonly wave: number }
  | { readonly type: "gate.answered"; readonly gate: string; readonly answer: string }
  | { readonly type: "gate.finished"; readonly gate: string; readonly result: string }
  | { readonly type: "lock.acquired"; readonly target: EventTarget; readonly lease: string }
  | { readonly type: "lock.lost"; readonly target: EventTarget; readonly lease: string; readonly holder: string }
  /** Stands in the journal before the PATCH leaves. */
  | { readonly type: "target.intent"; readonly target: EventTarget; readonly restartedAt: string }
  | {
      readonly type: "target.patched";
      readonly target: EventTarget;
      readonly restartedAt: string;
      readonly previousRestartedAt: string;
      readonly generation: number;
    }
  /** The controller has seen our generation. */
  | { readonly type: "target.observed"; readonly target: EventTarget; readonly generation: number }
  | { readonly type: "target.progress"; readonly target: EventTarget; readonly progress: RolloutProgress }
  /** A new pod got further, or one went. */
  | {
      readonly type: "target.pod";
      readonly target: EventTarget;
      readonly pod: string;
      readonly revision: "new" | "old";
      readonly state: "created" | "scheduled" | "started" | "ready" | "unready" | "terminating" | "gone";
    }
  | {
      readonly type: "target.retry";
      readonly target: EventTarget;
      readonly attempt: number;
      readonly error: EventError;
    }
  /** Something is wrong and may still heal. */
  | { readonly type: "target.warning"; readonly target: EventTarget; readonly diagnosis: Diagnosis }
  | {
      readonly type: "target.finished";
      readonly target: EventTarget;
      readonly outcome: Outcome;
      /** Seconds since the intent; 0 when nothing was sent. */
      readonly seconds: number;
      readonly progress?: RolloutProgress;
      readonly diagnosis?: Diagnosis;
      readonly findings?: readonly Finding[];
      readonly error?: EventError;
      /** Who changed or took away the value, for `superseded` and `reverted`. */
      readonly by?: string;
      /** Old pods still terminating at the end; they are counted and not waited for. */
      readonly terminating?: number;
      /** The fewest ready pods that were seen on the way. */
      readonly lowestReady?: number;
      /** What the plan expected, to hold `lowestReady` and `seconds` against. */
      readonly forecast?: { readonly lowestReady: number; readonly seconds?: number };
    }
  /** Once a minute without another event. */
  | { readonly type: "heartbeat"; readonly inFlight: number }
  | { readonly type: "error"; readonly error: EventError; readonly target?: EventTarget };

/** One flat line: for a terminal, `-o jsonl`, the RPC stream and the journal alike. */
export type RunEvent = EventBody & EventBase;

/** The state of one target, folded from its events. */
export interface TargetState {
  readonly target: EventTarget;
  readonly state: "waiting" | "intent" | "patched" | "observed" | "finished";
  readonly restartedAt: string | undefined;
  readonly progress: RolloutProgress | undefined;
  readonly warning: Diagnosis | undefined;
  readonly outcome: Outcome | undefined;
  readonly seconds: number | undefined;
}

/** The state of a run, folded from its events in order. */
export interface RunState {
  readonly run: string | undefined;
  readonly lastSeq: number;
  readonly draining: boolean;
  readonly exitCode: number | undefined;
  /** By key of the target (see `targetKey`), in the order in which they were first named. */
  readonly targets: ReadonlyMap<string, TargetState>;
}

/** Names a target once per cluster: uid where known, else its path. */
export function targetKey(target: EventTarget): string {
  const { metadata } = target;
  return `${target.cluster}/${metadata.uid || `${target.apiVersion}/${target.kind}/${metadata.namespace}/${metadata.name}`}`;
}

export const emptyRunState: RunState = {
  run: undefined,
  lastSeq: 0,
  draining: false,
  exitCode: undefined,
  targets: new Map(),
};

/** Folds one event into the state of a run. An event that was folded already changes nothing. */
export function fold(state: RunState, event: RunEvent): RunState {
  if (event.seq <= state.lastSeq) return state;
  const next: RunState = { ...state, run: event.run, lastSeq: event.seq };
  if (event.type === "run.draining") return { ...next, draining: true };
  if (event.type === "run.finished") return { ...next, exitCode: event.exitCode };
  if (!("target" in event) || event.target === undefined) return next;
  const key = targetKey(event.target);
  const before: TargetState = state.targets.get(key) ?? {
    target: event.target,
    state: "waiting",
    restartedAt: undefined,
    progress: undefined,
    warning: undefined,
    outcome: undefined,
    seconds: undefined,
  };
  const after = foldTarget(before, event);
  return after === before ? next : { ...next, targets: new Map(state.targets).set(key, after) };
}

function foldTarget(state: TargetState, event: RunEvent): TargetState {
  switch (event.type) {
    case "target.intent":
      return { ...state, state: "intent", restartedAt: event.restartedAt };
    case "target.patched":
      return { ...state, state: "patched", restartedAt: event.restartedAt };
    case "target.observed":
      return { ...state, state: "observed" };
    case "target.progress":
      return { ...state, progress: event.progress };
    case "target.warning":
      return { ...state, warning: event.diagnosis };
    case "target.finished":
      return {
        ...state,
        state: "finished",
        outcome: event.outcome,
        seconds: event.seconds,
        progress: event.progress ?? state.progress,
      };
    default:
      return state;
  }
}
