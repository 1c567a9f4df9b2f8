import { describe, expect, it } from "vitest";
import { conditionOf, createWorld, restartedAt } from "./world.ts";

describe("a PodDisruptionBudget in the simulated cluster", () => {
  it.each([
    { name: "a minimum", spec: { minAvailable: 2 }, desired: 2, allowed: 2 },
    { name: "a share that must be there, rounded up", spec: { minAvailable: "60%" }, desired: 3, allowed: 1 },
    { name: "a number that may be missing", spec: { maxUnavailable: 1 }, desired: 3, allowed: 1 },
    { name: "a minimum that leaves nothing", spec: { minAvailable: 4 }, desired: 4, allowed: 0 },
  ])("says what it allows by $name", ({ spec, desired, allowed }) => {
    const world = createWorld();
    world.createDeployment("web", { replicas: 4 });
    world.store.create("poddisruptionbudgets.policy", {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "web", namespace: "shop" },
      spec: { selector: { matchLabels: { app: "web" } }, ...spec },
    });
    world.run(5_000);
    const status = () => world.store.get("poddisruptionbudgets.policy", "shop", "web");
    expect(status()?.status).toMatchObject({
      expectedPods: 4,
      currentHealthy: 4,
      desiredHealthy: desired,
      disruptionsAllowed: allowed,
    });
    const found = status();
    expect(found && conditionOf(found, "DisruptionAllowed")).toMatchObject({ status: allowed > 0 ? "True" : "False" });
  });

  it("counts a rolling Deployment once and its missing pods as missing", () => {
    const world = createWorld();
    world.createDeployment("web", { replicas: 4, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 2 } } });
    world.store.create("poddisruptionbudgets.policy", {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "web", namespace: "shop" },
      spec: { selector: { matchLabels: { app: "web" } }, maxUnavailable: 1 },
    });
    world.run(5_000);
    world.annotate("deployments.apps", "web", { [restartedAt]: "t1", "fake/never-ready": "true" });
    world.run(5_000);
    expect(world.store.get("poddisruptionbudgets.policy", "shop", "web")?.status).toMatchObject({
      expectedPods: 4,
      currentHealthy: 2,
      disruptionsAllowed: 0,
    });
  });

  it("does not count a pod that is on its way out as healthy", () => {
    const world = createWorld();
    world.createDeployment("web", { replicas: 2 });
    world.store.create("poddisruptionbudgets.policy", {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "web", namespace: "shop" },
      spec: { selector: { matchLabels: { app: "web" } }, minAvailable: 1 },
    });
    world.run(5_000);
    const [pod] = world.pods("web");
    if (pod === undefined) throw new Error("no pod");
    const metadata = { ...pod.metadata, deletionTimestamp: "2026-11-25T08:00:35Z" };
    world.store.update("pods", { ...pod, metadata });
    world.run(100);
    const { status } = world.store.get("poddisruptionbudgets.policy", "shop", "web") ?? {};
    expect(status).toMatchObject({ currentHealthy: 1, disruptionsAllowed: 0 });
  });
});
