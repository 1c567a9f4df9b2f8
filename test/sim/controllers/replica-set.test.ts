import { describe, expect, it } from "vitest";
import type { Pod } from "../../../src/sim/controllers/workload-objects.ts";
import { createWorld, names, uids } from "./world.ts";

function withReady(pod: Pod, status: "True" | "False") {
  const conditions = (pod.status?.conditions ?? []).map((condition) =>
    condition.type === "Ready" ? { ...condition, status } : condition,
  );
  return { ...pod.status, conditions };
}

describe("a ReplicaSet in the simulated cluster", () => {
  it("gives up the pods that do not serve first", () => {
    const world = createWorld();
    world.createDeployment("web", { replicas: 4 });
    world.run(3_000);
    const [, unready] = world.pods("web");
    if (unready === undefined) throw new Error("no pod");
    world.store.updateStatus("pods", "shop", unready.metadata.name, withReady(unready, "False"));
    world.run(100);
    const others = names(world.pods("web")).filter((name) => name !== unready.metadata.name);
    world.change("deployments.apps", "web", { replicas: 3 });
    world.run(100);
    expect(names(world.live("web"))).toEqual(others);
  });

  it("gives up the cheapest of equals by their deletion cost", () => {
    const world = createWorld();
    world.createDeployment("web", { replicas: 3 });
    world.run(3_000);
    for (const [index, pod] of world.pods("web").entries()) {
      const annotations = { "controller.kubernetes.io/pod-deletion-cost": String([5, -3, 7][index]) };
      world.store.update("pods", { ...pod, metadata: { ...pod.metadata, annotations } });
    }
    const [, cheapest] = names(world.pods("web"));
    world.change("deployments.apps", "web", { replicas: 2 });
    world.run(100);
    expect(names(world.live("web"))).not.toContain(cheapest);
  });

  it("replaces a pod that somebody deleted", () => {
    const world = createWorld();
    world.createDeployment("web", { replicas: 2 });
    world.run(3_000);
    const before = uids(world.pods("web"));
    world.store.remove("pods", "shop", world.pods("web")[0]?.metadata.name ?? "");
    world.run(3_000);
    const after = uids(world.pods("web"));
    expect(after).toHaveLength(2);
    expect(after.filter((uid) => before.includes(uid))).toHaveLength(1);
  });
});
