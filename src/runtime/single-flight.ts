/**
 * Shares one running call among everyone who asks while it runs. A waiter's abort rejects that waiter with its reason;
 * when no waiter is left the call itself is aborted.
 */
export function singleFlight<T>(call: (signal: AbortSignal) => Promise<T>): (signal?: AbortSignal) => Promise<T> {
  let flight: { readonly result: Promise<T>; readonly controller: AbortController; waiters: number } | undefined;
  return (signal) => {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (flight === undefined) {
      const controller = new AbortController();
      const started = { controller, waiters: 0, result: call(controller.signal) };
      flight = started;
      const land = (): void => {
        if (flight === started) flight = undefined;
      };
      started.result.then(land, land);
    }
    const joined = flight;
    joined.waiters += 1;
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => {
        joined.waiters -= 1;
        if (joined.waiters === 0) {
          // Whoever asks next must not join a call that is being stopped.
          if (flight === joined) flight = undefined;
          joined.controller.abort(signal?.reason);
        }
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      const settled = (): void => signal?.removeEventListener("abort", onAbort);
      joined.result.then(
        (value) => {
          settled();
          resolve(value);
        },
        (error: unknown) => {
          settled();
          reject(error);
        },
      );
    });
  };
}
