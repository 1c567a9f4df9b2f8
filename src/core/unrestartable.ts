import type { KubeApi } from "../kube/cluster.ts";
import { get } from "../kube/get.ts";
import { parseKind } from "./kinds/index.ts";
import type { OwnerRef } from "./workload.ts";

interface OwnedObject {
  readonly metadata: {
    readonly ownerReferences?: readonly (OwnerRef & { readonly controller?: boolean })[];
  };
}

/**
 * The workload that somebody who asks for the restart of a pod, a ReplicaSet or a Job most likely means: the first
 * restartable controller above it. Undefined when there is none. Rejects with `NotFound` when the object is not there.
 */
export async function restartableOwner(
  api: KubeApi,
  object: { readonly apiVersion: string; readonly kind: string; readonly resource: string },
  namespace: string,
  name: string,
  signal?: AbortSignal,
): Promise<OwnerRef | undefined> {
  const [group, version] = object.apiVersion.includes("/") ? object.apiVersion.split("/") : ["", object.apiVersion];
  const path = { group: group ?? "", version: version ?? "", resource: object.resource, namespace, name };
  const { metadata } = await get<OwnedObject>(api, path, object.kind, signal === undefined ? {} : { signal });
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return undefined;
  if (parseKind(owner.kind) !== undefined) return { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.name };
  if (owner.kind !== "ReplicaSet") return undefined;
  const set = { apiVersion: "apps/v1", kind: "ReplicaSet", resource: "replicasets" };
  return restartableOwner(api, set, namespace, owner.name, signal);
}
