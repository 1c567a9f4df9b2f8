import type { Clock } from "../core/index.ts";

/** Collects items and hands them on together. */
export interface Batcher<T> {
  readonly add: (items: readonly T[]) => void;
  /** Hands on what is left, at once. */
  readonly flush: () => void;
}

/** Hands on at most once in `interval` milliseconds; the first items after a pause at once. No timer runs in a pause. */
export function createBatcher<T>(
  clock: Clock,
  interval: number,
  signal: AbortSignal,
  take: (items: readonly T[]) => void,
): Batcher<T> {
  let waiting: T[] = [];
  let last = Number.NEGATIVE_INFINITY;
  let armed = false;
  const flush = (): void => {
    if (waiting.length === 0 || signal.aborted) return;
    const items = waiting;
    waiting = [];
    last = clock.now();
    take(items);
  };
  return {
    add: (items) => {
      for (const item of items) waiting.push(item);
      const rest = last + interval - clock.now();
      if (rest <= 0) flush();
      if (armed || waiting.length === 0) return;
      armed = true;
      clock.sleep(rest, signal).then(
        () => {
          armed = false;
          flush();
        },
        // Nobody listens any more.
        () => undefined,
      );
    },
    flush,
  };
}
