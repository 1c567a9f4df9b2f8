import type { Clock } from "../kube/clock.ts";

// Node and Bun fire at once when a delay does not fit into 31 bits.
const longestDelay = 2 ** 31 - 1;

/** The real clock. A sleep that is aborted rejects with the signal's reason and leaves neither timer nor listener. */
export function createSystemClock(): Clock {
  return { now: () => Date.now(), sleep };
}

async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  let left = milliseconds;
  do {
    const step = Math.min(left, longestDelay);
    await sleepOnce(step, signal);
    left -= step;
  } while (left > 0);
}

function sleepOnce(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
