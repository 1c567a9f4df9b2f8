/** A clock that moves only when everything that could go on has gone on. */
export interface VirtualClock {
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Lets everything settle, then fires every timer that falls due within `milliseconds`, in order. */
  readonly advance: (milliseconds: number) => Promise<void>;
  /** Jumps from timer to timer until the promise settles; rejects when nothing is left that could settle it. */
  readonly runUntil: <T>(promise: Promise<T>) => Promise<T>;
  /** Jumps from timer to timer until the predicate holds; rejects after `limit` virtual milliseconds. */
  readonly runUntilTrue: (predicate: () => boolean, limit?: number) => Promise<void>;
  /** Timers that are armed. */
  readonly pending: () => number;
}

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly fire: () => void;
}

/** Starts at `start` milliseconds since the epoch. */
export function createVirtualClock(start: number): VirtualClock {
  let time = start;
  let order = 0;
  const timers = new Set<Timer>();

  const sleep = (milliseconds: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const abort = () => {
        timers.delete(timer);
        reject(signal?.reason);
      };
      order += 1;
      const timer: Timer = {
        due: time + Math.max(0, milliseconds),
        order,
        fire: () => {
          timers.delete(timer);
          signal?.removeEventListener("abort", abort);
          resolve();
        },
      };
      signal?.addEventListener("abort", abort, { once: true });
      timers.add(timer);
    });

  const next = (): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (!first || timer.due < first.due || (timer.due === first.due && timer.order < first.order)) first = timer;
    }
    return first;
  };

  // One macrotask settles promises, streams and digests under Bun (measured); a second one covers what they schedule.
  const settle = async () => {
    for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };

  const jump = (limit: number): boolean => {
    const timer = next();
    if (!timer || timer.due > limit) return false;
    time = Math.max(time, timer.due);
    timer.fire();
    return true;
  };

  return {
    now: () => time,
    sleep,
    advance: async (milliseconds) => {
      const end = time + milliseconds;
      do await settle();
      while (jump(end));
      time = end;
    },
    runUntil: async (promise) => {
      let settled = false;
      const watched = promise.finally(() => {
        settled = true;
      });
      watched.catch(() => undefined);
      for (let idle = 0; ; ) {
        await settle();
        if (settled) return watched;
        idle = jump(Number.POSITIVE_INFINITY) ? 0 : idle + 1;
        // A digest is computed on another thread, which a busy machine may not schedule at once.
        if (idle > 0) await new Promise((resolve) => setTimeout(resolve, 1));
        if (idle > 1000) throw new Error("nothing is left that could settle the promise");
      }
    },
    runUntilTrue: async (predicate, limit = 3_600_000) => {
      const end = time + limit;
      for (;;) {
        await settle();
        if (predicate()) return;
        if (!jump(end)) throw new Error("the predicate did not become true");
      }
    },
    pending: () => timers.size,
  };
}
