import type { Cluster, KubeApi } from "../../src/core/index.ts";
import type { Expect } from "./expect.ts";

/** What a runtime brings: its own fetch to the three servers of the runner. */
export interface Surroundings {
  /** The simulated cluster. */
  readonly cluster: Cluster;
  /** A server that answers as no API server should; see odd-server.ts. */
  readonly odd: Cluster;
  /** The simulated cluster behind a line that loses an answer, and cuts watches when `/cut-watches/fin` or `/reset` is read. */
  readonly faulty: Cluster;
  /** Prepared by the runner, this runtime's own. */
  readonly namespace: string;
}

export interface Case {
  readonly name: string;
  readonly run: (surroundings: Surroundings, expect: Expect) => Promise<void>;
}

const clock = {
  now: () => Date.now(),
  sleep: (milliseconds: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, milliseconds);
      signal?.addEventListener("abort", stop, { once: true });
    }),
};

export const apiOf = (cluster: Cluster): KubeApi => ({ cluster, clock, random: Math.random });
