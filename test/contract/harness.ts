import { afterAll, beforeAll, describe, inject, onTestFinished, type TestContext } from "vitest";
import type { ClusterUnderTest } from "./cluster-under-test.ts";
import { startReal } from "./real-cluster.ts";
import { startSimulated } from "./simulated-cluster.ts";

export interface HarnessOptions {
  /** Of the simulated cluster: `virtual` jumps over whatever is waited for, `system` is for connections. */
  readonly clock?: "virtual" | "system";
  /** Argo Rollouts are defined, and something does what their controller does. */
  readonly rollouts?: boolean;
}

/** A namespace of its own for a test, gone when the test is over. A concurrent test hands over its context. */
export type StartCluster = (context?: Pick<TestContext, "onTestFinished">) => Promise<ClusterUnderTest>;

/** The same tests on a simulated cluster and, where there is one, on the real control plane. */
export function describeOnEveryCluster(
  name: string,
  tests: (start: StartCluster) => void,
  { clock = "virtual", rollouts = false }: HarnessOptions = {},
): void {
  describe(`${name}, simulated`, () => tests((context) => started(startSimulated(clock, { rollouts }), context)));
  const address = inject("controlPlane");
  if (address !== undefined)
    describe(`${name}, real`, () => tests((context) => started(startReal(address, { rollouts }), context)));
}

/** The same with one cluster, and one namespace, for all tests of the group: for tests that stay out of each other's way. */
export function describeOnSharedCluster(
  name: string,
  tests: (cluster: () => ClusterUnderTest) => void,
  { clock = "virtual" }: HarnessOptions = {},
): void {
  const group = (kind: string, begin: () => ReturnType<typeof startSimulated>) =>
    describe(`${name}, ${kind}`, () => {
      let shared: Awaited<ReturnType<typeof begin>> | undefined;
      beforeAll(async () => {
        shared = await begin();
      });
      afterAll(() => shared?.stop());
      tests(() => {
        if (shared === undefined) throw new Error("the cluster starts with the first test");
        return shared;
      });
    });
  group("simulated", () => startSimulated(clock));
  const address = inject("controlPlane");
  if (address !== undefined) group("real", () => startReal(address));
}

async function started(
  starting: ReturnType<typeof startSimulated>,
  context: Pick<TestContext, "onTestFinished"> = { onTestFinished },
): Promise<ClusterUnderTest> {
  const { stop, ...cluster } = await starting;
  context.onTestFinished(stop);
  return cluster;
}
