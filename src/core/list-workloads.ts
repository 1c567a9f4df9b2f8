import type { KubeApi } from "../kube/cluster.ts";
import { list, listPage } from "../kube/list.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";
import type { ResolveOptions } from "./select.ts";
import { servedOrThrow } from "./unserved.ts";
import type { Workload, WorkloadObject } from "./workload.ts";

export interface ListWorkloadsOptions extends ResolveOptions {
  /** Also reads who restarted each; the list costs more bytes for it. */
  readonly detail?: boolean;
}

/**
 * Lists the workloads of one kind in the API server's order, projected: what a table needs and no more. Rejects with
 * `NotFound`, `unserved` as `detail.why`, where the kind is not served.
 */
export async function listWorkloads(
  api: KubeApi,
  kind: WorkloadKind,
  { namespace, ...rest }: ListWorkloadsOptions,
): Promise<readonly Workload[]> {
  const { group, version, resource } = kind;
  const path = { group, version, resource, ...(namespace !== undefined && { namespace }) };
  const look = (object: unknown) => kind.project(object as WorkloadObject, api.cluster.name);
  const options = kind.wire === undefined ? rest : { ...rest, wire: kind.wire };
  const { items } = await servedOrThrow(api, kind, () => list(api, path, kind.listKind, look, options), rest.signal);
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
  const look = (object: unknown) => kind.project(object as WorkloadObject, api.cluster.name);
  return servedOrThrow(api, kind, () => listPage(api, path, kind.listKind, look, token, rest), rest.signal);
}

/** Names of the namespaces, in the API server's order. */
export async function listNamespaces(api: KubeApi, signal?: AbortSignal): Promise<readonly string[]> {
  const path = { group: "", version: "v1", resource: "namespaces" };
  const { items } = await list(api, path, "NamespaceList", ({ metadata }) => metadata.name, {
    ...(signal && { signal }),
  });
  return items;
}
