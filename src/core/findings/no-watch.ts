import type { KubeApi } from "../../kube/cluster.ts";
import { toRestartError } from "../../kube/error.ts";
import { list } from "../../kube/list.ts";
import type { WorkloadKind } from "../kinds/workload-kind.ts";
import type { WorkloadRef } from "../workload.ts";
import type { Finding } from "./finding.ts";

/**
 * Lists the one object as following it would: roles give list and watch together, and without them a rollout that was
 * begun could not be seen to its end. Anything but a refusal is left to whoever follows.
 */
export async function watchFindings(
  api: KubeApi,
  kind: WorkloadKind,
  { namespace, name }: WorkloadRef,
  signal: AbortSignal | undefined,
): Promise<readonly Finding[]> {
  const { group, version, resource, listKind } = kind;
  try {
    const options = { fieldSelector: `metadata.name=${name}`, limit: 1, ...(signal && { signal }) };
    await list(api, { group, version, resource, namespace }, listKind, () => undefined, options);
    return [];
  } catch (caught) {
    const error = toRestartError(caught);
    if (error.reason !== "Forbidden") throw caught;
    return [{ code: "no-watch", level: "block", evidence: { message: error.message } }];
  }
}
