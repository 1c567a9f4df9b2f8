import type { RolloutProgress } from "../core/index.ts";
import { count } from "./names.ts";

/**
 * The line with which kubectl says how far a rollout is (kubectl pkg/polymorphichelpers/rollout_status.go), or undefined
 * when kubectl would call it done. A kind that kubectl does not know gets a line of ours.
 */
export function waitingLine(kind: string, name: string, progress: RolloutProgress): string | undefined {
  const { observed, desired, replicas, updated, ready, available, partition } = progress;
  const finishing = (what: string) => `Waiting for ${spoken(kind)} "${name}" rollout to finish: ${what}...`;
  switch (kind) {
    case "Deployment":
      if (!observed) return "Waiting for deployment spec update to be observed...";
      if (updated < desired) return finishing(`${updated} out of ${desired} new replicas have been updated`);
      if (replicas > updated) return finishing(`${replicas - updated} old replicas are pending termination`);
      if (available < updated) return finishing(`${available} of ${updated} updated replicas are available`);
      return undefined;
    case "DaemonSet":
      if (!observed) return "Waiting for daemon set spec update to be observed...";
      if (updated < desired) return finishing(`${updated} out of ${desired} new pods have been updated`);
      if (available < desired) return finishing(`${available} of ${desired} updated pods are available`);
      return undefined;
    case "StatefulSet":
      if (!observed) return "Waiting for statefulset spec update to be observed...";
      if (ready < desired) return `Waiting for ${desired - ready} pods to be ready...`;
      if (updated < desired - partition) {
        return `Waiting for partitioned roll out to finish: ${updated} out of ${desired - partition} new pods have been updated...`;
      }
      return undefined;
    default:
      return ownLine(spoken(kind), name, progress);
  }
}

/** Of a kind that kubectl has no words for. */
function ownLine(kind: string, name: string, progress: RolloutProgress): string | undefined {
  const { observed, desired, replicas, updated, available, newPodsReady, oldPods } = progress;
  if (!observed) return `Waiting for ${kind} spec update to be observed...`;
  const replaced = newPodsReady ?? Math.min(updated, available);
  if (newPodsReady === undefined && replaced >= desired && replicas <= desired) return undefined;
  const left = replaced >= desired && oldPods !== undefined && oldPods > 0 ? `, ${count(oldPods, "old pod")} left` : "";
  return `Waiting for ${kind} "${name}" to finish: ${Math.min(replaced, desired)} of ${count(desired, "pod")} replaced${left}...`;
}

/** The line with which kubectl says that a rollout is done. */
export function doneLine(kind: string, name: string, progress: RolloutProgress | undefined): string {
  if (kind === "StatefulSet")
    return `partitioned roll out complete: ${progress?.updated ?? 0} new pods have been updated...`;
  return `${spoken(kind)} "${name}" successfully rolled out`;
}

/** The sentence with which kubectl says that a rollout has run out of time. */
export function deadlineLine(kind: string, name: string): string {
  return `${spoken(kind)} "${name}" exceeded its progress deadline`;
}

/** kubectl's words for a kind in a sentence. */
export function spoken(kind: string): string {
  return kind === "DaemonSet" ? "daemon set" : kind.toLowerCase();
}
