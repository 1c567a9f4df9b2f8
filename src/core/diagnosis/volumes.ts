import type { WarningEvent } from "../event-log.ts";
import type { Pod } from "../pods.ts";
import type { Workload } from "../workload.ts";
import { missingReference } from "./containers.ts";
import { type Diagnosis, facts, kubectl, type Trouble } from "./trouble.ts";

/**
 * What keeps a pod from getting its volumes and its network, from its newest warning. Events outlive what they tell of:
 * a pod whose sandbox is ready, or of which a container has begun, has got past it.
 */
export function mountTroubles(workload: Workload, pod: Pod, events: readonly WarningEvent[]): readonly Trouble[] {
  if (!pod.scheduled || pod.ready || pod.sandboxReady === true || pod.containers.some(hasBegun)) return [];
  const event = events.find(({ reason }) => /^(FailedMount|FailedAttachVolume|FailedCreatePodSandBox)$/.test(reason));
  if (event === undefined) return [];
  const { reason, message } = event;
  const of = (heals: boolean, diagnosis: Pick<Diagnosis, "cause"> & Partial<Diagnosis>): readonly Trouble[] => [
    {
      heals,
      involvedUid: pod.uid,
      diagnosis: {
        reason,
        message,
        pod: pod.name,
        event: { reason, message },
        command: kubectl(workload, ["describe", "pod", pod.name]),
        ...diagnosis,
      },
    },
  ];
  if (reason === "FailedCreatePodSandBox") return of(true, { cause: "sandbox" });
  const volume = /volume "([^"]+)"/.exec(message)?.[1] ?? /unmounted volumes=\[([^\]]+)\]/.exec(message)?.[1];
  // A volume whose Secret or ConfigMap is missing is a missing reference like any other.
  if (/(secret|configmap)s? ".*" not found|references non-existent/.test(message)) {
    return of(false, { cause: "config-error", ...facts({ volume, ...missingReference(message) }) });
  }
  const heldBy = /already used by pod\(s\) ([^\s,]+)/.exec(message)?.[1];
  return of(true, { cause: "volume", ...facts({ volume, heldBy }) });
}

function hasBegun({ state, restartCount, reason }: Pod["containers"][number]): boolean {
  if (restartCount > 0 || state === "running" || state === "terminated") return true;
  // Whatever it waits for else comes after the volumes.
  return state === "waiting" && reason !== "" && reason !== "ContainerCreating" && reason !== "PodInitializing";
}
