import { describe, expect, it } from "vitest";
import type { Draft } from "../../src/sim/object.ts";
import { createStore, type StoreEvent } from "../../src/sim/store.ts";
import { createVirtualClock } from "../virtual-clock.ts";

const start = Date.parse("2026-11-25T12:00:00.900Z");

function newStore(seed = 1) {
  const clock = createVirtualClock(start);
  return { clock, store: createStore({ clock, seed }) };
}

function deployment(name: string, namespace = "shop", replicas = 1): Draft {
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace }, spec: { replicas } };
}

describe("the store", () => {
  it("gives a new object what the API server gives it", () => {
    const { store } = newStore();
    const { metadata } = store.create("deployments.apps", deployment("web"));
    expect(metadata).toMatchObject({
      resourceVersion: "1",
      generation: 1,
      creationTimestamp: "2026-11-25T12:00:00Z",
    });
    expect(metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("keeps no generation for kinds that have none", () => {
    const { store } = newStore();
    const { metadata } = store.create("configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" } });
    expect(metadata.generation).toBeUndefined();
  });

  it("gives the same uids for the same seed and others for another", () => {
    const uid = (seed: number) => newStore(seed).store.create("deployments.apps", deployment("web")).metadata.uid;
    expect(uid(1)).toBe(uid(1));
    expect(uid(1)).not.toBe(uid(2));
  });

  it("moves the generation for the spec alone, and nothing for equal content", () => {
    const { store } = newStore();
    const created = store.create("deployments.apps", deployment("web"));
    const labelled = store.update("deployments.apps", {
      ...created,
      metadata: { ...created.metadata, labels: { a: "b" } },
    });
    expect(labelled.metadata).toMatchObject({ generation: 1, resourceVersion: "2" });
    const scaled = store.update("deployments.apps", { ...labelled, spec: { replicas: 2 } });
    expect(scaled.metadata).toMatchObject({ generation: 2, resourceVersion: "3" });
    const again = store.update("deployments.apps", { ...scaled, spec: { replicas: 2 } });
    expect(again).toBe(scaled);
    expect(store.revision()).toBe(3);
  });

  it("writes a status without moving the generation, and not at all when it is equal", () => {
    const { store } = newStore();
    store.create("deployments.apps", deployment("web"));
    const changed = store.updateStatus("deployments.apps", "shop", "web", { replicas: 1 });
    expect(changed?.metadata).toMatchObject({ generation: 1, resourceVersion: "2" });
    expect(store.updateStatus("deployments.apps", "shop", "web", { replicas: 1 })).toBe(changed);
    expect(store.updateStatus("deployments.apps", "shop", "nope", {})).toBeUndefined();
  });

  it("lists by namespace and name as etcd sorts its keys", () => {
    const { store } = newStore();
    for (const [name, namespace] of [
      ["b", "a"],
      ["a", "a-b"],
      ["a", "a"],
      ["c", "aa"],
    ] as const) {
      store.create("deployments.apps", deployment(name, namespace));
    }
    const names = (namespace?: string) =>
      store.list("deployments.apps", namespace).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    expect(names()).toEqual(["a-b/a", "a/a", "a/b", "aa/c"]);
    expect(names("a")).toEqual(["a/a", "a/b"]);
    store.remove("deployments.apps", "a", "a");
    expect(names("a")).toEqual(["a/b"]);
  });

  it("tells every listener in the order of revisions, also when one of them writes", () => {
    const { store } = newStore();
    const seen: string[] = [];
    store.subscribe(({ type, object }) => {
      if (type === "ADDED" && object.metadata.name === "a") store.create("deployments.apps", deployment("b"));
    });
    store.subscribe(({ object, revision }) => seen.push(`${revision}:${object.metadata.name}`));
    store.create("deployments.apps", deployment("a"));
    expect(seen).toEqual(["1:a", "2:b"]);
  });

  it("remembers events with what was there before, until they are compacted", () => {
    const { store } = newStore();
    store.create("deployments.apps", deployment("a"));
    store.remove("deployments.apps", "shop", "a");
    const events = store.since(0) as readonly StoreEvent[];
    expect(events.map(({ type, revision, object }) => [type, revision, object.metadata.resourceVersion])).toEqual([
      ["ADDED", 1, "1"],
      ["DELETED", 2, "2"],
    ]);
    expect(events[1]?.previous?.metadata.resourceVersion).toBe("1");
    store.compact(1);
    expect(store.since(0)).toBe("compacted");
    expect(store.since(1)).toHaveLength(1);
  });

  it("forgets the oldest events by itself", () => {
    const { store } = newStore();
    store.create("deployments.apps", deployment("a"));
    for (let replicas = 0; replicas < 20_000; replicas += 1) {
      store.updateStatus("deployments.apps", "shop", "a", { replicas });
    }
    expect(store.since(1)).toBe("compacted");
    expect(store.since(store.revision() - 5)).toHaveLength(5);
  });
});
