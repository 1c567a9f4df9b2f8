import { type SimClock, timestamp } from "./clock.ts";
import { type Draft, jsonEqual, type KubeObject, type ObjectMeta } from "./object.ts";
import { seededRandom, uuid } from "./random.ts";
import { findResource } from "./resources.ts";

/** One write, as a watch sees it. */
export interface StoreEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** `pods`, `deployments.apps`. */
  readonly resource: string;
  readonly object: KubeObject;
  readonly previous?: KubeObject;
  readonly revision: number;
}

export interface UpdateOptions {
  /** Moves the generation although the spec stayed: a Deployment's annotations, a deletion that waits for finalizers. */
  readonly moveGeneration?: boolean;
}

/** The objects of one cluster. Everything is synchronous; what is handed out is never changed. */
export interface Store {
  readonly clock: SimClock;
  readonly get: (resource: string, namespace: string | undefined, name: string) => KubeObject | undefined;
  /** Sorted by namespace and name, as etcd keeps its keys. */
  readonly list: (resource: string, namespace?: string) => readonly KubeObject[];
  /** Throws when the name is taken. */
  readonly create: (resource: string, object: Draft) => KubeObject;
  /** Equal content is no write: same resourceVersion, no event. The generation moves when the spec changed. Throws when the object is gone. */
  readonly update: (resource: string, object: KubeObject, options?: UpdateOptions) => KubeObject;
  /** Never moves the generation; undefined when the object is gone. */
  readonly updateStatus: (
    resource: string,
    namespace: string | undefined,
    name: string,
    status: unknown,
  ) => KubeObject | undefined;
  /** Removes at once, finalizers or not; undefined when the object is gone. */
  readonly remove: (resource: string, namespace: string | undefined, name: string) => KubeObject | undefined;
  /** Calls after the write is visible, in the order of revisions, also when a listener writes. */
  readonly subscribe: (listener: (event: StoreEvent) => void) => () => void;
  readonly revision: () => number;
  /** The events after a revision. */
  readonly since: (revision: number) => readonly StoreEvent[] | "compacted";
  /** Forgets the events up to and including a revision. */
  readonly compact: (revision: number) => void;
  /** Seeded, in [0, 1). */
  readonly random: () => number;
}

/** How many events are remembered before the oldest are forgotten. */
const historyLength = 8192;

interface Shelf {
  readonly objects: Map<string, KubeObject>;
  /** Sorted. */
  readonly keys: string[];
}

export function createStore(options: { readonly clock: SimClock; readonly seed: number }): Store {
  const { clock, seed } = options;
  const random = seededRandom(seed);
  const uidRandom = seededRandom(seed ^ 0x5bd1e995);
  const shelves = new Map<string, Shelf>();
  const listeners = new Set<(event: StoreEvent) => void>();
  const pending: StoreEvent[] = [];
  let history: StoreEvent[] = [];
  let forgotten = 0;
  let revision = 0;
  let delivering = false;

  const shelf = (resource: string): Shelf => {
    let found = shelves.get(resource);
    if (found === undefined) {
      found = { objects: new Map(), keys: [] };
      shelves.set(resource, found);
    }
    return found;
  };

  const publish = (event: StoreEvent): void => {
    history.push(event);
    if (history.length > historyLength * 2) {
      history = history.slice(-historyLength);
      forgotten = (history[0]?.revision ?? revision) - 1;
    }
    pending.push(event);
    if (delivering) return;
    delivering = true;
    try {
      for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
        for (const listener of [...listeners]) listener(next);
      }
    } finally {
      delivering = false;
    }
  };

  const replace = (resource: string, previous: KubeObject, object: KubeObject): KubeObject => {
    shelf(resource).objects.set(keyOf(object.metadata.namespace, object.metadata.name), object);
    publish({ type: "MODIFIED", resource, object, previous, revision });
    return object;
  };

  const get: Store["get"] = (resource, namespace, name) => shelf(resource).objects.get(keyOf(namespace, name));

  return {
    clock,
    get,
    random,
    revision: () => revision,
    list: (resource, namespace) => {
      const { objects, keys } = shelf(resource);
      const from = namespace === undefined ? 0 : lowerBound(keys, `${namespace}/`);
      const to = namespace === undefined ? keys.length : lowerBound(keys, `${namespace}0`);
      const found: KubeObject[] = [];
      for (let index = from; index < to; index += 1) {
        const object = objects.get(keys[index] ?? "");
        if (object !== undefined) found.push(object);
      }
      return found;
    },
    create: (resource, draft) => {
      const { objects, keys } = shelf(resource);
      const key = keyOf(draft.metadata.namespace, draft.metadata.name);
      if (objects.has(key)) throw new Error(`${resource} ${key} exists`);
      revision += 1;
      const { name, namespace, ...given } = draft.metadata;
      const own = {
        uid: uuid(uidRandom),
        resourceVersion: String(revision),
        ...(findResource(resource)?.hasGeneration === true ? { generation: 1 } : {}),
        creationTimestamp: given.creationTimestamp ?? timestamp(clock.now()),
      };
      // Twice: once for the place, as the API server prints them, and once so that nothing given wins.
      const metadata: ObjectMeta = {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        ...own,
        ...given,
        ...own,
      };
      const object: KubeObject = { ...draft, metadata };
      objects.set(key, object);
      keys.splice(lowerBound(keys, key), 0, key);
      publish({ type: "ADDED", resource, object, revision });
      return object;
    },
    update: (resource, object, { moveGeneration = false } = {}) => {
      const { namespace, name } = object.metadata;
      const previous = get(resource, namespace, name);
      if (previous === undefined) throw new Error(`${resource} ${keyOf(namespace, name)} is gone`);
      const { uid, resourceVersion, creationTimestamp, generation } = previous.metadata;
      const kept = generation === undefined ? {} : { generation };
      const same = { ...object, metadata: { ...object.metadata, uid, resourceVersion, creationTimestamp, ...kept } };
      if (!moveGeneration && jsonEqual(same, previous)) return previous;
      const moves = moveGeneration || !jsonEqual(object.spec, previous.spec);
      revision += 1;
      return replace(resource, previous, {
        ...same,
        metadata: {
          ...same.metadata,
          resourceVersion: String(revision),
          ...(generation !== undefined && moves ? { generation: generation + 1 } : {}),
        },
      });
    },
    updateStatus: (resource, namespace, name, status) => {
      const previous = get(resource, namespace, name);
      if (previous === undefined || jsonEqual(previous.status, status)) return previous;
      revision += 1;
      const metadata = { ...previous.metadata, resourceVersion: String(revision) };
      return replace(resource, previous, { ...previous, metadata, status });
    },
    remove: (resource, namespace, name) => {
      const { objects, keys } = shelf(resource);
      const key = keyOf(namespace, name);
      const previous = objects.get(key);
      if (previous === undefined) return undefined;
      objects.delete(key);
      keys.splice(lowerBound(keys, key), 1);
      revision += 1;
      const object = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(revision) } };
      publish({ type: "DELETED", resource, object, previous, revision });
      return object;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    since: (from) => {
      if (from < forgotten) return "compacted";
      let index = history.length;
      while (index > 0 && (history[index - 1]?.revision ?? 0) > from) index -= 1;
      return history.slice(index);
    },
    compact: (upTo) => {
      forgotten = Math.max(forgotten, Math.min(upTo, revision));
      history = history.filter((event) => event.revision > forgotten);
    },
  };
}

function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ""}/${name}`;
}

/** The index of the first key that is not smaller. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
