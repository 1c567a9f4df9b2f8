import type { Clock } from "../kube/clock.ts";

/** Tells listeners of changes, at most so often; no timer runs while nothing changes. */
export interface Notifier {
  readonly poke: () => void;
  readonly subscribe: (listener: () => void) => () => void;
}

/** `interval` in milliseconds. The first change after a pause is told at once, on the next turn. */
export function createNotifier(clock: Clock, interval: number, signal: AbortSignal): Notifier {
  const listeners = new Set<() => void>();
  let last = Number.NEGATIVE_INFINITY;
  let armed = false;
  return {
    poke: () => {
      if (armed || signal.aborted) return;
      armed = true;
      clock.sleep(Math.max(0, last + interval - clock.now()), signal).then(
        () => {
          armed = false;
          last = clock.now();
          for (const listener of [...listeners]) listener();
        },
        // Closed: nobody is told any more.
        () => undefined,
      );
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
