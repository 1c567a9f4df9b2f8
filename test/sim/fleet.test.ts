import { describe, expect, it } from "vitest";
import type { DaemonSet, Deployment, Pod, StatefulSet } from "../../src/sim/controllers/workload-objects.ts";
import { createFleet } from "../../src/sim/fleet.ts";
import type { Store } from "../../src/sim/store.ts";
import { createVirtualClock } from "../virtual-clock.ts";

const start = Date.parse("2026-11-25T12:00:00Z");

function fleetAt(seed?: number) {
  const clock = createVirtualClock(start);
  const clusters = createFleet({ clock, ...(seed === undefined ? {} : { seed }) });
  const store = (name: string): Store => {
    const found = clusters.find((cluster) => cluster.name === name);
    if (found === undefined) throw new Error(`no cluster ${name}`);
    return found.store;
  };
  const close = (): void => {
    for (const cluster of clusters) cluster.close();
  };
  return { clock, clusters, store, close };
}

const reachable = ["shop-dev", "shop-prod-eu", "shop-prod-us"];

/** The workloads that are not complete, as `namespace/name`. */
function incomplete(store: Store): readonly string[] {
  const deployments = (store.list("deployments.apps") as readonly Deployment[]).filter(({ spec, status = {} }) => {
    const desired = spec.replicas ?? 1;
    return (status.updatedReplicas ?? 0) !== desired || (status.availableReplicas ?? 0) !== desired;
  });
  const sets = (store.list("statefulsets.apps") as readonly StatefulSet[]).filter(
    ({ spec, status }) => status?.updatedReplicas !== spec.replicas || status?.readyReplicas !== spec.replicas,
  );
  const daemons = (store.list("daemonsets.apps") as readonly DaemonSet[]).filter(
    ({ status }) => status?.numberAvailable !== 4 || status.updatedNumberScheduled !== 4,
  );
  return [...deployments, ...sets, ...daemons].map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort();
}

describe("the simulated fleet", () => {
  it("is there at once, with everything healthy that can be", () => {
    const { store, close } = fleetAt();
    const troubled = ["platform/mailer", "platform/reports"];
    expect(incomplete(store("shop-dev")).filter((name) => name !== "platform/exporter")).toEqual(troubled);
    expect(incomplete(store("shop-prod-eu")).filter((name) => name !== "platform/exporter")).toEqual([
      ...troubled,
      "shop/search",
    ]);
    expect(store("old-dc").list("pods")).toEqual([]);
    close();
  });

  it("has four clusters, of which old-dc never answers, and three identities", () => {
    const { clusters, store, close } = fleetAt();
    expect(clusters.map(({ name, unreachable }) => ({ name, unreachable }))).toEqual([
      ...reachable.map((name) => ({ name, unreachable: false })),
      { name: "old-dc", unreachable: true },
    ]);
    const identities = reachable.map((name) => store(name).get("namespaces", undefined, "kube-system")?.metadata.uid);
    expect(new Set(identities).size).toBe(3);
    close();
  });

  it("has shop/search of shop-prod-eu stuck half way, its old pods still serving", () => {
    const { store, close } = fleetAt();
    const search = store("shop-prod-eu").get("deployments.apps", "shop", "search") as Deployment | undefined;
    expect(search?.status).toMatchObject({ readyReplicas: 3, updatedReplicas: 1, unavailableReplicas: 1 });
    const pods = store("shop-prod-eu").list("pods", "shop") as readonly Pod[];
    const crashing = pods.filter(({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) > 3);
    expect(crashing.map(({ metadata }) => metadata.labels?.["app"])).toEqual(["search"]);
    close();
  });

  it("lets shop/web restart cleanly in every cluster", async () => {
    const { clock, store, close } = fleetAt();
    for (const name of reachable) {
      const web = store(name).get("deployments.apps", "shop", "web") as Deployment;
      const { metadata, spec } = web.spec.template;
      const annotations = { "kubectl.kubernetes.io/restartedAt": "2026-11-25T12:00:00Z" };
      const template = { metadata: { ...metadata, annotations }, spec };
      store(name).update("deployments.apps", { ...web, spec: { ...web.spec, template } });
    }
    const restarted = (name: string): boolean => {
      const pods = (store(name).list("pods", "shop") as readonly Pod[]).filter(
        ({ metadata }) => metadata.labels?.["app"] === "web",
      );
      return pods.length === 3 && pods.every(({ metadata }) => metadata.annotations !== undefined);
    };
    await clock.runUntilTrue(() => reachable.every(restarted), 30_000);
    await clock.advance(3_000);
    for (const name of reachable) expect(incomplete(store(name))).not.toContain("shop/web");
    close();
  });

  it("has what its workloads refer to, and budgets and a quota that leave room", () => {
    const { store, close } = fleetAt();
    const shop = store("shop-prod-us");
    for (const { metadata, spec } of shop.list("deployments.apps") as readonly Deployment[]) {
      const [container] = spec.template.spec.containers;
      if (container?.["envFrom"] === undefined) continue;
      expect(shop.get("configmaps", metadata.namespace, `${metadata.name}-config`)).toBeDefined();
      expect(shop.get("secrets", metadata.namespace, `${metadata.name}-credentials`)?.["data"]).toHaveProperty(
        "api-key",
      );
      expect(shop.get("services", metadata.namespace, metadata.name)).toBeDefined();
    }
    const budgets = shop.list("poddisruptionbudgets.policy");
    expect(budgets.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      "kube-system/coredns",
      "payments/api",
      "shop/sessions",
      "shop/web",
    ]);
    for (const { status } of budgets) expect(status).toMatchObject({ disruptionsAllowed: 1 });
    expect(shop.get("resourcequotas", "payments", "team")?.status).toMatchObject({ used: { pods: "13" } });
    close();
  });

  it("keeps a paused Deployment, an OnDelete set, a partition, a Recreate and one without replicas", () => {
    const { store, close } = fleetAt();
    const shop = store("shop-dev");
    const spec = (resource: string, namespace: string, name: string) => shop.get(resource, namespace, name)?.spec;
    expect(spec("deployments.apps", "payments", "invoices")).toMatchObject({ paused: true });
    expect(spec("statefulsets.apps", "payments", "ledger")).toMatchObject({ updateStrategy: { type: "OnDelete" } });
    expect(spec("statefulsets.apps", "payments", "queue")).toMatchObject({
      updateStrategy: { rollingUpdate: { partition: 2 } },
    });
    expect(spec("deployments.apps", "shop", "banner")).toMatchObject({ strategy: { type: "Recreate" } });
    expect(spec("deployments.apps", "shop", "black-friday")).toMatchObject({ replicas: 0 });
    close();
  });

  it("is the same for the same seed, and lets go of its timers when it is closed", async () => {
    const everything = (store: Store): string => JSON.stringify([store.list("pods"), store.list("replicasets.apps")]);
    const first = fleetAt(5);
    const again = fleetAt(5);
    const other = fleetAt(6);
    expect(everything(again.store("shop-dev"))).toBe(everything(first.store("shop-dev")));
    expect(everything(other.store("shop-dev"))).not.toBe(everything(first.store("shop-dev")));
    expect(first.clock.pending()).toBeGreaterThan(0);
    for (const { close } of [first, again, other]) close();
    await first.clock.advance(0);
    expect(first.clock.pending()).toBe(0);
  });
});
