import type { KubeApi } from "../kube/cluster.ts";
import { type RestartError, toRestartError } from "../kube/error.ts";
import type { Capabilities } from "./capabilities.ts";
import type { EventBody, EventTarget, RunEvent } from "./events.ts";
import { type Pulse, withHeartbeat } from "./heartbeat.ts";
import { findKind } from "./kinds/index.ts";
import { type Outcome, runExitCode } from "./outcome.ts";
import { blocking, type Plan, type PlanTarget } from "./plan.ts";
import { clusterIdentity } from "./preflight.ts";
import { defaultLimits, followRollout, type RolloutLimits } from "./rollout.ts";
import { eventError, rolloutEvent, toSeconds } from "./rollout-event.ts";
import { type Patched, sendRestart } from "./send-restart.ts";

export interface RunOptions {
  /** The API of a cluster of the plan, by its name. */
  readonly open: (cluster: string) => KubeApi;
  readonly limits?: RolloutLimits;
  /** Start nothing new; what is in flight is followed. With nothing left to start it is the same as `leave`. */
  readonly drain: AbortSignal;
  /** Stop following: what was sent goes on in the cluster. */
  readonly leave: AbortSignal;
}

// Written to the journal before anything else happens; progress lines are not worth a wait.
const durable: ReadonlySet<string> = new Set([
  "run.planned",
  "run.started",
  "run.draining",
  "run.finished",
  "target.intent",
  "target.patched",
  "target.finished",
]);

const heartbeatInterval = 60_000;

/**
 * Executes a plan: one wave, one target after the other, each followed to its one outcome. Yields the events of the run;
 * the last is `run.finished` with the exit code. It rejects only when the journal does; a target that fails halts the
 * rest. Aborting `drain` or `leave` ends it in order, never by a throw.
 */
export async function* runPlan(
  plan: Plan,
  capabilities: Capabilities,
  options: RunOptions,
): AsyncGenerator<RunEvent, void> {
  const { clock, journal } = capabilities;
  let seq = 0;
  const started = clock.now();
  const outcomes: Outcome[] = [];
  const event = async (body: EventBody): Promise<RunEvent> => {
    seq += 1;
    const made: RunEvent = {
      schema: "restart/v1",
      seq,
      time: new Date(clock.now()).toISOString(),
      run: plan.id,
      ...body,
    };
    if (durable.has(body.type)) await journal.append(made);
    return made;
  };

  const { restartedAt = "" } = plan.targets[0] ?? {};
  yield await event({ type: "run.planned", plan: plan.id, hash: plan.hash, targets: plan.targets.length, restartedAt });
  yield await event({ type: "run.started", targets: plan.targets.length, wait: plan.wait });
  let halted = false;
  let drained = false;
  let leftOut = false;
  let outOfTime = false;
  const { limits = defaultLimits } = options;
  const end = limits.timeout === undefined ? undefined : started + limits.timeout;
  for (const [index, target] of plan.targets.entries()) {
    const last = index === plan.targets.length - 1;
    if (options.drain.aborted && !drained) {
      drained = true;
      yield await event({ type: "run.draining", cause: "signal" });
    }
    if (!halted && !drained && end !== undefined && clock.now() >= end) {
      halted = true;
      outOfTime = true;
    }
    if (halted || drained) {
      leftOut ||= !halted;
      outcomes.push("not-started");
      yield await event({ type: "target.finished", target: eventTarget(target), outcome: "not-started", seconds: 0 });
      continue;
    }
    const leave = last ? AbortSignal.any([options.drain, options.leave]) : options.leave;
    const steps = withHeartbeat(
      (left) => runTarget(plan, target, { ...options, limits }, end, AbortSignal.any([leave, left])),
      clock,
      heartbeatInterval,
      options.drain,
    );
    for await (const step of steps) {
      if (isPulse(step)) {
        if (step.pulse === "silence") yield await event({ type: "heartbeat", inFlight: 1 });
        else {
          drained = true;
          yield await event({ type: "run.draining", cause: "signal" });
        }
        continue;
      }
      if (step.type === "target.finished") {
        outcomes.push(step.outcome);
        halted = runExitCode([step.outcome]) !== 0;
      }
      yield await event(step);
    }
  }
  const count: Partial<Record<Outcome, number>> = {};
  for (const outcome of outcomes) count[outcome] = (count[outcome] ?? 0) + 1;
  yield await event({
    type: "run.finished",
    // A run that a signal or its timeout kept from its end did not end well, however well its targets did.
    exitCode: runExitCode([
      ...outcomes,
      ...(leftOut ? (["interrupted"] as const) : []),
      ...(outOfTime ? (["stalled"] as const) : []),
    ]),
    outcomes: count,
    seconds: toSeconds(clock.now() - started),
  });
}

