import type { KubeApi } from "../kube/cluster.ts";
import { type Reason, RestartError } from "../kube/error.ts";
import { remove } from "../kube/remove.ts";
import type { Finding } from "./findings/finding.ts";
import type { RolloutTarget } from "./rollout-sources.ts";
import type { Reading, Sight } from "./rollout-state.ts";

/** Replaces the pods of a workload that nobody else replaces (`OnDelete`), by deleting the old ones. */
export interface PodDeletion {
  /**
   * Deletes what may go now, and resolves when the API server has taken it. Resolves with the error when a pod may not be
   * deleted; a cluster that does not answer is none, the next call tries again. An abort may have deleted one.
   */
  readonly next: (sight: Sight, reading: Reading, signal: AbortSignal) => Promise<RestartError | undefined>;
  /** The pods that are left, for an end before the last was replaced. */
  readonly left: (reading: Reading | undefined) => readonly Finding[];
}

/** What the next reading of the cluster may mend. */
const passing: ReadonlySet<Reason> = new Set<Reason>([
  "Unreachable",
  "ServiceUnavailable",
  "TooManyRequests",
  "InternalError",
  "Timeout",
  "ServerTimeout",
  "StreamCut",
]);

/** Names told of pods that are left. */
const mostNames = 20;

/** How many pods of the workload may be missing at once. */
export function missingAtOnce({ maxUnavailable }: { readonly maxUnavailable: number | undefined }): number {
  return Math.max(1, maxUnavailable ?? 1);
}

/** Begins the replacement of a target's pods; nothing is deleted before `next` is called. */
export function openPodDeletion(api: KubeApi, target: RolloutTarget): PodDeletion {
  const { kind, workload } = target;
  const { namespace } = workload.ref;
  const order = kind.deletionOrder ?? (() => 0);
  // The watch tells of a deletion a moment after the API server has taken it.
  const asked = new Set<string>();
  return {
    next: async (sight, reading, signal) => {
      if (sight.pods === undefined) return new RestartError("Forbidden", "its pods may not be listed");
      // Before the new revision is there, a pod that is deleted comes back as an old one, and no pod is known to be new.
      const isMade = sight.revisions === undefined || reading.revision !== undefined;
      if (!reading.progress.observed || !isMade) return undefined;
      const old = reading.oldPods
        .filter(({ uid }) => !asked.has(uid))
        // What does not serve costs nothing, and may hold up what comes after it.
        .sort((left, right) => Number(left.ready) - Number(right.ready) || order(left.name, right.name));
      for (const pod of old) {
        if (!mayGo(sight, reading, asked, pod.ready)) return undefined;
        try {
          const path = { group: "", version: "v1", resource: "pods", namespace, name: pod.name };
          await remove(api, path, { uid: pod.uid, signal });
        } catch (caught) {
          if (!(caught instanceof RestartError)) {
            if (signal.aborted) return undefined;
            throw caught;
          }
          if (passing.has(caught.reason)) return undefined;
          // It is gone, or another pod has its name by now.
          if (caught.reason !== "NotFound" && caught.reason !== "Conflict") return caught;
        }
        asked.add(pod.uid);
      }
      return undefined;
    },
    left: (reading) => {
      if (reading === undefined) return [leftOver(kind.affected(workload), "")];
      const names = reading.oldPods.filter(({ uid }) => !asked.has(uid)).map(({ name }) => name);
      if (names.length === 0) return [];
      return [leftOver(names.length, names.toSorted(order).slice(0, mostNames).join(" "))];
    },
  };
}

function leftOver(left: number, pods: string): Finding {
  return { code: "on-delete", level: "warn", evidence: { left: String(left), pods } };
}

/** Whether one more pod may be missing; one that is not ready is missing already, and only its successor is waited for. */
function mayGo({ seen }: Sight, { newPods, oldPods }: Reading, asked: ReadonlySet<string>, isReady: boolean): boolean {
  const { counts } = seen.workload;
  const atOnce = missingAtOnce(seen.workload);
  const kept = oldPods.filter(({ uid }) => !asked.has(uid));
  const coming =
    newPods.filter(({ ready }) => !ready).length + Math.max(0, counts.desired - newPods.length - kept.length);
  if (!isReady) return coming < atOnce;
  const ready = [...newPods, ...kept].filter((pod) => pod.ready).length;
  // The status is late to say that a pod went, and alone in saying that a ready one is available.
  return counts.desired - Math.min(ready, counts.available) < atOnce;
}
