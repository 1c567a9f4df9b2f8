import type { KubeApi } from "../../kube/cluster.ts";
import { toRestartError } from "../../kube/error.ts";
import { list } from "../../kube/list.ts";
import { remove } from "../../kube/remove.ts";
import { formatLabelSelector } from "../../kube/selector.ts";
import type { WorkloadKind } from "../kinds/workload-kind.ts";
import type { Workload } from "../workload.ts";
import type { ClusterCheck, Finding } from "./finding.ts";
import { refusal } from "./refusal.ts";

/** Whether nobody but us would replace the pods, and we can. */
export function deletesPods(kind: WorkloadKind, { strategy }: Workload): boolean {
  return strategy === "OnDelete" && kind.deletionOrder !== undefined;
}

/** Whether the pods may be listed and deleted. */
export const undeletable: ClusterCheck = {
  // They are those of the dry run.
  codes: [],
  check: async ({ api, found: { workload }, deletePods, signal }) =>
    deletePods ? undeletableFindings(api, workload, signal) : [],
};

/**
 * Whether the pods may be listed and deleted, by a server-side dry run with one of them: a right that is missing after
 * the PATCH would leave the workload between two revisions.
 */
async function undeletableFindings(
  api: KubeApi,
  { ref, selector }: Workload,
  signal: AbortSignal | undefined,
): Promise<readonly Finding[]> {
  const path = { group: "", version: "v1", resource: "pods", namespace: ref.namespace };
  const options = { labelSelector: formatLabelSelector(selector), ...(signal && { signal }) };
  try {
    const { items } = await list(api, path, "PodList", ({ metadata }) => metadata, options);
    const pod = items.find(({ ownerReferences }) => ownerReferences?.some(({ uid }) => uid === ref.uid));
    if (pod === undefined) return [];
    await remove(api, { ...path, name: pod.name }, { uid: pod.uid, dryRun: true, ...(signal && { signal }) });
    return [];
  } catch (caught) {
    const error = toRestartError(caught);
    switch (error.reason) {
      case "Forbidden":
      case "Invalid":
      case "BadRequest":
        return [refusal(error, / cannot (list|delete) resource /)];
      // It went meanwhile.
      case "NotFound":
      case "Conflict":
        return [];
      default:
        throw error;
    }
  }
}
