import type { ContainerState, Pod } from "../pods.ts";
import type { Workload } from "../workload.ts";
import { type Cause, type Diagnosis, kubectl, type Trouble } from "./trouble.ts";

// kubelet's reasons (k8s.io/kubernetes pkg/kubelet/images/types.go and container/sync_result.go).
const imageNames = new Set(["InvalidImageName", "ErrImageNeverPull"]);
const imagePulls = new Set(["ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "SignatureValidationFailed"]);
const configErrors = new Set(["CreateContainerConfigError", "CreateContainerError", "RunContainerError", "StartError"]);

/** What is wrong with a pod of the new revision. */
export function podTroubles(workload: Workload, pod: Pod): readonly Trouble[] {
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

export function containerFacts(container: ContainerState): Partial<Diagnosis> {
  return {
    container: container.name,
    ...(container.exitCode !== undefined && { exitCode: container.exitCode }),
    ...(container.exitReason !== "" && { exitReason: container.exitReason }),
    restartCount: container.restartCount,
  };
}
