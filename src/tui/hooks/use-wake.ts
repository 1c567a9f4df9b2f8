import { createContext, use, useEffect } from "react";
import type { Clock } from "../../core/index.ts";

/** How a component has itself drawn again at a moment. */
export interface Waker {
  readonly clock: Clock;
  readonly wake: () => void;
}

export const WakerContext = createContext<Waker | undefined>(undefined);

/** Draws again at `moment`, in milliseconds of the clock. No timer is armed while nothing on the screen grows older. */
export function useWake(moment: number | undefined): void {
  const waker = use(WakerContext);
  useEffect(() => {
    if (moment === undefined || waker === undefined) return;
    const ended = new AbortController();
    waker.clock.sleep(Math.max(0, moment - waker.clock.now()), ended.signal).then(
      () => waker.wake(),
      // Something else has drawn the screen in between.
      () => undefined,
    );
    return () => ended.abort();
  }, [moment, waker]);
}
