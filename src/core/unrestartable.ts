import type { KubeApi } from "../kube/cluster.ts";
import { get } from "../kube/get.ts";
import { findForeignKind } from "./kinds/foreign-kinds.ts";
import { findKind } from "./kinds/index.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";
import type { OwnerRef } from "./workload.ts";

interface OwnedObject {
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly (OwnerRef & { readonly controller?: boolean })[];
  };
}

/** What stands above an object without a rollout: a workload that restarts, or what only its operator restarts. */
export type OwnerAbove =
  | { readonly type: "workload"; readonly kind: WorkloadKind; readonly name: string }
  | { readonly type: "foreign"; readonly owner: OwnerRef; readonly command: readonly string[] };

/**
 * The owner that somebody who asks for the restart of a pod, a ReplicaSet or a Job most likely means: the first
 * controller above it that restarts, here or by an operator of its own. Undefined when there is none. Rejects with
 * `NotFound` when the object is not there.
 */
export async function restartableOwner(
  api: KubeApi,
  object: { readonly apiVersion: string; readonly kind: string; readonly resource: string },
  namespace: string,
  name: string,
  signal?: AbortSignal,
): Promise<OwnerAbove | undefined> {
  const [group, version] = object.apiVersion.includes("/") ? object.apiVersion.split("/") : ["", object.apiVersion];
  const path = { group: group ?? "", version: version ?? "", resource: object.resource, namespace, name };
  const { metadata } = await get<OwnedObject>(api, path, object.kind, signal === undefined ? {} : { signal });
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return undefined;
  // By group, too: the StatefulSet of another group is not ours.
  const kind = findKind(owner.apiVersion, owner.kind);
  if (kind !== undefined) return { type: "workload", kind, name: owner.name };
  const foreign = findForeignKind(owner.apiVersion, owner.kind);
  if (foreign !== undefined) {
    const ref = { cluster: api.cluster.name, namespace, name: owner.name };
    const { apiVersion } = owner;
    return {
      type: "foreign",
      owner: { apiVersion, kind: owner.kind, name: owner.name },
      command: foreign.command(ref, metadata.labels ?? {}),
    };
  }
  const set = { apiVersion: "apps/v1", kind: "ReplicaSet", resource: "replicasets" };
  if (owner.kind !== set.kind || owner.apiVersion !== set.apiVersion) return undefined;
  return restartableOwner(api, set, namespace, owner.name, signal);
}
