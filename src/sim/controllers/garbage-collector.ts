import { timestamp } from "../clock.ts";
import type { KubeObject } from "../object.ts";
import { findResource, resourceName, resources } from "../resources.ts";
import type { ControllerContext } from "./controller-context.ts";
import { deletePod } from "./pod-creation.ts";
import type { Reconciler } from "./work-queue.ts";
import type { Pod } from "./workload-objects.ts";

const foreground = "foregroundDeletion";
const orphan = "orphan";

/**
 * Deletes what belonged to an owner that is gone, in the background; an owner that waits for its dependents is let go when the last
 * of them is gone, and one that leaves them behind when they have forgotten it. Keys are uids of owners.
 */
export function createGarbageCollector({ store, owners }: ControllerContext): Reconciler {
  const byKind = new Map(resources.map((info) => [`${info.group}/${info.kind}`, resourceName(info)]));
  /** Owners that are being deleted and have something to do before they go. */
  const leaving = new Map<string, { readonly resource: string; readonly object: KubeObject }>();

  const isGone = (dependent: KubeObject): boolean =>
    (dependent.metadata.ownerReferences ?? []).every(({ apiVersion, kind, name, uid }) => {
      if (leaving.has(uid)) return true;
      const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
      const resource = byKind.get(`${group}/${kind}`);
      if (resource === undefined) return false;
      const namespace = findResource(resource)?.namespaced === true ? dependent.metadata.namespace : undefined;
      return store.get(resource, namespace, name)?.metadata.uid !== uid;
    });

  const collect = (resource: string, object: KubeObject, ownerWaits: boolean): void => {
    if (resource === "pods") {
      deletePod(store, object as Pod);
      return;
    }
    const { namespace, name, uid, finalizers = [], deletionTimestamp = timestamp(store.clock.now()) } = object.metadata;
    // Under an owner that waits, what has dependents itself waits for them too.
    const waits = ownerWaits && owners.all(uid).length > 0 && !finalizers.includes(foreground);
    const holders = waits ? [...finalizers, foreground] : finalizers;
    if (holders.length === 0) store.remove(resource, namespace, name);
    else
      store.update(resource, { ...object, metadata: { ...object.metadata, finalizers: holders, deletionTimestamp } });
  };

  const letGo = (resource: string, object: KubeObject, finalizer: string): void => {
    const finalizers = (object.metadata.finalizers ?? []).filter((name) => name !== finalizer);
    if (finalizers.length === 0) store.remove(resource, object.metadata.namespace, object.metadata.name);
    else store.update(resource, { ...object, metadata: { ...object.metadata, finalizers } });
  };

  const forget = (uid: string): void => {
    for (const { resource, object } of owners.all(uid)) {
      const ownerReferences = object.metadata.ownerReferences?.filter((reference) => reference.uid !== uid) ?? [];
      store.update(resource, { ...object, metadata: { ...object.metadata, ownerReferences } });
    }
  };

  return {
    name: "garbage-collector",
    keys: ({ type, resource, object }) => {
      const { uid, deletionTimestamp, finalizers = [], ownerReferences = [] } = object.metadata;
      const waits = finalizers.includes(foreground) || finalizers.includes(orphan);
      if (type === "DELETED") {
        leaving.delete(uid);
        return [uid, ...ownerReferences.map((reference) => reference.uid).filter((owner) => leaving.has(owner))];
      }
      if (deletionTimestamp === undefined || !waits) return [];
      leaving.set(uid, { resource, object });
      return [uid];
    },
    sync: (uid) => {
      const owner = leaving.get(uid);
      if (owner?.object.metadata.finalizers?.includes(orphan) === true) {
        forget(uid);
        letGo(owner.resource, owner.object, orphan);
        return undefined;
      }
      for (const { resource, object } of owners.all(uid))
        if (isGone(object)) collect(resource, object, owner !== undefined);
      if (owner !== undefined && owners.all(uid).length === 0) letGo(owner.resource, owner.object, foreground);
      return undefined;
    },
  };
}
