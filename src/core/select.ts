import type { KubeApi } from "../kube/cluster.ts";
import { type RestartError, toRestartError } from "../kube/error.ts";
import { get } from "../kube/get.ts";
import { list } from "../kube/list.ts";
import { type FoundWorkload, foundWorkload } from "./found-workload.ts";
import { workloadKinds } from "./kinds/index.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";
import { readRefusal, servedOrThrow } from "./unserved.ts";
import type { WorkloadRef } from "./workload.ts";

/** What looking for one item of a selection came to. */
export type Found =
  | { readonly type: "found"; readonly item: FoundWorkload }
  /** May be patched, perhaps, but not read. */
  | {
      readonly type: "unreadable";
      readonly kind: WorkloadKind;
      readonly ref: WorkloadRef;
      readonly error: RestartError;
    }
  | { readonly type: "missing"; readonly kind: WorkloadKind; readonly ref: WorkloadRef; readonly error: RestartError };

export interface ResolveOptions {
  /** Undefined is every namespace. */
  readonly namespace: string | undefined;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects a page; 500 by default. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** Reads one named workload. Rejects only for what is not about this object: an unreachable cluster, refused credentials. */
export async function findNamed(
  api: KubeApi,
  kind: WorkloadKind,
  namespace: string,
  name: string,
  signal?: AbortSignal,
): Promise<Found> {
  const ref: WorkloadRef = { cluster: api.cluster.name, apiVersion: kind.apiVersion, kind: kind.kind, namespace, name };
  const { group, version, resource } = kind;
  try {
    const object = await get<unknown>(
      api,
      { group, version, resource, namespace, name },
      kind.kind,
      signal === undefined ? {} : { signal },
    );
    return { type: "found", item: foundWorkload(kind, object, api.cluster.name) };
  } catch (caught) {
    const error = await readRefusal(api, kind, toRestartError(caught), signal);
    if (error.reason === "NotFound") return { type: "missing", kind, ref, error };
    if (error.reason === "Forbidden") return { type: "unreadable", kind, ref, error };
    throw error;
  }
}

/** Lists the workloads of one kind in the API server's order. Rejects with `NotFound` where the kind is not served. */
export async function findAll(
  api: KubeApi,
  kind: WorkloadKind,
  options: ResolveOptions,
): Promise<readonly FoundWorkload[]> {
  const { group, version, resource } = kind;
  const { namespace, ...rest } = options;
  const path = { group, version, resource, ...(namespace !== undefined && { namespace }) };
  const look = (object: unknown) => foundWorkload(kind, object, api.cluster.name);
  const { items } = await servedOrThrow(api, kind, () => list(api, path, kind.listKind, look, rest), rest.signal);
  return items;
}

/** The kinds under which an object of this name exists, for `restart web` without a kind. */
export async function kindsNamed(
  api: KubeApi,
  namespace: string,
  name: string,
  signal?: AbortSignal,
): Promise<readonly WorkloadKind[]> {
  const found = await Promise.all(workloadKinds.map((kind) => findNamed(api, kind, namespace, name, signal)));
  return found.flatMap((result) => (result.type === "found" ? [result.item.kind] : []));
}

/** Whether a namespace exists; true when it may not be read. */
export async function namespaceExists(api: KubeApi, name: string, signal?: AbortSignal): Promise<boolean> {
  try {
    const path = { group: "", version: "v1", resource: "namespaces", name };
    await get(api, path, "Namespace", signal === undefined ? {} : { signal });
    return true;
  } catch (caught) {
    const error = toRestartError(caught);
    if (error.reason === "NotFound") return false;
    if (error.reason === "Forbidden") return true;
    throw error;
  }
}
