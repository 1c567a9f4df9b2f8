import type { KubeObject } from "../object.ts";
import { findResource, resourceName, resources } from "../resources.ts";
import type { ControllerContext } from "./controller-context.ts";
import { deletePod } from "./pod-creation.ts";
import type { Reconciler } from "./work-queue.ts";
import type { Pod } from "./workload-objects.ts";

/** Deletes what belonged to an owner that is gone, in the background. Keys are uids of owners. */
export function createGarbageCollector({ store, owners }: ControllerContext): Reconciler {
  const byKind = new Map(resources.map((info) => [`${info.group}/${info.kind}`, resourceName(info)]));

  const isGone = (dependent: KubeObject): boolean =>
    (dependent.metadata.ownerReferences ?? []).every(({ apiVersion, kind, name, uid }) => {
      const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
      const resource = byKind.get(`${group}/${kind}`);
      if (resource === undefined) return false;
      const namespace = findResource(resource)?.namespaced === true ? dependent.metadata.namespace : undefined;
      return store.get(resource, namespace, name)?.metadata.uid !== uid;
    });

  return {
    name: "garbage-collector",
    keys: ({ type, object }) => (type === "DELETED" ? [object.metadata.uid] : []),
    sync: (uid) => {
      for (const { resource, object } of owners.all(uid)) {
        if (!isGone(object)) continue;
        if (resource === "pods") deletePod(store, object as Pod);
        else if ((object.metadata.finalizers?.length ?? 0) === 0) {
          store.remove(resource, object.metadata.namespace, object.metadata.name);
        }
      }
      return undefined;
    },
  };
}
