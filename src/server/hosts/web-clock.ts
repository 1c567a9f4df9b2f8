import type { Clock } from "../../core/index.ts";

// Runtimes fire at once when a delay does not fit into 31 bits.
const longestDelay = 2 ** 31 - 1;

/** The clock of a runtime that has timers and nothing of Node's. No sleep here is longer than 24 days. */
export const webClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
        Math.min(milliseconds, longestDelay),
      );
      signal?.addEventListener("abort", stop, { once: true });
    }),
};
