import { expect, it } from "vitest";
import { describeOnEveryCluster } from "./harness.ts";
import { workload } from "./manifests.ts";
import { pathOf } from "./patch.ts";
import { podsOf } from "./pods.ts";
import { ends, last, planRestart, restartOne, runRestart } from "./run-restart.ts";

const byHand = { updateStrategy: { type: "OnDelete" } };

describeOnEveryCluster("an OnDelete workload whose pods the run deletes", (start) => {
  it("is rolled from the highest ordinal on, one pod at a time, as a StatefulSet", async () => {
    const cluster = await start();
    await cluster.applyReady(workload("StatefulSet", "db", { spec: { ...byHand, replicas: 3 } }));
    const before = await podsOf(cluster);
    const order: string[] = [];
    let fewest = 3;
    const plan = await planRestart(cluster, "StatefulSet", "db", { deletePods: true });
    const events = await runRestart(cluster, plan, {
      during: (event) => {
        if (event.type !== "target.pod" || event.revision !== "old" || event.state !== "terminating") return;
        order.push(event.pod);
      },
    });
    for (const event of events) {
      if (event.type === "target.progress") fewest = Math.min(fewest, event.progress.available);
    }
    expect(ends(events)).toEqual(["healthy", 0]);
    expect(order).toEqual(["db-2", "db-1", "db-0"]);
    expect(fewest).toBe(2);
    const after = await podsOf(cluster);
    expect(after.map(({ name }) => name)).toEqual(["db-0", "db-1", "db-2"]);
    expect(after.filter(({ uid }) => before.some((old) => old.uid === uid))).toEqual([]);
    // What the set's own status says of it for good (completeRollingUpdate is not for OnDelete).
    const { status } = (await cluster.request(pathOf("statefulsets/db", cluster.namespace))).body;
    expect(status.updatedReplicas).toBe(3);
    expect(status.currentRevision).not.toBe(status.updateRevision);
  });

  it("is rolled node by node as a DaemonSet", async () => {
    const cluster = await start();
    await cluster.applyReady(workload("DaemonSet", "agent", { spec: byHand }));
    const before = await podsOf(cluster);
    const events = await restartOne(cluster, "DaemonSet", "agent", { deletePods: true });
    expect(ends(events)).toEqual(["healthy", 0]);
    const after = await podsOf(cluster);
    expect(after).toHaveLength(before.length);
    expect(after.filter(({ uid }) => before.some((old) => old.uid === uid))).toEqual([]);
  });

  it("keeps the pods that are left when the first new one crashes", async () => {
    const cluster = await start();
    const pods = { "fake/crash-after-restart": "true" };
    await cluster.applyReady(workload("StatefulSet", "db", { pods, spec: { ...byHand, replicas: 3 } }));
    const before = await podsOf(cluster);
    const events = await restartOne(cluster, "StatefulSet", "db", { deletePods: true });
    expect(ends(events)).toEqual(["failed", 5]);
    expect(last(events, "target.finished")).toMatchObject({
      diagnosis: { cause: "crash-loop", pod: "db-2" },
      findings: [{ code: "on-delete", evidence: { left: "2", pods: "db-1 db-0" } }],
    });
    const after = await podsOf(cluster);
    const kept = after.filter(({ uid }) => before.some((old) => old.uid === uid)).map(({ name }) => name);
    expect(kept).toEqual(["db-0", "db-1"]);
  });
});
