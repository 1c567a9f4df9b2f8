import type { KubeObject } from "../object.ts";
import type { Store } from "../store.ts";
import type { EventNote, EventRecorder } from "./event-recorder.ts";
import type { OwnerIndex } from "./owner-index.ts";

/** What every controller works with. */
export interface ControllerContext {
  readonly store: Store;
  readonly owners: OwnerIndex;
  readonly events: EventRecorder;
}

export function objectKey(object: KubeObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

/** The object of a work queue's key. */
export function objectOfKey(store: Store, resource: string, key: string): KubeObject | undefined {
  const slash = key.indexOf("/");
  const namespace = key.slice(0, slash);
  return store.get(resource, namespace === "" ? undefined : namespace, key.slice(slash + 1));
}

/** Nothing can be created in a namespace that is being deleted; its workloads are only observed. */
export function isNamespaceTerminating(store: Store, namespace: string | undefined): boolean {
  return store.get("namespaces", undefined, namespace ?? "")?.metadata.deletionTimestamp !== undefined;
}

/** A note by one component. */
export function noteBy(component: string): (type: EventNote["type"], reason: string, message: string) => EventNote {
  return (type, reason, message) => ({ type, reason, message, component });
}

/** The soonest of some waits; undefined when there is nothing to wait for. */
export function soonest(...waits: readonly (number | undefined)[]): number | undefined {
  const present = waits.filter((wait) => wait !== undefined);
  return present.length === 0 ? undefined : Math.min(...present);
}
