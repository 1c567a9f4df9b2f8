import { describe, expect, it } from "vitest";
import { createWorld, names, type World } from "./world.ts";

const kind = "deployments.apps";

function settledWorld(): World {
  const world = createWorld();
  world.createDeployment("web", { replicas: 2 });
  world.run(3_000);
  return world;
}

/** Marks as DELETE with that propagation policy does. */
function markDeleted(world: World, finalizer: string): void {
  const object = world.deployment("web");
  const metadata = { ...object.metadata, finalizers: [finalizer], deletionTimestamp: "2026-11-25T08:00:03Z" };
  world.store.update(kind, { ...object, metadata });
}

const remains = (world: World) => ({
  deployment: world.store.get(kind, "shop", "web") !== undefined,
  replicaSets: world.replicaSets("web").length,
  pods: world.pods("web").length,
});

describe("deleting an owner in the simulated cluster", () => {
  it("takes dependents away in the background", () => {
    const world = settledWorld();
    world.store.remove(kind, "shop", "web");
    world.run(100);
    expect(remains(world)).toEqual({ deployment: false, replicaSets: 0, pods: 2 });
    expect(world.live("web")).toEqual([]);
    world.run(2_000);
    expect(remains(world)).toEqual({ deployment: false, replicaSets: 0, pods: 0 });
  });

  it("waits for its dependents in the foreground", () => {
    const world = settledWorld();
    markDeleted(world, "foregroundDeletion");
    world.run(100);
    expect(remains(world)).toEqual({ deployment: true, replicaSets: 1, pods: 2 });
    expect(world.live("web")).toEqual([]);
    world.run(2_000);
    expect(remains(world)).toEqual({ deployment: false, replicaSets: 0, pods: 0 });
  });

  it("leaves orphans behind when asked to", () => {
    const world = settledWorld();
    const before = names(world.pods("web"));
    markDeleted(world, "orphan");
    world.run(10_000);
    expect(remains(world)).toEqual({ deployment: false, replicaSets: 1, pods: 2 });
    expect(names(world.live("web"))).toEqual(before);
    expect(world.replicaSets("web")[0]?.metadata.ownerReferences).toEqual([]);
  });
});
