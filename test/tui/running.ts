import type { Diagnosis, EventBody, Plan, RolloutProgress, RunEvent } from "../../src/core/index.ts";
import { eventTarget } from "../../src/core/index.ts";
import { emptyRuns, type RunsAction, type RunsState, reduceRuns } from "../../src/tui/state/runs-state.ts";
import { noon, target } from "./planned.ts";

export const plan: Plan = {
  schema: "restart/v1",
  kind: "Plan",
  id: "20261125-120000-i000",
  hash: "0",
  createdAt: "2026-11-25T12:00:00Z",
  fieldManager: "restart",
  wait: true,
  allow: [],
  targets: [target("ledger-api"), target("refund-api"), target("tax-api")],
};

export const [ledger, refund, tax] = plan.targets.map(eventTarget) as [
  ReturnType<typeof eventTarget>,
  ReturnType<typeof eventTarget>,
  ReturnType<typeof eventTarget>,
];

/** Numbers the events of a run and gives each the second at which it happens. */
export function told(bodies: readonly (readonly [second: number, body: EventBody])[]): readonly RunEvent[] {
  return bodies.map(([second, body], index) => ({
    schema: "restart/v1",
    seq: index + 1,
    time: new Date(noon + second * 1000).toISOString(),
    run: plan.id,
    ...body,
  }));
}

export function progress(
  updated: number,
  ready: number,
  old: number,
  more: Partial<RolloutProgress> = {},
): RolloutProgress {
  return {
    observed: true,
    desired: 3,
    replicas: updated + old,
    updated,
    ready: ready + old,
    available: ready + old,
    partition: 0,
    updateRevision: "",
    currentRevision: "",
    newPods: updated,
    newPodsReady: ready,
    oldPods: old,
    terminatingPods: 0,
    ...more,
  };
}

export const crash: Diagnosis = {
  cause: "crash-loop",
  reason: "CrashLoopBackOff",
  message: "back-off 10s restarting failed container",
  pod: "refund-api-7d9f8-zz7wd",
  container: "app",
  exitCode: 1,
  event: { reason: "BackOff", message: "Back-off restarting failed container app" },
  command: ["kubectl", "--context", "stage", "-n", "payments", "logs", "refund-api-7d9f8-zz7wd", "--previous"],
};

/** One healthy, one that makes its new pods, one that waits. */
export const underWay: readonly (readonly [number, EventBody])[] = [
  [0, { type: "run.planned", plan: plan.id, hash: "0", targets: 3, restartedAt: "2026-11-25T12:00:00Z" }],
  [0, { type: "run.started", targets: 3, wait: true }],
  [0, { type: "target.intent", target: ledger, restartedAt: "2026-11-25T12:00:00Z" }],
  [
    0,
    {
      type: "target.patched",
      target: ledger,
      restartedAt: "2026-11-25T12:00:00Z",
      previousRestartedAt: "",
      generation: 4,
    },
  ],
  [1, { type: "target.observed", target: ledger, generation: 4 }],
  [
    20,
    {
      type: "target.finished",
      target: ledger,
      outcome: "healthy",
      seconds: 20,
      progress: progress(3, 3, 0),
      terminating: 1,
    },
  ],
  [20, { type: "target.intent", target: refund, restartedAt: "2026-11-25T12:00:00Z" }],
  [
    20,
    {
      type: "target.patched",
      target: refund,
      restartedAt: "2026-11-25T12:00:00Z",
      previousRestartedAt: "",
      generation: 4,
    },
  ],
  [21, { type: "target.observed", target: refund, generation: 4 }],
  [22, { type: "target.pod", target: refund, pod: "refund-api-7d9f8-2xk9p", revision: "new", state: "created" }],
  [30, { type: "target.pod", target: refund, pod: "refund-api-7d9f8-2xk9p", revision: "new", state: "ready" }],
  [31, { type: "target.pod", target: refund, pod: "refund-api-7d9f8-zz7wd", revision: "new", state: "started" }],
  [31, { type: "target.pod", target: refund, pod: "refund-api-5c6b4-pp0lw", revision: "old", state: "terminating" }],
  [31, { type: "target.progress", target: refund, progress: progress(2, 1, 2, { terminatingPods: 1 }) }],
];

export const troubled: readonly (readonly [number, EventBody])[] = [
  ...underWay,
  [45, { type: "target.warning", target: refund, diagnosis: crash }],
];

export const failed: readonly (readonly [number, EventBody])[] = [
  ...troubled,
  [
    60,
    {
      type: "target.finished",
      target: refund,
      outcome: "failed",
      seconds: 40,
      progress: progress(2, 1, 2),
      diagnosis: crash,
    },
  ],
  [60, { type: "target.finished", target: tax, outcome: "not-started", seconds: 0 }],
  [60, { type: "run.finished", exitCode: 5, outcomes: { healthy: 1, failed: 1, "not-started": 1 }, seconds: 60 }],
];

/** The runs after these events, and after what was done then. */
export function running(
  bodies: readonly (readonly [number, EventBody])[],
  ...actions: readonly RunsAction[]
): RunsState {
  const begun: readonly RunsAction[] = [
    { type: "run.started", plan, at: noon },
    { type: "run.events", id: plan.id, events: told(bodies) },
  ];
  return [...begun, ...actions].reduce(reduceRuns, emptyRuns);
}
