import { describe, expect, it } from "vitest";
import { createWorld, names, readyPods, restartedAt, restartValue, uids, type World } from "./world.ts";

const kind = "statefulsets.apps";

function settled(world: World): boolean {
  const { spec, status, metadata } = world.statefulSet("db");
  const desired = spec.replicas ?? 1;
  return (
    status?.observedGeneration === metadata.generation &&
    (status?.updatedReplicas ?? 0) === desired &&
    (status?.readyReplicas ?? 0) === desired &&
    status?.availableReplicas === desired
  );
}

function settledWorld(
  ...[spec, template]: [Parameters<World["createStatefulSet"]>[1]?, Record<string, string>?]
): World {
  const world = createWorld();
  world.createStatefulSet("db", spec, template);
  world.until(() => settled(world));
  return world;
}

const values = (world: World): readonly (string | undefined)[] => world.pods("db").map(restartValue);

describe("a StatefulSet in the simulated cluster", () => {
  it("makes its ordinals one after the other, each when the one before is ready", () => {
    const world = createWorld();
    world.createStatefulSet("db", { replicas: 3 });
    const readyAtCreation: number[] = [];
    world.store.subscribe(({ type, resource }) => {
      if (type === "ADDED" && resource === "pods") readyAtCreation.push(readyPods(world.pods("db")).length);
    });
    world.until(() => settled(world));
    expect(names(world.pods("db"))).toEqual(["db-0", "db-1", "db-2"]);
    expect(readyAtCreation).toEqual([0, 1, 2]);
  });

  it("makes them all at once when Parallel", () => {
    const world = createWorld();
    world.createStatefulSet("db", { replicas: 3, podManagementPolicy: "Parallel" });
    world.run(100);
    expect(names(world.pods("db"))).toEqual(["db-0", "db-1", "db-2"]);
  });

  it("labels its pods and counts them", () => {
    const world = settledWorld({ replicas: 2 });
    const { status } = world.statefulSet("db");
    expect(status).toEqual({
      observedGeneration: 1,
      replicas: 2,
      readyReplicas: 2,
      currentReplicas: 2,
      updatedReplicas: 2,
      availableReplicas: 2,
      currentRevision: status?.updateRevision,
      updateRevision: expect.stringMatching(/^db-[b-z2-9]+$/),
      collisionCount: 0,
    });
    expect(world.pods("db")[1]?.metadata.labels).toEqual({
      app: "db",
      "apps.kubernetes.io/pod-index": "1",
      "controller-revision-hash": status?.updateRevision,
      "statefulset.kubernetes.io/pod-name": "db-1",
    });
  });

  it("replaces the highest ordinal first and never misses more than one", () => {
    const world = settledWorld({ replicas: 3 });
    const order: string[] = [];
    let fewest = 3;
    world.store.subscribe(({ type, resource, object }) => {
      if (resource !== "pods") return;
      if (type === "ADDED") order.push(object.metadata.name);
      fewest = Math.min(fewest, readyPods(world.live("db")).length);
    });
    world.annotate(kind, "db", { [restartedAt]: "t1" });
    world.until(() => settled(world));
    expect(order).toEqual(["db-2", "db-1", "db-0"]);
    expect(fewest).toBe(2);
    expect(values(world)).toEqual(["t1", "t1", "t1"]);
    const { status } = world.statefulSet("db");
    expect(status?.currentRevision).toBe(status?.updateRevision);
  });

  it("shows both revisions while it rolls", () => {
    const world = settledWorld({ replicas: 3 }, { "fake/ready-delay": "3000" });
    const before = world.statefulSet("db").status?.currentRevision;
    world.annotate(kind, "db", { [restartedAt]: "t1" });
    world.until(() => world.statefulSet("db").status?.updatedReplicas === 1);
    expect(world.statefulSet("db").status).toMatchObject({ currentRevision: before, currentReplicas: 2, replicas: 3 });
    expect(world.statefulSet("db").status?.updateRevision).not.toBe(before);
  });

  it("rolls only the ordinals from its partition on", () => {
    const world = settledWorld({ replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } });
    world.annotate(kind, "db", { [restartedAt]: "t1" });
    world.run(30_000);
    expect(values(world)).toEqual([undefined, undefined, "t1"]);
    expect(world.statefulSet("db").status).toMatchObject({ updatedReplicas: 1, currentReplicas: 2 });
  });

  it("makes a pod below the partition from the old template again", () => {
    const world = settledWorld({ replicas: 2, updateStrategy: { rollingUpdate: { partition: 2 } } });
    world.annotate(kind, "db", { [restartedAt]: "t1" });
    world.run(1_000);
    world.store.remove("pods", "shop", "db-0");
    world.run(5_000);
    expect(values(world)).toEqual([undefined, undefined]);
    expect(world.statefulSet("db").status).not.toHaveProperty("updatedReplicas");
  });

  it("does nothing but observe with OnDelete, and makes a deleted pod anew", () => {
    const world = settledWorld({ replicas: 2, updateStrategy: { type: "OnDelete" } });
    world.annotate(kind, "db", { [restartedAt]: "t1" });
    world.run(30_000);
    const { status } = world.statefulSet("db");
    expect(status?.observedGeneration).toBe(2);
    expect(status).not.toHaveProperty("updatedReplicas");
    expect(status?.updateRevision).not.toBe(status?.currentRevision);
    expect(values(world)).toEqual([undefined, undefined]);
    world.store.remove("pods", "shop", "db-1");
    world.run(5_000);
    expect(values(world)).toEqual([undefined, "t1"]);
  });

  it("never starts a restart while an earlier ordinal is not ready", () => {
    const world = settledWorld({ replicas: 3 });
    const blocked = world.pods("db")[1];
    const conditions = [{ type: "Ready", status: "False" }];
    world.store.updateStatus("pods", "shop", "db-1", { ...blocked?.status, conditions });
    world.annotate(kind, "db", { [restartedAt]: "t1" });
    world.run(60_000);
    expect(values(world)).toEqual([undefined, undefined, undefined]);
    expect(world.statefulSet("db").status?.observedGeneration).toBe(2);
  });

  it("waits for minReadySeconds between two ordinals", () => {
    const world = settledWorld({ replicas: 2, minReadySeconds: 10 });
    world.annotate(kind, "db", { [restartedAt]: "t1" });
    expect(world.until(() => settled(world))).toBeGreaterThan(20_000);
  });

  it("scales down from the highest ordinal, one at a time", () => {
    const world = settledWorld({ replicas: 3 });
    world.change(kind, "db", { replicas: 1 });
    world.run(200);
    expect(names(world.live("db"))).toEqual(["db-0", "db-1"]);
    world.run(5_000);
    expect(names(world.pods("db"))).toEqual(["db-0"]);
  });

  it("says what it created and deleted", () => {
    const world = settledWorld({ replicas: 1 });
    world.annotate(kind, "db", { [restartedAt]: "t1" });
    world.until(() => settled(world));
    expect(world.events("StatefulSet").map(({ reason, message, count }) => [reason, message, count])).toEqual([
      ["SuccessfulCreate", "create Pod db-0 in StatefulSet db successful", 2],
      ["SuccessfulDelete", "delete Pod db-0 in StatefulSet db successful", 1],
    ]);
  });
});

