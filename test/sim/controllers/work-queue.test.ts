import { describe, expect, it } from "vitest";
import { startControllers } from "../../../src/sim/controllers/index.ts";
import { createReconcileLoop } from "../../../src/sim/controllers/work-queue.ts";
import { createStore } from "../../../src/sim/store.ts";
import { createVirtualClock } from "../../virtual-clock.ts";

const start = Date.parse("2026-11-25T08:00:00Z");

const configMap = (name: string, data: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "shop" },
  data: { data },
});

const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop" },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "app", image: "web:1" }] } },
  },
};

describe("the work queue of the simulated controllers", () => {
  it("looks once at what is touched many times", async () => {
    const clock = createVirtualClock(start);
    const store = createStore({ clock, seed: 1 });
    const seen: string[] = [];
    const loop = createReconcileLoop(store, [
      {
        name: "test",
        keys: ({ object }) => [object.metadata.name],
        sync: (key) => {
          seen.push(key);
          return undefined;
        },
      },
    ]);
    loop.start();
    let object = store.create("configmaps", configMap("a", "0"));
    store.create("configmaps", configMap("b", "0"));
    for (let index = 1; index < 5; index += 1)
      object = store.update("configmaps", { ...object, data: { data: String(index) } });
    await clock.advance(10);
    expect(seen).toEqual(["a", "b"]);
    expect(clock.pending()).toBe(0);
  });

  it("comes back when it was told to, sooner when something happens", async () => {
    const clock = createVirtualClock(start);
    const store = createStore({ clock, seed: 1 });
    const seen: number[] = [];
    const loop = createReconcileLoop(store, [
      {
        name: "test",
        keys: () => ["key"],
        sync: () => {
          seen.push(clock.now() - start);
          return seen.length < 3 ? 1_000 : undefined;
        },
      },
    ]);
    loop.start();
    store.create("configmaps", configMap("a", "0"));
    await clock.advance(500);
    store.create("configmaps", configMap("b", "0"));
    await clock.advance(10_000);
    expect(seen).toEqual([4, 504, 1_504]);
    expect(clock.pending()).toBe(0);
  });

  it("does the soonest first, whatever the order of asking", async () => {
    const clock = createVirtualClock(start);
    const store = createStore({ clock, seed: 1 });
    const delays = [70, 10, 50, 30, 90, 20, 60, 40, 80];
    const seen: number[] = [];
    const asked = new Set<string>();
    const loop = createReconcileLoop(store, [
      {
        name: "test",
        keys: ({ object }) => [object.metadata.name],
        sync: (key) => {
          if (asked.has(key)) {
            seen.push(Number(key));
            return undefined;
          }
          asked.add(key);
          return Number(key);
        },
      },
    ]);
    loop.start();
    for (const delay of delays) store.create("configmaps", configMap(String(delay), "0"));
    await clock.advance(200);
    expect(seen).toEqual(delays.toSorted((left, right) => left - right));
  });
});

describe("the controllers of a cluster", () => {
  it("hold no timer while nothing changes, and none after they are stopped", async () => {
    const clock = createVirtualClock(start);
    const store = createStore({ clock, seed: 1 });
    const { stop } = startControllers(store);
    store.create("deployments.apps", deployment);
    expect(clock.pending()).toBe(1);
    const ready = (): boolean =>
      (store.get("deployments.apps", "shop", "web")?.status as { readonly readyReplicas?: number } | undefined)
        ?.readyReplicas === 3;
    await clock.runUntilTrue(ready);
    await clock.advance(1_000);
    expect(clock.pending()).toBe(0);
    store.create("deployments.apps", { ...deployment, metadata: { ...deployment.metadata, name: "other" } });
    stop();
    await clock.advance(10_000);
    expect(clock.pending()).toBe(0);
    expect(store.get("deployments.apps", "shop", "other")?.status).toBeUndefined();
  });

  it("do the same for the same seed, down to names and uids", async () => {
    const play = async (seed: number): Promise<string> => {
      const clock = createVirtualClock(start);
      const store = createStore({ clock, seed });
      const { stop } = startControllers(store);
      store.create("deployments.apps", deployment);
      await clock.advance(10_000);
      stop();
      return JSON.stringify([store.list("pods"), store.list("events"), store.list("replicasets.apps")]);
    };
    const first = await play(7);
    expect(await play(7)).toBe(first);
    expect(await play(8)).not.toBe(first);
  });
});
