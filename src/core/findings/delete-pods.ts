import type { KubeApi } from "../../kube/cluster.ts";
import { toRestartError } from "../../kube/error.ts";
import { list } from "../../kube/list.ts";
import { remove } from "../../kube/remove.ts";
import { formatLabelSelector } from "../../kube/selector.ts";
import { missingAtOnce } from "../delete-pods.ts";
import type { WorkloadKind } from "../kinds/workload-kind.ts";
import type { Workload } from "../workload.ts";
import type { Finding } from "./finding.ts";
import { stateFindings } from "./state.ts";

/** Whether nobody but us would replace the pods, and we can. */
export function deletesPods(kind: WorkloadKind, { strategy }: Workload): boolean {
  return strategy === "OnDelete" && kind.deletionOrder !== undefined;
}

/** The findings of a workload's state when its pods are deleted by us: no block then, and worth a word. */
export function replacedByUs(kind: WorkloadKind, workload: Workload): readonly Finding[] {
  const evidence = { pods: String(kind.affected(workload)), atOnce: String(missingAtOnce(workload)) };
  return stateFindings(kind, workload).map((finding) =>
    finding.code === "on-delete" ? { ...finding, level: "warn", evidence } : finding,
  );
}

/**
 * Whether the pods may be listed and deleted, by a server-side dry run with one of them: a right that is missing after
 * the PATCH would leave the workload between two revisions.
 */
export async function undeletableFindings(
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
    const evidence = { reason: error.reason, message: error.message };
    switch (error.reason) {
      case "Forbidden":
        return [
          {
            code: / cannot (list|delete) resource /.test(error.message) ? "no-permission" : "admission",
            level: "block",
            evidence,
          },
        ];
      case "Invalid":
      case "BadRequest":
        return [{ code: "admission", level: "block", evidence }];
      // It went meanwhile.
      case "NotFound":
      case "Conflict":
        return [];
      default:
        throw error;
    }
  }
}