describe("putting a StatefulSet's old template back", () => {
  it("keeps the ordinals that were not replaced, under the old revision raised to the newest", () => {
    const world = settledWorld({ replicas: 4 });
    const before = uids(world.pods("db"));
    const revision = world.statefulSet("db").status?.currentRevision;
    world.annotate(kind, "db", { [restartedAt]: "t1" });
    world.until(() => readyPods(world.pods("db")).filter((pod) => restartValue(pod) === "t1").length === 2);
    world.annotate(kind, "db", { [restartedAt]: undefined });
    world.run(20);
    // Equal at once, though pods of the other revision are still there.
    expect(world.statefulSet("db").status).toMatchObject({ currentRevision: revision, updateRevision: revision });
    expect(world.statefulSet("db").status?.updatedReplicas).toBeLessThan(4);
    world.until(() => settled(world));
    expect(values(world)).toEqual([undefined, undefined, undefined, undefined]);
    expect(uids(world.pods("db")).filter((uid) => before.includes(uid)).length).toBeGreaterThanOrEqual(1);
    const raised = world.store.get("controllerrevisions.apps", "shop", revision ?? "");
    expect(raised?.["revision"]).toBe(3);
  });

  it("does not repair a stuck pod when OrderedReady, until that pod is deleted", () => {
    const world = settledWorld({ replicas: 4 });
    const before = uids(world.pods("db"));
    world.annotate(kind, "db", { "fake/never-ready": "true" });
    world.run(10_000);
    world.annotate(kind, "db", { "fake/never-ready": undefined });
    world.run(60_000);
    const stuck = world.pods("db")[3];
    expect(stuck?.metadata.annotations).toEqual({ "fake/never-ready": "true" });
    expect(world.statefulSet("db").status).toMatchObject({ updatedReplicas: 3, readyReplicas: 3 });
    world.store.remove("pods", "shop", "db-3");
    expect(world.until(() => settled(world))).toBeLessThan(4_000);
    expect(uids(world.pods("db")).filter((uid) => before.includes(uid))).toHaveLength(3);
  });

  it("repairs a stuck pod by itself when Parallel", () => {
    const world = settledWorld({ replicas: 4, podManagementPolicy: "Parallel" });
    const before = uids(world.pods("db"));
    world.annotate(kind, "db", { "fake/never-ready": "true" });
    world.run(10_000);
    world.annotate(kind, "db", { "fake/never-ready": undefined });
    world.until(() => settled(world));
    expect(uids(world.pods("db")).filter((uid) => before.includes(uid))).toHaveLength(3);
  });
});
