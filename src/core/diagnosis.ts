import type { ContainerState, Pod } from "./pods.ts";
import type { Revision } from "./revisions.ts";
import type { Workload } from "./workload.ts";

/** What is wrong, in a closed list. */
export type Cause =
  | "crash-loop"
  | "config-error"
  | "image-name"
  | "image-pull"
  | "unschedulable"
  | "quota"
  | "create-failed"
  | "volume"
  | "pod-failed"
  | "blocked-ordinal"
  | "progress-deadline"
  | "paused"
  | "stall-timeout"
  | "timeout";

/** Why a rollout does not move: the pod, the container, the cluster's own words, and the one command that would help. */
export interface Diagnosis {
  readonly cause: Cause;
  /** Kubernetes' reason: `CrashLoopBackOff`, `ImagePullBackOff`, `FailedCreate` … */
  readonly reason: string;
  /** The cluster's message, cleaned by the API client; may be empty. */
  readonly message: string;
  readonly pod?: string;
  readonly container?: string;
  readonly exitCode?: number;
  readonly exitReason?: string;
  readonly restartCount?: number;
  /** The latest warning event of the object that is to blame. */
  readonly event?: { readonly reason: string; readonly message: string };
  /** Arguments of the one command that would help most. */
  readonly command: readonly string[];
}

/** A diagnosis and whether waiting can mend it. What cannot heal fails at once, the rest when it stays unbroken. */
export interface Trouble {
  readonly heals: boolean;
  readonly diagnosis: Diagnosis;
  /** Object whose events explain it. */
  readonly involvedUid: string;
}

// kubelet's reasons (k8s.io/kubernetes pkg/kubelet/images/types.go and container/sync_result.go).
const imageNames = new Set(["InvalidImageName", "ErrImageNeverPull"]);
const imagePulls = new Set(["ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "SignatureValidationFailed"]);
const configErrors = new Set(["CreateContainerConfigError", "CreateContainerError", "RunContainerError", "StartError"]);

/**
 * What is wrong with the new revision, worst first. `pods` are the pods of the new revision that are not being deleted,
 * `revision` is the new ReplicaSet of a Deployment, `old` are the pods that are still to be replaced.
 */
export function findTroubles(
  workload: Workload,
  pods: readonly Pod[],
  revision: Revision | undefined,
  old: readonly Pod[] = [],
): readonly Trouble[] {
  const troubles = [
    ...pods.flatMap((pod) => podTroubles(workload, pod)),
    ...blockedOrdinals(workload, old),
    ...creationTroubles(workload, revision),
    ...(workload.paused ? [pausedTrouble(workload)] : []),
  ];
  return troubles.sort((left, right) => Number(left.heals) - Number(right.heals));
}

function podTroubles(workload: Workload, pod: Pod): readonly Trouble[] {
  const of = (
    cause: Cause,
    heals: boolean,
    reason: string,
    message: string,
    more: Partial<Diagnosis> = {},
  ): Trouble => ({
    heals,
    involvedUid: pod.uid,
    diagnosis: {
      cause,
      reason,
      message,
      pod: pod.name,
      command: kubectl(workload, ["describe", "pod", pod.name]),
      ...more,
    },
  });
  // Evicted or refused by its node: its controller makes another one, whatever its containers did before.
  if (pod.phase === "Failed") {
    return [of("pod-failed", true, pod.reason || "Failed", pod.message)];
  }
  if (!pod.scheduled && pod.schedulingReason === "Unschedulable") {
    return [of("unschedulable", true, pod.schedulingReason, pod.schedulingMessage)];
  }
  return pod.containers.flatMap((container) => {
    const facts = containerFacts(container);
    if (container.state === "waiting" && imageNames.has(container.reason)) {
      return [of("image-name", false, container.reason, container.message, facts)];
    }
    if (container.state === "waiting" && configErrors.has(container.reason)) {
      // A reference that is not there stays so; a kubelet that was too slow to read one tries again.
      const heals = !/not found|couldn't find|no such|invalid/i.test(container.message);
      return [of("config-error", heals, container.reason, container.message, facts)];
    }
    if (container.state === "waiting" && imagePulls.has(container.reason)) {
      return [of("image-pull", true, container.reason, container.message, facts)];
    }
    // One exit can be a race at start-up; the second of the same container in a new pod is a pattern, unless it came up
    // after all: pods that somebody else rolled out may carry restarts of months.
    if (container.exits >= 2 && !container.ready) {
      const reason = container.state === "running" ? container.exitReason || "Error" : container.reason || "Error";
      const command = kubectl(workload, ["logs", pod.name, "-c", container.name, "--previous"]);
      return [of("crash-loop", false, reason, container.message, { ...facts, command })];
    }
    return [];
  });
}

function containerFacts(container: ContainerState): Partial<Diagnosis> {
  return {
    container: container.name,
    ...(container.exitCode !== undefined && { exitCode: container.exitCode }),
    ...(container.exitReason !== "" && { exitReason: container.exitReason }),
    restartCount: container.restartCount,
  };
}

// The events that explain a missing pod stand on the new ReplicaSet, not on the Deployment (measured); a StatefulSet
// and a DaemonSet have no such condition, theirs are found by `describeSilence`.
function creationTroubles(workload: Workload, revision: Revision | undefined): readonly Trouble[] {
  const condition = [...(revision?.conditions ?? []), ...workload.conditions].find(
    ({ type, status }) => type === "ReplicaFailure" && status === "True",
  );
  if (condition === undefined) return [];
  return [
    {
      heals: true,
      involvedUid: revision?.uid ?? workload.ref.uid,
      diagnosis: {
        cause: /exceeded quota/.test(condition.message) ? "quota" : "create-failed",
        reason: condition.reason,
        message: condition.message,
        command: /exceeded quota/.test(condition.message)
          ? kubectl(workload, ["describe", "resourcequota"])
          : kubectl(workload, ["describe", workload.ref.kind.toLowerCase(), workload.ref.name]),
      },
    },
  ];
}

// An ordered StatefulSet replaces nothing while one of its pods is not ready, an old one included
// (k8s.io/kubernetes pkg/controller/statefulset/stateful_set_control.go, processReplica).
function blockedOrdinals(workload: Workload, old: readonly Pod[]): readonly Trouble[] {
  if (!workload.ordered) return [];
  return old
    .filter((pod) => !pod.ready)
    .map((pod) => ({
      heals: true,
      involvedUid: pod.uid,
      diagnosis: {
        cause: "blocked-ordinal",
        reason: pod.containers.find(({ ready, init }) => !ready && !init)?.reason || "NotReady",
        message: "",
        pod: pod.name,
        command: kubectl(workload, ["describe", "pod", pod.name]),
      },
    }));
}

/** Trouble that only somebody else can end: it is told, and left to the stall timeout. */
export const waitsForSomebody: ReadonlySet<Cause> = new Set<Cause>(["paused", "blocked-ordinal"]);

function pausedTrouble(workload: Workload): Trouble {
  return {
    heals: true,
    involvedUid: workload.ref.uid,
    diagnosis: {
      cause: "paused",
      reason: "DeploymentPaused",
      message: "",
      command: kubectl(workload, ["rollout", "resume", `deployment/${workload.ref.name}`]),
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

function kubectl(workload: Workload, words: readonly string[]): readonly string[] {
  return ["kubectl", "--context", workload.ref.cluster, "-n", workload.ref.namespace, ...words];
}
