import type { KubeApi } from "../../kube/cluster.ts";
import { toRestartError } from "../../kube/error.ts";
import { list } from "../../kube/list.ts";
import { formatLabelSelector } from "../../kube/selector.ts";
import { deadlineTrouble } from "../diagnosis/silence.ts";
import type { WorkloadKind } from "../kinds/workload-kind.ts";
import { type PodObject, projectPod } from "../pods.ts";
import { projectRevision, type RevisionObject } from "../revisions.ts";
import { readRollout, type SeenWorkload } from "../rollout-state.ts";
import type { Finding } from "./finding.ts";

/**
 * A rollout that is under way blocks while it moves, since a restart on top kills half-started pods; one that is stalled
 * or failing only warns, because people restart what is stuck.
 */
export async function rolloutFindings(
  api: KubeApi,
  kind: WorkloadKind,
  seen: SeenWorkload,
  signal: AbortSignal | undefined,
): Promise<readonly Finding[]> {
  const { workload } = seen;
  if (!kind.rolling(workload) || workload.paused || workload.strategy === "OnDelete") return [];
  const { updated, desired, available } = workload.counts;
  const evidence = { updated: String(updated), desired: String(desired), available: String(available) };
  const stuck = deadlineTrouble(workload) ?? (await findTrouble(api, kind, seen, signal));
  if (stuck === undefined) return [{ code: "rollout-in-progress", level: "block", evidence }];
  const { cause, reason, pod = "" } = stuck.diagnosis;
  return [{ code: "rollout-in-progress", level: "warn", evidence: { ...evidence, cause, reason, pod } }];
}

async function findTrouble(api: KubeApi, kind: WorkloadKind, seen: SeenWorkload, signal: AbortSignal | undefined) {
  const { namespace } = seen.workload.ref;
  const options = { labelSelector: formatLabelSelector(seen.workload.selector), ...(signal && { signal }) };
  const { listKind, group, version, resource } = kind.revisions;
  const own = { group, version, namespace, resource };
  try {
    const [pods, revisions] = await Promise.all([
      list(
        api,
        { group: "", version: "v1", resource: "pods", namespace },
        "PodList",
        (object) => projectPod(object as unknown as PodObject),
        options,
      ),
      list(
        api,
        own,
        listKind,
        (object) => projectRevision(object as unknown as RevisionObject, kind.revisionLabel),
        options,
      ),
    ]);
    const sight = {
      kind,
      seen,
      pods: new Map(pods.items.map((pod) => [pod.uid, pod])),
      revisions: new Map(revisions.items.map((revision) => [revision.uid, revision])),
    };
    return readRollout(sight, seen.workload.observedGeneration, undefined).troubles[0];
  } catch (error) {
    // Whoever may not look at pods cannot tell a stuck rollout from a moving one: the careful answer stands.
    if (toRestartError(error).reason === "Forbidden") return undefined;
    throw error;
  }
}
