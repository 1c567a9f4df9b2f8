import { assert, constantFrom, nat, oneof, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveFenceposts } from "../../../src/sim/controllers/int-or-percent.ts";
import { conditionOf, createWorld, names, readyPods, restartedAt, restartValue, uids, type World } from "./world.ts";

const kind = "deployments.apps";

function settled(world: World, name = "web"): boolean {
  const { spec, status, metadata } = world.deployment(name);
  const desired = spec.replicas ?? 1;
  return (
    status?.observedGeneration === metadata.generation &&
    (status?.updatedReplicas ?? 0) === desired &&
    (status?.replicas ?? 0) === desired &&
    (status?.availableReplicas ?? 0) === desired
  );
}

function settledWorld(...deployment: Parameters<World["createDeployment"]>): World {
  const world = createWorld();
  world.createDeployment(...deployment);
  world.until(() => settled(world, deployment[0]));
  return world;
}

const slow = { "fake/ready-delay": "3000" };

describe("a Deployment in the simulated cluster", () => {
  it("comes up with the status that Kubernetes gives a healthy one", () => {
    const world = settledWorld("web", { replicas: 3 });
    const [replicaSet] = world.replicaSets("web");
    expect(world.deployment("web").status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      terminatingReplicas: 0,
    });
    expect(world.deployment("web").status).not.toHaveProperty("unavailableReplicas");
    expect(conditionOf(world.deployment("web"), "Available")).toEqual({
      status: "True",
      reason: "MinimumReplicasAvailable",
      message: "Deployment has minimum availability.",
    });
    expect(conditionOf(world.deployment("web"), "Progressing")).toEqual({
      status: "True",
      reason: "NewReplicaSetAvailable",
      message: `ReplicaSet "${replicaSet?.metadata.name}" has successfully progressed.`,
    });
    expect(replicaSet?.metadata.name).toBe(`web-${replicaSet?.metadata.labels?.["pod-template-hash"]}`);
    expect(world.pods("web")[0]?.metadata.name).toMatch(new RegExp(`^${replicaSet?.metadata.name}-[b-z2-9]{5}$`));
  });

  it("replaces every pod on a restart and never breaks its surge or its unavailability", () => {
    const limit = oneof(nat(6), constantFrom("0%", "25%", "34%", "50%", "100%"));
    const specs = record({
      seed: nat(),
      replicas: nat(9),
      maxSurge: limit,
      maxUnavailable: limit,
      minReadySeconds: constantFrom(0, 0, 2),
    });
    assert(
      property(specs, ({ seed, replicas, maxSurge, maxUnavailable, minReadySeconds }) => {
        const world = createWorld({ seed });
        const rollingUpdate = { maxSurge, maxUnavailable };
        world.createDeployment("web", { replicas, minReadySeconds, strategy: { rollingUpdate } });
        world.until(() => settled(world));
        const before = uids(world.pods("web"));
        const { surge, unavailable } = resolveFenceposts(maxSurge, maxUnavailable, replicas);
        let most = 0;
        let fewest = replicas;
        world.store.subscribe(({ resource }) => {
          if (resource !== "pods") return;
          most = Math.max(most, world.live("web").length);
          fewest = Math.min(fewest, readyPods(world.live("web")).length);
        });
        world.annotate(kind, "web", { [restartedAt]: "t1" });
        world.until(() => settled(world));
        world.run(5_000);
        expect(most).toBeLessThanOrEqual(replicas + surge);
        expect(fewest).toBeGreaterThanOrEqual(replicas - unavailable);
        expect(world.pods("web")).toHaveLength(replicas);
        expect(world.pods("web").every((pod) => restartValue(pod) === "t1")).toBe(true);
        expect(uids(world.pods("web")).some((uid) => before.includes(uid))).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it("begins on ten pods with five new ones and two old ones less, as measured", () => {
    const world = settledWorld("web", { replicas: 10 });
    world.annotate(kind, "web", { [restartedAt]: "t1" });
    world.until(() => world.deployment("web").status?.updatedReplicas === 5);
    expect(world.live("web").filter((pod) => restartValue(pod) === undefined)).toHaveLength(8);
  });

  it("keeps a single pod serving with the default strategy", () => {
    const world = settledWorld("web", { replicas: 1 });
    let fewest = 1;
    world.store.subscribe(() => {
      fewest = Math.min(fewest, readyPods(world.live("web")).length);
    });
    world.annotate(kind, "web", { [restartedAt]: "t1" });
    world.until(() => settled(world) && world.deployment("web").status?.observedGeneration === 2);
    expect(fewest).toBe(1);
  });

  it("lets a single pod go first when surge and unavailability resolve to nothing", () => {
    const world = settledWorld("web", {
      replicas: 1,
      strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: "25%" } },
    });
    world.annotate(kind, "web", { [restartedAt]: "t1" });
    world.until(() => world.live("web").length === 0);
    world.until(() => settled(world));
    expect(world.live("web").map(restartValue)).toEqual(["t1"]);
  });

  it("shows a generation that is not observed yet before it rolls", () => {
    const world = settledWorld("web");
    world.annotate(kind, "web", { [restartedAt]: "t1" });
    expect(world.deployment("web").metadata.generation).toBe(2);
    expect(world.deployment("web").status?.observedGeneration).toBe(1);
  });

  it("takes all old pods away before a Recreate makes new ones", () => {
    const world = settledWorld("web", { replicas: 3, strategy: { type: "Recreate" } });
    let mixed = false;
    let none = false;
    world.store.subscribe(() => {
      const values = new Set(world.pods("web").map(restartValue));
      mixed ||= values.size > 1;
      none ||= values.size === 0;
    });
    world.annotate(kind, "web", { [restartedAt]: "t1" });
    world.until(() => settled(world) && world.deployment("web").status?.observedGeneration === 2);
    expect({ mixed, none }).toEqual({ mixed: false, none: true });
  });

  it("only observes while paused, and rolls when it is resumed", () => {
    const world = settledWorld("web", { replicas: 2, paused: false });
    world.change(kind, "web", { paused: true });
    world.run(1_000);
    world.annotate(kind, "web", { [restartedAt]: "t1" });
    world.run(60_000);
    const paused = world.deployment("web");
    expect(paused.status?.observedGeneration).toBe(paused.metadata.generation);
    expect(paused.status).not.toHaveProperty("updatedReplicas");
    expect(conditionOf(paused, "Progressing")).toEqual({
      status: "Unknown",
      reason: "DeploymentPaused",
      message: "Deployment is paused",
    });
    expect(world.replicaSets("web")).toHaveLength(1);
    world.change(kind, "web", { paused: false });
    world.until(() => settled(world));
    expect(world.live("web").map(restartValue)).toEqual(["t1", "t1"]);
  });

  it("counts pods as available only after minReadySeconds", () => {
    const world = settledWorld("web", { replicas: 1, minReadySeconds: 10 });
    world.annotate(kind, "web", { [restartedAt]: "t1" });
    world.until(() => world.deployment("web").status?.readyReplicas === 2);
    expect(world.deployment("web").status).toMatchObject({ availableReplicas: 1, unavailableReplicas: 1 });
    expect(world.until(() => settled(world))).toBeGreaterThanOrEqual(9_000);
  });

  it("exceeds its progress deadline and heals later", () => {
    const world = settledWorld("web", { replicas: 2, progressDeadlineSeconds: 20 });
    world.annotate(kind, "web", { "fake/never-ready": "true" });
    const reason = (): unknown => Reflect.get(conditionOf(world.deployment("web"), "Progressing") ?? {}, "reason");
    const took = world.until(() => reason() === "ProgressDeadlineExceeded");
    expect(took).toBeGreaterThanOrEqual(20_000);
    expect(took).toBeLessThan(25_000);
    const newest = world
      .replicaSets("web")
      .find(({ metadata }) => metadata.annotations?.["deployment.kubernetes.io/revision"] === "2");
    expect(conditionOf(world.deployment("web"), "Progressing")).toEqual({
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message: `ReplicaSet "${newest?.metadata.name}" has timed out progressing.`,
    });
    world.annotate(kind, "web", { "fake/never-ready": undefined, [restartedAt]: "t1" });
    world.until(() => settled(world));
    expect(reason()).toBe("NewReplicaSetAvailable");
  });

  it("scales a second restart's two older ReplicaSets down together", () => {
    const world = settledWorld("web", { replicas: 4 }, slow);
    world.annotate(kind, "web", { [restartedAt]: "t1" });
    world.run(500);
    world.annotate(kind, "web", { [restartedAt]: "t2" });
    world.run(500);
    expect(world.replicaSets("web")).toHaveLength(3);
    world.until(() => settled(world));
    expect(world.live("web").map(restartValue)).toEqual(["t2", "t2", "t2", "t2"]);
  });

  it("uses the old ReplicaSet again for an earlier value and remembers its revisions", () => {
    const world = settledWorld("web", {}, { [restartedAt]: "a" });
    const [first] = world.replicaSets("web");
    for (const value of ["b", "a"]) {
      world.annotate(kind, "web", { [restartedAt]: value });
      world.until(() => settled(world));
    }
    expect(world.replicaSets("web")).toHaveLength(2);
    const again = world.replicaSets("web").find(({ metadata }) => metadata.uid === first?.metadata.uid);
    expect(again?.metadata.annotations).toMatchObject({
      "deployment.kubernetes.io/revision": "3",
      "deployment.kubernetes.io/revision-history": "1",
    });
    expect(world.deployment("web").metadata.annotations).toMatchObject({ "deployment.kubernetes.io/revision": "3" });
  });

  it("keeps as many old ReplicaSets as revisionHistoryLimit says", () => {
    const world = settledWorld("web", { revisionHistoryLimit: 1 });
    for (const value of ["a", "b", "c"]) {
      world.annotate(kind, "web", { [restartedAt]: value });
      world.until(() => settled(world));
      world.run(1_500);
    }
    expect(world.replicaSets("web")).toHaveLength(2);
  });

  it("says on the Deployment and on the ReplicaSet what it did", () => {
    const world = settledWorld("web", { replicas: 1 });
    const [replicaSet] = world.replicaSets("web");
    expect(world.events("Deployment", "ScalingReplicaSet").map(({ message }) => message)).toEqual([
      `Scaled up replica set ${replicaSet?.metadata.name} from 0 to 1`,
    ]);
    expect(world.events("ReplicaSet", "SuccessfulCreate")[0]?.involvedObject.uid).toBe(replicaSet?.metadata.uid);
  });

  it("shares a change of size between the ReplicaSets of a roll", () => {
    const world = settledWorld("web", { replicas: 10 }, slow);
    world.annotate(kind, "web", { [restartedAt]: "t1" });
    world.run(1_000);
    world.change(kind, "web", { replicas: 20 });
    world.run(1_000);
    const sizes = world.replicaSets("web").map(({ spec }) => spec.replicas ?? 0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(25);
    expect(Math.min(...sizes)).toBeGreaterThan(5);
    world.until(() => settled(world));
    expect(world.live("web")).toHaveLength(20);
  });
});

describe("putting the old template back", () => {
  it("keeps the old pods that are left, half way through", () => {
    const world = settledWorld("web", { replicas: 10 }, slow);
    const before = uids(world.pods("web"));
    world.annotate(kind, "web", { [restartedAt]: "t1" });
    world.until(() => world.live("web").filter((pod) => restartValue(pod) === undefined).length <= 3);
    const kept = uids(world.live("web").filter((pod) => restartValue(pod) === undefined));
    world.annotate(kind, "web", { [restartedAt]: undefined });
    world.until(() => settled(world));
    world.run(2_000);
    const after = uids(world.pods("web"));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.filter((uid) => !after.includes(uid))).toEqual([]);
    expect(after.filter((uid) => before.includes(uid))).toEqual(kept);
    expect(world.replicaSets("web")).toHaveLength(2);
  });

  it("is complete at once when the new pods never got ready", () => {
    const world = settledWorld("web", { replicas: 8, progressDeadlineSeconds: 10 });
    world.annotate(kind, "web", { "fake/never-ready": "true" });
    world.run(30_000);
    const kept = uids(world.live("web").filter((pod) => pod.metadata.annotations?.["fake/never-ready"] === undefined));
    expect(kept).toHaveLength(6);
    world.annotate(kind, "web", { "fake/never-ready": undefined });
    world.until(() => settled(world));
    expect(uids(world.live("web")).filter((uid) => kept.includes(uid))).toEqual(kept);
    expect(conditionOf(world.deployment("web"), "Progressing")).toMatchObject({ reason: "NewReplicaSetAvailable" });
  });

  it("works without a history too, for the old ReplicaSet still has pods", () => {
    const world = settledWorld("web", { replicas: 2, revisionHistoryLimit: 0 });
    const before = uids(world.pods("web"));
    world.annotate(kind, "web", { "fake/never-ready": "true" });
    world.run(5_000);
    world.annotate(kind, "web", { "fake/never-ready": undefined });
    world.until(() => settled(world));
    expect(uids(world.live("web"))).toEqual(before);
  });
});

describe("what is being deleted", () => {
  it("takes its ReplicaSets and pods with it", () => {
    const world = settledWorld("web", { replicas: 2 });
    world.store.remove(kind, "shop", "web");
    world.run(5_000);
    expect(names(world.replicaSets("web"))).toEqual([]);
    expect(names(world.pods("web"))).toEqual([]);
  });

  it("may come back under its name while the remains are still there", () => {
    const world = settledWorld("web", { replicas: 2 });
    world.store.remove(kind, "shop", "web");
    world.createDeployment("web", { replicas: 2 });
    world.until(() => settled(world));
    world.run(5_000);
    expect(world.pods("web")).toHaveLength(2);
    expect(world.replicaSets("web")).toHaveLength(1);
  });

  it("is only observed while a finalizer holds it", () => {
    const world = settledWorld("web");
    const object = world.deployment("web");
    const metadata = {
      ...object.metadata,
      finalizers: ["example.com/hold"],
      deletionTimestamp: "2026-11-25T08:00:05Z",
    };
    world.store.update(kind, { ...object, metadata });
    world.annotate(kind, "web", { [restartedAt]: "t1" });
    world.run(10_000);
    expect(world.deployment("web").status?.observedGeneration).toBe(2);
    expect(world.replicaSets("web")).toHaveLength(1);
  });

  it("is only observed in a namespace that is going", () => {
    const world = settledWorld("web");
    const found = world.store.get("namespaces", undefined, "shop");
    if (found === undefined) throw new Error("no namespace");
    const metadata = { ...found.metadata, finalizers: ["hold"], deletionTimestamp: "2026-11-25T08:00:05Z" };
    world.store.update("namespaces", { ...found, metadata });
    world.annotate(kind, "web", { [restartedAt]: "t1" });
    world.run(10_000);
    expect(world.deployment("web").status?.observedGeneration).toBe(2);
    expect(world.replicaSets("web")).toHaveLength(1);
  });
});
