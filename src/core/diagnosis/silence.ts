import { findKind } from "../kinds/index.ts";
import type { Pod } from "../pods.ts";
import type { Workload } from "../workload.ts";
import { containerFacts } from "./containers.ts";
import { type Cause, kubectl, type Trouble } from "./trouble.ts";

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
      command: kubectl(workload, ["describe", workload.ref.kind.toLowerCase(), workload.ref.name]),
    },
  };
}

/** The best words for a rollout that says nothing wrong and does not move: its first pod that is not ready. */
export function describeSilence(workload: Workload, pods: readonly Pod[], old: readonly Pod[], cause: Cause): Trouble {
  const waiting = pods.find((pod) => !pod.ready) ?? old.find((pod) => !pod.ready);
  if (waiting === undefined) {
    return {
      heals: true,
      involvedUid: workload.ref.uid,
      diagnosis: {
        cause,
        reason: "",
        message: "",
        command: kubectl(workload, ["describe", workload.ref.kind.toLowerCase(), workload.ref.name]),
      },
    };
  }
  const container = waiting.containers.find(({ ready, init }) => !ready && !init) ?? waiting.containers[0];
  return {
    heals: true,
    involvedUid: waiting.uid,
    diagnosis: {
      cause,
      reason: container?.reason || (waiting.scheduled ? "NotReady" : waiting.schedulingReason),
      message: container?.message ?? "",
      pod: waiting.name,
      ...(container && containerFacts(container)),
      command: kubectl(workload, ["describe", "pod", waiting.name]),
    },
  };
}
