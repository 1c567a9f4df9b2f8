import type { KubeObject } from "../object.ts";
import { resourceName, resources } from "../resources.ts";
import type { Store, StoreEvent } from "../store.ts";

/** Who belongs to whom by `ownerReferences`, kept up to date with the store. */
export interface OwnerIndex {
  /** The objects of one resource that name the owner, oldest first. */
  readonly dependents: (ownerUid: string, resource: string) => readonly KubeObject[];
  /** Every dependent with its resource. */
  readonly all: (ownerUid: string) => readonly { readonly resource: string; readonly object: KubeObject }[];
  readonly stop: () => void;
}

export function createOwnerIndex(store: Store): OwnerIndex {
  const byOwner = new Map<string, Map<string, { resource: string; object: KubeObject }>>();

  const add = (resource: string, object: KubeObject): void => {
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const dependents = byOwner.get(uid) ?? new Map<string, { resource: string; object: KubeObject }>();
      byOwner.set(uid, dependents);
      dependents.set(object.metadata.uid, { resource, object });
    }
  };
  const remove = (object: KubeObject): void => {
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const dependents = byOwner.get(uid);
      dependents?.delete(object.metadata.uid);
      if (dependents?.size === 0) byOwner.delete(uid);
    }
  };
  const follow = ({ type, resource, object, previous }: StoreEvent): void => {
    // An update in place keeps the order of the map, which is the order of creation.
    if (type === "DELETED" || previous?.metadata.ownerReferences !== object.metadata.ownerReferences) {
      if (previous !== undefined) remove(previous);
    }
    if (type !== "DELETED") add(resource, object);
  };

  for (const info of resources) {
    const resource = resourceName(info);
    for (const object of store.list(resource)) add(resource, object);
  }
  const stop = store.subscribe(follow);

  return {
    dependents: (ownerUid, resource) => {
      const found: KubeObject[] = [];
      for (const entry of byOwner.get(ownerUid)?.values() ?? [])
        if (entry.resource === resource) found.push(entry.object);
      return found;
    },
    all: (ownerUid) => [...(byOwner.get(ownerUid)?.values() ?? [])],
    stop,
  };
}
