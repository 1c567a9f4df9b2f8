import { findKind } from "../kinds/index.ts";
import type { Pod } from "../pods.ts";
import type { Workload } from "../workload.ts";
import { containerFacts } from "./containers.ts";
import { type Cause, describeWorkload, facts, kubectl, type Trouble } from "./trouble.ts";

/** Nothing rolls until somebody resumes it. */
export function pausedTrouble(workload: Workload): Trouble {
  const { ref } = workload;
  const words = ["rollout", "resume", `${ref.kind.toLowerCase()}/${ref.name}`];
  return {
    heals: true,
    involvedUid: workload.ref.uid,
    diagnosis: {
      cause: "paused",
      reason: `${ref.kind}Paused`,
      message: "",
      command: findKind(ref.apiVersion, ref.kind)?.resume?.(ref) ?? kubectl(workload, words),
    },
  };
}

/** The deadline of our own generation has passed. The cluster may still heal; the run calls it a failure. */
export function deadlineTrouble(workload: Workload): Trouble | undefined {
  const condition = workload.conditions.find(({ type }) => type === "Progressing");
  if (condition?.reason !== "ProgressDeadlineExceeded") return undefined;
  return {
    heals: false,
    involvedUid: workload.ref.uid,
    diagnosis: {
      cause: "progress-deadline",
      reason: condition.reason,
      message: condition.message,
      command: describeWorkload(workload),
    },
  };
}

/** The controller has not looked at what was written. */
export function notObservedTrouble(workload: Workload, generation: number): Trouble {
  return {
    heals: true,
    involvedUid: workload.ref.uid,
    diagnosis: {
      cause: "not-observed",
      reason: "NotObserved",
      message: "",
      generation,
      observedGeneration: workload.observedGeneration,
      command: ["kubectl", "--context", workload.ref.cluster, "-n", "kube-system", "get", "pods"],
    },
  };
}

/**
 * A rollout that says nothing wrong and does not move: its first pod that is not ready, as it is, without a cause. An
 * init container that has not ended is one: whatever comes after waits for it.
 */
export function describeSilence(
  workload: Workload,
  pods: readonly Pod[],
  old: readonly Pod[],
  cause: Cause & ("timeout" | "unknown"),
  lookedAt: readonly string[],
): Trouble {
  const waiting = pods.find((pod) => !pod.ready) ?? old.find((pod) => !pod.ready);
  if (waiting === undefined) {
    const command = describeWorkload(workload);
    const diagnosis = { cause, reason: "", message: "", lookedAt, command };
    return { heals: true, involvedUid: workload.ref.uid, diagnosis };
  }
  const initial = waiting.containers.find(({ init, state, ready }) => init && state === "running" && !ready);
  const container = initial ?? waiting.containers.find(({ ready, init }) => !ready && !init) ?? waiting.containers[0];
  const logs = kubectl(workload, ["logs", waiting.name, "-c", initial?.name ?? ""]);
  return {
    heals: true,
    involvedUid: waiting.uid,
    diagnosis: {
      cause: initial === undefined ? cause : "init-container",
      reason: container?.reason || (waiting.scheduled ? "NotReady" : waiting.schedulingReason),
      message: container?.message ?? "",
      pod: waiting.name,
      ...(container && containerFacts(container)),
      ...facts({ node: waiting.node }),
      ...(initial === undefined && { lookedAt }),
      command: initial === undefined ? kubectl(workload, ["describe", "pod", waiting.name]) : logs,
    },
  };
}