function isPulse(step: EventBody | Pulse): step is Pulse {
  return "pulse" in step;
}

/** Restarts and follows one target; yields its events, the last of which is `target.finished`. */
async function* runTarget(
  plan: Plan,
  target: PlanTarget,
  options: RunOptions & { readonly limits: RolloutLimits },
  end: number | undefined,
  leave: AbortSignal,
): AsyncGenerator<EventBody, void> {
  const api = options.open(target.ref.cluster);
  const named = eventTarget(target);
  const kind = findKind(target.ref.apiVersion, target.ref.kind);
  const started = api.clock.now();
  const finished = (outcome: Outcome, more: Omit<Partial<EventBody & { type: "target.finished" }>, "type"> = {}) => ({
    type: "target.finished" as const,
    target: named,
    outcome,
    seconds: toSeconds(api.clock.now() - started),
    ...more,
  });
  const findings = blocking(target);
  if (kind === undefined || findings.length > 0) return yield finished("blocked", { findings });
  let patched: Patched;
  try {
    // Between the plan and the PATCH somebody was asked: the context may lead to another cluster by now.
    const identity = await clusterIdentity(api, leave);
    if (target.clusterUid !== "" && identity !== undefined && identity !== target.clusterUid) {
      return yield finished("drifted", {
        error: { reason: "Recreated", message: "this is another cluster than planned" },
      });
    }
    yield { type: "target.intent", target: named, restartedAt: target.restartedAt };
    patched = yield* sendRestart(api, kind, target, named, {
      fieldManager: plan.fieldManager,
      run: plan.id,
      signal: leave,
    });
  } catch (caught) {
    const error = toRestartError(caught);
    return yield finished(leave.aborted ? "interrupted" : refusal(error), { error: eventError(error) });
  }
  if (!plan.wait) return yield finished("requested");
  const { workload, template, staleDeadline, writtenAt } = patched;
  const { restartedAt, previousRestartedAt } = target;
  const rollout = {
    kind,
    workload,
    generation: workload.generation,
    restartedAt,
    previousRestartedAt,
    template,
    staleDeadline,
    writtenAt,
    deletePods: target.deletePods === true,
  };
  const timeout = end === undefined ? undefined : end - api.clock.now();
  for await (const step of followRollout(api, rollout, { ...options.limits, timeout }, leave)) {
    const event = rolloutEvent(step, named, toSeconds(api.clock.now() - started));
    yield event.type === "target.finished" ? { ...event, ...expectation(target) } : event;
  }
}

function expectation({ forecast }: PlanTarget): Pick<EventBody & { type: "target.finished" }, "forecast"> {
  if (forecast === undefined) return {};
  const { lowestReady, seconds } = forecast;
  return { forecast: { lowestReady, ...(seconds !== undefined && { seconds: toSeconds(seconds * 1000) }) } };
}

/** What a PATCH that was not accepted makes of its target. */
function refusal(error: RestartError): Outcome {
  switch (error.reason) {
    case "Recreated":
      return "re-created";
    case "NotFound":
      return "deleted";
    case "Forbidden":
    case "Invalid":
    case "BadRequest":
      return "blocked";
    case "Conflict":
      return error.detail["why"] === "superseded" ? "superseded" : "drifted";
    case "Unreachable":
    case "TlsFailure":
    case "CredentialsFailed":
    case "Unauthorized":
    case "Unconfirmed":
    case "StreamCut":
    case "ServiceUnavailable":
    case "TooManyRequests":
      return "lost";
    default:
      return "failed";
  }
}

export function eventTarget({ ref, clusterUid }: Pick<PlanTarget, "ref" | "clusterUid">): EventTarget {
  const { cluster, apiVersion, kind, namespace, name, uid = "" } = ref;
  return { cluster, clusterUid, apiVersion, kind, metadata: { namespace, name, uid } };
}
