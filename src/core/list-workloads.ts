import type { KubeApi } from "../kube/cluster.ts";
import { list } from "../kube/list.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";
import type { ResolveOptions } from "./select.ts";
import type { Workload, WorkloadObject } from "./workload.ts";

/** Lists the workloads of one kind in the API server's order, projected: what a table needs and no more. */
export async function listWorkloads(
  api: KubeApi,
  kind: WorkloadKind,
  { namespace, ...rest }: ResolveOptions,
): Promise<readonly Workload[]> {
  const { group, version, resource } = kind;
  const path = { group, version, resource, ...(namespace !== undefined && { namespace }) };
  const { items } = await list(
    api,
    path,
    kind.listKind,
    (object) => kind.project(object as unknown as WorkloadObject, api.cluster.name),
    kind.wire === undefined ? rest : { ...rest, wire: kind.wire },
  );
  return items;
}

/** Names of the namespaces, in the API server's order. */
export async function listNamespaces(api: KubeApi, signal?: AbortSignal): Promise<readonly string[]> {
  const path = { group: "", version: "v1", resource: "namespaces" };
  const { items } = await list(api, path, "NamespaceList", ({ metadata }) => metadata.name, {
    ...(signal && { signal }),
  });
  return items;
}
