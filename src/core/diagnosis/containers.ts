import type { WarningEvent } from "../event-log.ts";
import type { ContainerState, Pod } from "../pods.ts";
import type { Workload } from "../workload.ts";
import { failedProbes } from "./probes.ts";
import { schedulingTroubles } from "./scheduling.ts";
import { signalOf } from "./signals.ts";
import { type Cause, type Diagnosis, facts, kubectl, type Trouble } from "./trouble.ts";

// kubelet's reasons (k8s.io/kubernetes pkg/kubelet/images/types.go and container/sync_result.go).
const imageNames = new Set(["InvalidImageName", "ErrImageNeverPull"]);
const imagePulls = new Set(["ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "SignatureValidationFailed"]);
const configErrors = new Set(["CreateContainerConfigError", "CreateContainerError", "RunContainerError", "StartError"]);

/** What is wrong with a pod of the new revision, from its status and, of its probes, from its warnings. */
export function podTroubles(workload: Workload, pod: Pod, events: readonly WarningEvent[]): readonly Trouble[] {
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
    return [of("pod-failed", true, pod.reason || "Failed", pod.message, facts({ node: pod.node }))];
  }
  return [
    ...schedulingTroubles(workload, pod),
    ...pod.containers.flatMap((container) => {
      const { reason, message, image } = container;
      const known = containerFacts(container);
      const waits = container.state === "waiting";
      if (waits && imageNames.has(reason)) return [of("image-name", false, reason, message, { ...known, image })];
      if (waits && configErrors.has(reason)) {
        // A reference that is not there stays so; a kubelet that was too slow to read one tries again.
        const heals = !/not found|couldn't find|no such|invalid/i.test(message);
        const missing = facts(missingReference(message));
        return [of("config-error", heals, reason, message, { ...known, ...missing })];
      }
      if (waits && imagePulls.has(reason)) return [of("image-pull", true, reason, message, { ...known, image })];
      return [...exitTroubles(workload, pod, container, events, of), ...probeTroubles(container, events, of)];
    }),
  ];
}

type Make = (cause: Cause, heals: boolean, reason: string, message: string, more?: Partial<Diagnosis>) => Trouble;

// One exit can be a race at start-up; the second of the same container in a new pod is a pattern, unless it came up
// after all: pods that somebody else rolled out may carry restarts of months.
function exitTroubles(
  workload: Workload,
  pod: Pod,
  container: ContainerState,
  events: readonly WarningEvent[],
  of: Make,
): readonly Trouble[] {
  if (container.exits < 2 || container.ready) return [];
  const killer = killedBy(container, events);
  const known = containerFacts(container);
  if (killer !== undefined) {
    return [of("probe", false, "Unhealthy", killer.failure, { ...known, probe: killer.probe, event: killer.event })];
  }
  const reason = container.state === "running" ? container.exitReason || "Error" : container.reason || "Error";
  const command = kubectl(workload, ["logs", pod.name, "-c", container.name, "--previous"]);
  const message = container.exitMessage || container.message;
  const cause = container.init ? "init-container" : "crash-loop";
  const log = container.state === "terminated" ? "present" : "previous";
  return [{ ...of(cause, false, reason, message, { ...known, command }), log }];
}

/** The probe for whose failing kubelet stopped it: it did not end by itself. */
function killedBy(container: ContainerState, events: readonly WarningEvent[]) {
  const { exitCode = 0, exitReason } = container;
  // What SIGTERM and, after the grace period, SIGKILL make of it, or a good end on SIGTERM.
  if (exitReason === "OOMKilled" || ![0, 137, 143].includes(exitCode)) return undefined;
  return failedProbes(container, events).find(({ probe }) => probe !== "readiness");
}

function probeTroubles(container: ContainerState, events: readonly WarningEvent[], of: Make): readonly Trouble[] {
  if (container.ready || container.exits >= 2) return [];
  const [failed] = failedProbes(container, events);
  if (failed === undefined) return [];
  const { probe, failure, event } = failed;
  return [of("probe", true, "Unhealthy", failure, { ...containerFacts(container), probe, event })];
}

export function containerFacts(container: ContainerState): Partial<Diagnosis> {
  const { name, exitCode, exitReason, restartCount } = container;
  const signal = signalOf(container);
  return { ...facts({ container: name, exitCode, exitReason, signal }), restartCount };
}

/** The object, and the key in it, that a message of kubelet misses (pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables). */
export function missingReference(message: string): Readonly<Record<string, string | undefined>> {
  const [, key, keyKind, path] = /couldn't find key (\S+) in (Secret|ConfigMap) (\S+)/.exec(message) ?? [];
  if (keyKind !== undefined) return { reference: `${keyKind.toLowerCase()}/${path?.split("/").at(-1)}`, key };
  const [, kind, name] = /\b(secret|configmap)s? "([^"]+)" not found/i.exec(message) ?? [];
  if (kind !== undefined) return { reference: `${kind.toLowerCase()}/${name}` };
  return { key: /references non-existent (?:secret|config) key: (\S+)/.exec(message)?.[1] };
}
