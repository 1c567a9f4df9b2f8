import type { Clock } from "../kube/clock.ts";

/** What `withHeartbeat` adds: silence that lasted, or a signal that came. */
export type Pulse = { readonly pulse: "silence" } | { readonly pulse: "signal" };

/**
 * Passes on what the source yields, and says so when it has been silent for `interval` milliseconds, and at once, one time,
 * when `signal` aborts. The source is made with a signal of its own, which aborts when the reader leaves: a source that
 * waits for its next item would else hold up whoever has left.
 */
export async function* withHeartbeat<T extends object>(
  open: (left: AbortSignal) => AsyncGenerator<T, void>,
  clock: Clock,
  interval: number,
  signal: AbortSignal,
): AsyncGenerator<T | Pulse, void> {
  const left = new AbortController();
  const source = open(left.signal);
  let told = signal.aborted;
  let next = source.next();
  try {
    for (;;) {
      if (!told && signal.aborted) {
        told = true;
        yield { pulse: "signal" };
      }
      const quiet = new AbortController();
      const silence = clock.sleep(interval, quiet.signal).then(
        () => ({ pulse: "silence" }) as const,
        () => undefined,
      );
      const signalled = told ? undefined : untilAborted(signal, quiet.signal);
      const first = await Promise.race([next, silence, ...(signalled ? [signalled] : [])]);
      quiet.abort();
      await silence;
      if (first === undefined) continue;
      if ("pulse" in first) {
        told ||= first.pulse === "signal";
        yield first;
        continue;
      }
      if (first.done) return;
      yield first.value;
      next = source.next();
    }
  } finally {
    left.abort();
    // Nobody asks for it any more, nor for what became of it.
    next.catch(() => undefined);
    await source.return();
  }
}

function untilAborted(signal: AbortSignal, stop: AbortSignal): Promise<{ readonly pulse: "signal" }> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve({ pulse: "signal" }), { once: true, signal: stop });
  });
}
