import type { Pod } from "../pods.ts";
import type { Workload } from "../workload.ts";
import { type Diagnosis, kubectl, type Trouble } from "./trouble.ts";

/** Milliseconds after which a pod that may take longer to stop is spoken of. */
const longGrace = 30_000;
/** What kubelet takes, at the end of the grace period, to kill and to clear away. */
const slack = 2_000;

/**
 * A pod that is being deleted and stays. Its finalizers are to blame once its containers have stopped, which the API
 * server shows by a grace period of 0; else its time has passed, or it has a long one.
 */
export function terminatingTroubles(
  workload: Workload,
  terminating: readonly Pod[],
  since: ReadonlyMap<string, number>,
  now: number,
): readonly Trouble[] {
  return terminating
    .filter((pod) => isHeld(pod) || now >= overdueAt(pod, since, now))
    .map((pod) => ({
      heals: true,
      involvedUid: pod.uid,
      diagnosis: {
        cause: "terminating",
        reason: isHeld(pod) ? "Finalizers" : "Terminating",
        message: "",
        pod: pod.name,
        ...(pod.finalizers.length > 0 && { finalizers: pod.finalizers }),
        ...(pod.gracePeriodSeconds !== undefined && { gracePeriodSeconds: pod.gracePeriodSeconds }),
        ...(pod.node !== "" && { node: pod.node }),
        command: kubectl(workload, ["get", "pod", pod.name, "-o", "yaml"]),
      } satisfies Diagnosis,
    }));
}

/** When the first of the pods that are being deleted is overdue; undefined when none will be. */
export function nextOverdue(
  terminating: readonly Pod[],
  since: ReadonlyMap<string, number>,
  now: number,
): number | undefined {
  const times = terminating.map((pod) => overdueAt(pod, since, now)).filter((time) => time > now);
  return times.length === 0 ? undefined : Math.min(...times);
}

function isHeld({ finalizers, gracePeriodSeconds }: Pod): boolean {
  return finalizers.length > 0 && gracePeriodSeconds === 0;
}

function overdueAt({ uid, gracePeriodSeconds = 30 }: Pod, since: ReadonlyMap<string, number>, now: number): number {
  return (since.get(uid) ?? now) + Math.min(gracePeriodSeconds * 1000, longGrace) + slack;
}

// An ordered StatefulSet replaces nothing while one of its pods is not ready, an old one included
// (k8s.io/kubernetes pkg/controller/statefulset/stateful_set_control.go, processReplica).
export function blockedOrdinals(workload: Workload, old: readonly Pod[]): readonly Trouble[] {
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
