import { setTimeout as pause } from "node:timers/promises";
import type { ClusterUnderTest } from "./cluster-under-test.ts";

/** Milliseconds that anything may take on the system's clock. */
const patience = 60_000;

/** Waiting where time passes by itself. */
export const waitFor: Pick<ClusterUnderTest, "settle" | "until"> = {
  settle: async (promise) => {
    const deadline = new AbortController();
    const late = pause(patience, undefined, { signal: deadline.signal }).then(() => {
      throw new Error("it did not settle within a minute");
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      deadline.abort();
      late.catch(() => undefined);
    }
  },
  until: async (what, condition) => {
    const end = Date.now() + patience;
    while (!(await condition())) {
      if (Date.now() > end) throw new Error(`it did not come true within a minute that ${what}`);
      await pause(25);
    }
  },
};
