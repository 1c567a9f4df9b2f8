import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { statefulset } from "../../src/core/kinds/statefulset.ts";
import type { WorkloadObject } from "../../src/core/workload.ts";
import { type ControlPlane, startControlPlane } from "../control-plane/start.ts";
import type { ClusterUnderTest } from "./cluster-under-test.ts";
import { workload } from "./manifests.ts";
import { pathOf } from "./patch.ts";
import { podsOf } from "./pods.ts";
import { startReal } from "./real-cluster.ts";
import { ends, planRestart, runRestart } from "./run-restart.ts";

// Off by default in 1.36, where the field is dropped in silence: a control plane of its own has the gate on.
describe("a StatefulSet with maxUnavailable, real", () => {
  let plane: ControlPlane | undefined;
  let cluster: ClusterUnderTest & { readonly stop: () => Promise<void> };
  beforeAll(async () => {
    plane = await startControlPlane({ nodes: 1, featureGates: ["MaxUnavailableStatefulSet=true"] });
    cluster = await startReal(plane.address);
  });
  afterAll(async () => {
    await cluster?.stop();
    await plane?.stop();
  });

  it.each<readonly [name: string, podManagementPolicy: string, maxUnavailable: number | string]>([
    ["two", "Parallel", 2],
    // A share is rounded down, whatever its documentation says.
    ["half", "Parallel", "50%"],
    ["ordered", "OrderedReady", 2],
  ])("loses two of five pods at a time (%s, %s, %s), and the plan knows", async (name, podManagementPolicy, given) => {
    const spec = { replicas: 5, podManagementPolicy, updateStrategy: { rollingUpdate: { maxUnavailable: given } } };
    await cluster.applyReady(workload("StatefulSet", name, { spec }));
    const object: WorkloadObject = (await cluster.request(pathOf(`statefulsets/${name}`, cluster.namespace))).body;
    expect(statefulset.project(object, "real").maxUnavailable).toBe(2);
    const before = await podsOf(cluster);
    const plan = await planRestart(cluster, "StatefulSet", name);
    expect(plan.targets[0]).toMatchObject({ replicas: 5, affected: 5, findings: [] });
    const events = await runRestart(cluster, plan);
    expect(ends(events)).toEqual(["healthy", 0]);
    const available = events.flatMap((event) => (event.type === "target.progress" ? [event.progress.available] : []));
    expect(Math.min(...available)).toBe(3);
    const own = (await podsOf(cluster)).filter((pod) => pod.name.startsWith(name));
    expect(own).toHaveLength(5);
    expect(own.filter(({ uid }) => before.some((old) => old.uid === uid))).toEqual([]);
  });
});
