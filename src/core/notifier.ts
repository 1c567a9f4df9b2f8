import type { Clock } from "../kube/clock.ts";

/** Tells listeners of changes, at most so often; no timer runs while nothing changes. */
export interface Notifier {
  /** Something has changed; with `atOnce` it is worth more than the pause between two notifications. */
  readonly poke: (atOnce?: boolean) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

/** `interval` in milliseconds. The first change after a pause is told at once, on the next turn. */
export function createNotifier(clock: Clock, interval: number, signal: AbortSignal): Notifier {
  const listeners = new Set<() => void>();
  let last = Number.NEGATIVE_INFINITY;
  let armed = false;
  let untold = false;
  const tellIn = (milliseconds: number): Promise<void> =>
    clock.sleep(milliseconds, signal).then(
      () => {
        if (!untold) return;
        untold = false;
        last = clock.now();
        for (const listener of [...listeners]) listener();
      },
      // Closed: nobody is told any more.
      () => undefined,
    );
  return {
    poke: (atOnce = false) => {
      if (signal.aborted) return;
      untold = true;
      if (atOnce) void tellIn(0);
      if (armed || atOnce) return;
      armed = true;
      void tellIn(Math.max(0, last + interval - clock.now())).then(() => {
        armed = false;
      });
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
