import { resourceName, resources } from "../resources.ts";
import type { Store, StoreEvent } from "../store.ts";

/** One controller: which keys an event touches, and how the world is made to agree with one key. */
export interface Reconciler {
  readonly name: string;
  readonly keys: (event: StoreEvent) => readonly string[];
  /** Returns the milliseconds after which the key must be looked at again although nothing happened, if there are any. */
  readonly sync: (key: string) => number | undefined;
}

export interface ReconcileLoop {
  /** Does everything that is due and returns when the next work is due (milliseconds since the epoch), if there is any. */
  readonly step: () => number | undefined;
  /** Begins to work by itself on the store's clock. While nothing is due it holds no timer. */
  readonly start: () => void;
  readonly stop: () => void;
}

/** What a real controller's watch takes to tell it: an observer can see a generation that is not observed yet. */
const watchLatency = 4;

interface Item {
  readonly due: number;
  readonly order: number;
  readonly reconciler: Reconciler;
  readonly key: string;
}

/** Runs reconcilers level-triggered: a key that is touched many times before its turn is looked at once. */
export function createReconcileLoop(store: Store, reconcilers: readonly Reconciler[]): ReconcileLoop {
  const { clock } = store;
  const heap: Item[] = [];
  /** The item that counts for a key; others in the heap are stale. */
  const waiting = new Map<Reconciler, Map<string, Item>>(reconcilers.map((reconciler) => [reconciler, new Map()]));
  let order = 0;
  let stepping = false;
  let started = false;
  let timer: { readonly due: number; readonly controller: AbortController } | undefined;

  const offer = (reconciler: Reconciler, key: string, due: number): void => {
    const keys = waiting.get(reconciler);
    const present = keys?.get(key);
    if (present !== undefined && present.due <= due) return;
    order += 1;
    const item = { due, order, reconciler, key };
    keys?.set(key, item);
    push(heap, item);
    if (!stepping) arm(due);
  };

  const unsubscribe = store.subscribe((event) => {
    const due = clock.now() + watchLatency;
    for (const reconciler of reconcilers) for (const key of reconciler.keys(event)) offer(reconciler, key, due);
  });

  for (const info of resources) {
    const resource = resourceName(info);
    for (const object of store.list(resource)) {
      const event: StoreEvent = { type: "ADDED", resource, object, revision: store.revision() };
      for (const reconciler of reconcilers)
        for (const key of reconciler.keys(event)) offer(reconciler, key, clock.now());
    }
  }

  const isStale = (item: Item): boolean => waiting.get(item.reconciler)?.get(item.key) !== item;

  const step = (): number | undefined => {
    stepping = true;
    try {
      const now = clock.now();
      for (let item = heap[0]; item !== undefined && (item.due <= now || isStale(item)); item = heap[0]) {
        pop(heap);
        if (isStale(item)) continue;
        waiting.get(item.reconciler)?.delete(item.key);
        const after = item.reconciler.sync(item.key);
        if (after !== undefined) offer(item.reconciler, item.key, now + Math.max(1, after));
      }
      return heap[0]?.due;
    } finally {
      stepping = false;
    }
  };

  const arm = (due: number): void => {
    if (!started || (timer !== undefined && timer.due <= due)) return;
    timer?.controller.abort();
    const controller = new AbortController();
    timer = { due, controller };
    void clock.sleep(Math.max(0, due - clock.now()), controller.signal).then(
      () => {
        if (timer?.controller !== controller) return;
        timer = undefined;
        const next = step();
        if (next !== undefined) arm(next);
      },
      () => undefined,
    );
  };

  return {
    step,
    start: () => {
      started = true;
      const next = step();
      if (next !== undefined) arm(next);
    },
    stop: () => {
      started = false;
      unsubscribe();
      timer?.controller.abort();
      timer = undefined;
    },
  };
}

function before(left: Item, right: Item): boolean {
  return left.due < right.due || (left.due === right.due && left.order < right.order);
}

function push(heap: Item[], item: Item): void {
  let index = heap.length;
  heap.push(item);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !before(item, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = item;
}

function pop(heap: Item[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let child = index * 2 + 1;
    let smaller = heap[child];
    const right = heap[child + 1];
    if (smaller !== undefined && right !== undefined && before(right, smaller)) {
      child += 1;
      smaller = right;
    }
    if (smaller === undefined || !before(smaller, last)) break;
    heap[index] = smaller;
    index = child;
  }
  heap[index] = last;
}
