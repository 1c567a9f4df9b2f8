import { describe, expect, it } from "vitest";
import { createNode } from "../../../src/sim/controllers/node.ts";
import { createWorld, readyPods, restartedAt, restartValue, uids, type World } from "./world.ts";

const kind = "daemonsets.apps";

function settled(world: World): boolean {
  const { status, metadata } = world.daemonSet("agent");
  const desired = status?.desiredNumberScheduled;
  return (
    status?.observedGeneration === metadata.generation &&
    status?.updatedNumberScheduled === desired &&
    status?.numberAvailable === desired &&
    world.pods("agent").length === desired
  );
}

function settledWorld(
  nodes: number,
  ...[spec, template]: [Parameters<World["createDaemonSet"]>[1]?, Record<string, string>?]
): World {
  const world = createWorld({ nodes });
  world.createDaemonSet("agent", spec, template);
  world.until(() => settled(world));
  return world;
}

const nodesOf = (world: World): readonly (string | undefined)[] =>
  world
    .live("agent")
    .map(({ spec }) => spec.nodeName)
    .sort();

describe("a DaemonSet in the simulated cluster", () => {
  it("puts one pod on every node and counts them", () => {
    const world = settledWorld(3);
    expect(nodesOf(world)).toEqual(["node-1", "node-2", "node-3"]);
    expect(world.daemonSet("agent").status).toEqual({
      currentNumberScheduled: 3,
      desiredNumberScheduled: 3,
      numberMisscheduled: 0,
      numberReady: 3,
      numberAvailable: 3,
      updatedNumberScheduled: 3,
      observedGeneration: 1,
    });
    const [pod] = world.pods("agent");
    expect(pod?.metadata.labels?.["pod-template-generation"]).toBe("1");
    const [revision] = world.store.list("controllerrevisions.apps", "shop");
    expect(revision?.metadata.name).toBe(`agent-${pod?.metadata.labels?.["controller-revision-hash"]}`);
  });

  it.each([
    { name: "one at a time by default", maxUnavailable: undefined, most: 1 },
    { name: "as many as a number says", maxUnavailable: 3, most: 3 },
    { name: "as many as a share of the nodes says, rounded up", maxUnavailable: "30%", most: 2 },
    { name: "one at a time for nothing at all", maxUnavailable: 0, most: 1 },
  ])("replaces its pods $name", ({ maxUnavailable, most }) => {
    const rollingUpdate = maxUnavailable === undefined ? {} : { maxUnavailable };
    const world = settledWorld(6, { updateStrategy: { rollingUpdate } });
    let fewest = 6;
    world.store.subscribe(({ resource }) => {
      if (resource === "pods") fewest = Math.min(fewest, readyPods(world.live("agent")).length);
    });
    world.annotate(kind, "agent", { [restartedAt]: "t1" });
    world.until(() => settled(world));
    expect(fewest).toBe(6 - most);
    expect(new Set(world.pods("agent").map(restartValue))).toEqual(new Set(["t1"]));
  });

  it("adds the new pod first when it may surge", () => {
    const world = settledWorld(4, { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
    let fewest = 4;
    let most = 4;
    world.store.subscribe(({ resource }) => {
      if (resource !== "pods") return;
      fewest = Math.min(fewest, readyPods(world.live("agent")).length);
      most = Math.max(most, world.live("agent").length);
    });
    world.annotate(kind, "agent", { [restartedAt]: "t1" });
    world.until(() => settled(world));
    expect({ fewest, most }).toEqual({ fewest: 4, most: 5 });
    expect(new Set(world.pods("agent").map(restartValue))).toEqual(new Set(["t1"]));
  });

  it("does nothing but observe with OnDelete", () => {
    const world = settledWorld(2, { updateStrategy: { type: "OnDelete" } });
    world.annotate(kind, "agent", { [restartedAt]: "t1" });
    world.run(30_000);
    expect(world.daemonSet("agent").status).not.toHaveProperty("updatedNumberScheduled");
    expect(world.daemonSet("agent").status?.observedGeneration).toBe(2);
    const [pod] = world.pods("agent");
    world.store.remove("pods", "shop", pod?.metadata.name ?? "");
    world.run(5_000);
    expect(world.pods("agent").filter((each) => restartValue(each) === "t1")).toHaveLength(1);
  });

  it("stops at the first pod that does not get ready", () => {
    const world = settledWorld(5);
    world.annotate(kind, "agent", { "fake/never-ready": "true" });
    world.run(60_000);
    expect(world.daemonSet("agent").status).toMatchObject({
      updatedNumberScheduled: 1,
      numberReady: 4,
      numberAvailable: 4,
      numberUnavailable: 1,
    });
  });

  it("replaces the stuck pod itself when the old template comes back, and keeps the others", () => {
    const world = settledWorld(5);
    const before = uids(world.pods("agent"));
    world.annotate(kind, "agent", { "fake/never-ready": "true" });
    world.run(10_000);
    world.annotate(kind, "agent", { "fake/never-ready": undefined });
    world.until(() => settled(world));
    expect(uids(world.pods("agent")).filter((uid) => before.includes(uid))).toHaveLength(4);
  });

  it("replaces pods that do not serve at once, and no healthy one beside them", () => {
    const world = settledWorld(5);
    const pods = world.pods("agent");
    for (const pod of pods.slice(0, 2)) {
      const conditions = [{ type: "Ready", status: "False" }];
      world.store.updateStatus("pods", "shop", pod.metadata.name, { ...pod.status, conditions });
    }
    world.run(100);
    world.annotate(kind, "agent", { [restartedAt]: "t1" });
    world.run(100);
    expect(uids(world.live("agent"))).toEqual(uids(pods.slice(2)));
  });

  it("follows nodes that come and go, and leaves tainted ones out unless it tolerates them", () => {
    const world = settledWorld(2);
    const taints = [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }];
    world.store.create("nodes", createNode(world.store, "control", 8, { taints }));
    world.store.create("nodes", createNode(world.store, "node-9", 9));
    world.run(5_000);
    expect(nodesOf(world)).toEqual(["node-1", "node-2", "node-9"]);
    world.store.remove("nodes", undefined, "node-1");
    world.run(5_000);
    expect(nodesOf(world)).toEqual(["node-2", "node-9"]);
    const { template } = world.daemonSet("agent").spec;
    world.change(kind, "agent", {
      template: { ...template, spec: { ...template.spec, tolerations: [{ operator: "Exists" }] } },
    });
    world.until(() => settled(world) && world.pods("agent").length === 3);
    expect(nodesOf(world)).toEqual(["control", "node-2", "node-9"]);
  });
});
