import type { KubeApi } from "../kube/cluster.ts";
import { list, listPage } from "../kube/list.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";
import type { ResolveOptions } from "./select.ts";
import type { Workload, WorkloadObject } from "./workload.ts";

export interface ListWorkloadsOptions extends ResolveOptions {
  /** Also reads who restarted each; the list costs more bytes for it. */
  readonly detail?: boolean;
}

/** Lists the workloads of one kind in the API server's order, projected: what a table needs and no more. */
export async function listWorkloads(
  api: KubeApi,
  kind: WorkloadKind,
  { namespace, ...rest }: ListWorkloadsOptions,
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

export interface WorkloadsPage {
  readonly items: readonly Workload[];
  /** Of the next page; empty on the last one. */
  readonly token: string;
}

/** One page of `listWorkloads`. A token that has become too old rejects with `Expired`. */
export async function listWorkloadsPage(
  api: KubeApi,
  kind: WorkloadKind,
  token: string,
  { namespace, ...rest }: ResolveOptions,
): Promise<WorkloadsPage> {
  const { group, version, resource } = kind;
  const path = { group, version, resource, ...(namespace !== undefined && { namespace }) };
  return listPage(
    api,
    path,
    kind.listKind,
    (object) => kind.project(object as unknown as WorkloadObject, api.cluster.name),
    token,
    rest,
  );
}

/** Names of the namespaces, in the API server's order. */
export async function listNamespaces(api: KubeApi, signal?: AbortSignal): Promise<readonly string[]> {
  const path = { group: "", version: "v1", resource: "namespaces" };
  const { items } = await list(api, path, "NamespaceList", ({ metadata }) => metadata.name, {
    ...(signal && { signal }),
  });
  return items;
}
