import { describe, inject, onTestFinished } from "vitest";
import type { ClusterUnderTest } from "./cluster-under-test.ts";
import { startReal } from "./real-cluster.ts";
import { startSimulated } from "./simulated-cluster.ts";

export interface HarnessOptions {
  /** Of the simulated cluster: `virtual` jumps over whatever is waited for, `system` is for connections. */
  readonly clock?: "virtual" | "system";
}

/**
 * The same tests on a simulated cluster and, where there is one, on the real control plane. A test calls `start` for a
 * namespace of its own, which goes with the test.
 */
export function describeOnEveryCluster(
  name: string,
  tests: (start: () => Promise<ClusterUnderTest>) => void,
  { clock = "virtual" }: HarnessOptions = {},
): void {
  describe(`${name}, simulated`, () => tests(() => started(startSimulated(clock))));
  const address = inject("controlPlane");
  if (address !== undefined) describe(`${name}, real`, () => tests(() => started(startReal(address))));
}

async function started(starting: ReturnType<typeof startSimulated>): Promise<ClusterUnderTest> {
  const { stop, ...cluster } = await starting;
  onTestFinished(stop);
  return cluster;
}
