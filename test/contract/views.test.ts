import { expect, it, onTestFinished } from "vitest";
import { type Catalog, openCatalog } from "../../src/core/catalog.ts";
import { deployment as deploymentKind } from "../../src/core/kinds/deployment.ts";
import { listWorkloadsPage } from "../../src/core/list-workloads.ts";
import { type OpenWorkloadView, openWorkloadView } from "../../src/core/workload-view.ts";
import type { KubeApi } from "../../src/kube/cluster.ts";
import type { ClusterUnderTest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment, workload } from "./manifests.ts";
import { restartOne } from "./run-restart.ts";

// Logs are not among them: where no kubelet runs, as on the control plane of these tests, there is none to read.

const kinds = ["Deployment", "StatefulSet", "DaemonSet"] as const;
type Kind = (typeof kinds)[number];

const listing = { verbs: ["list", "watch"], apiGroups: ["apps"], resources: kinds.map(plural) };

function plural(kind: string): string {
  return `${kind.toLowerCase()}s`;
}

function pathOf({ namespace }: ClusterUnderTest, kind: Kind, name: string): string {
  return `/apis/apps/v1/namespaces/${namespace}/${plural(kind)}/${name}`;
}

async function remove(cluster: ClusterUnderTest, kind: Kind, name: string): Promise<void> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ propagationPolicy: "Background" });
  const { status } = await cluster.request(pathOf(cluster, kind, name), { method: "DELETE", headers, body });
  expect(status).toBe(200);
}

function catalogOf(api: KubeApi, namespaces: readonly string[]): Catalog {
  const catalog = openCatalog(api, { namespaces });
  onTestFinished(catalog.close);
  return catalog;
}

async function viewOf(cluster: ClusterUnderTest, kind: Kind, name: string): Promise<OpenWorkloadView> {
  const { body } = await cluster.request(pathOf(cluster, kind, name));
  const { namespace } = cluster;
  const ref = { cluster: cluster.api.cluster.name, apiVersion: "apps/v1", kind, namespace, name };
  const view = openWorkloadView(cluster.api, { ...ref, uid: body.metadata.uid });
  onTestFinished(view.close);
  await cluster.until("every list of the view is there", async () => {
    const { workload: own, pods, revisions, events } = view.snapshot().source;
    return [own, pods, revisions, events].every(({ state }) => state === "live");
  });
  return view;
}

const states = (catalog: Catalog) => catalog.snapshot().sources.map(({ state }) => state);
const names = (catalog: Catalog) => catalog.snapshot().rows.map(({ ref }) => `${ref.kind} ${ref.name}`);
const become = (cluster: ClusterUnderTest, catalog: Catalog, state: string) =>
  cluster.until(`every source is ${state}`, async () => states(catalog).every((word) => word === state));

describeOnEveryCluster("a catalog", (start) => {
  it("lists every kind, follows a restart and forgets what is deleted", async () => {
    const cluster = await start();
    const slow = { pods: { "fake/ready-delay": "2000" } };
    await cluster.applyReady(
      workload("Deployment", "web", slow),
      workload("StatefulSet", "db"),
      workload("DaemonSet", "agent"),
    );
    const catalog = catalogOf(cluster.api, [cluster.namespace]);
    await become(cluster, catalog, "live");
    expect(names(catalog)).toEqual(["Deployment web", "StatefulSet db", "DaemonSet agent"]);
    expect(catalog.snapshot().rows.map(({ phase }) => phase.phase)).toEqual(["complete", "complete", "complete"]);
    const web = () => catalog.snapshot().rows.find(({ ref }) => ref.name === "web");
    const phases = new Set<string | undefined>();
    catalog.subscribe(() => phases.add(web()?.phase.phase));
    await restartOne(cluster, "Deployment", "web");
    await cluster.until("the row says so", async () => web()?.phase.phase === "complete" && phases.size > 1);
    expect([...phases]).toEqual(["rolling", "complete"]);
    expect(web()?.restartedAt).toMatch(/^20\d\d-/);
    await remove(cluster, "StatefulSet", "db");
    await cluster.until("the row is gone", async () => !names(catalog).includes("StatefulSet db"));
    expect(names(catalog)).toEqual(["Deployment web", "DaemonSet agent"]);
  });

  it("of every namespace is forbidden to who may list in one, and of that one it is live", async () => {
    const cluster = await start();
    await cluster.apply(deployment("web"));
    // Another test may give the control plane Rollouts at any time.
    const api = await cluster.as("reader", [
      listing,
      { ...listing, apiGroups: ["argoproj.io"], resources: ["rollouts"] },
    ]);
    const everywhere = catalogOf(api, []);
    await become(cluster, everywhere, "forbidden");
    expect(everywhere.snapshot().sources[0]?.error?.message).toContain("at the cluster scope");
    const here = catalogOf(api, [cluster.namespace]);
    await become(cluster, here, "live");
    expect(names(here)).toEqual(["Deployment web"]);
  });

  it("waits for credentials that hold, and goes on when it is told to try again", async () => {
    const cluster = await start();
    await cluster.apply(deployment("web"));
    const { api } = cluster;
    let hasExpired = true;
    const fetch: KubeApi["cluster"]["fetch"] = async (path, init) => {
      if (!hasExpired) return api.cluster.fetch(path, init);
      const { status, headers, text } = await cluster.withToken("expired", path);
      return new Response(text, { status, headers });
    };
    const catalog = catalogOf({ ...api, cluster: { ...api.cluster, fetch } }, [cluster.namespace]);
    await become(cluster, catalog, "auth-needed");
    hasExpired = false;
    catalog.refresh();
    await become(cluster, catalog, "live");
    expect(names(catalog)).toEqual(["Deployment web"]);
  });
});

describeOnEveryCluster("a view of one workload", (start) => {
  it.each(kinds)(
    "tells new pods of a %s from old ones through a restart, and shows no other's events",
    async (kind) => {
      const cluster = await start();
      const slow = { pods: { "fake/ready-delay": "1000" } };
      await cluster.applyReady(workload(kind, "web", slow), workload(kind, "web-extra"));
      const view = await viewOf(cluster, kind, "web");
      const live = () => view.snapshot().pods.filter(({ terminating }) => !terminating);
      const before = live();
      expect(before).toHaveLength(kind === "DaemonSet" ? 3 : 2);
      expect(before.every(({ ready, isNew }) => ready && isNew)).toBe(true);
      let sawBoth = false;
      view.subscribe(() => {
        const pods = view.snapshot().pods;
        sawBoth ||= pods.some(({ isNew }) => isNew) && pods.some(({ isNew }) => !isNew);
      });
      await restartOne(cluster, kind, "web");
      await cluster.until("every pod is a new one", async () => {
        const pods = view.snapshot().pods;
        return pods.length === before.length && pods.every(({ ready, isNew }) => ready && isNew);
      });
      expect(sawBoth).toBe(true);
      expect(live().filter(({ uid }) => before.some((old) => old.uid === uid))).toEqual([]);
      const objects = view.snapshot().events.map(({ object }) => object);
      expect(objects).toContain(`${kind}/web`);
      expect(objects.filter((object) => object.includes("web-extra"))).toEqual([]);
    },
  );

  it("notices that it is gone, and takes no other of its name for it", async () => {
    const cluster = await start();
    await cluster.applyReady(deployment("web"));
    const view = await viewOf(cluster, "Deployment", "web");
    const uid = view.snapshot().workload?.ref.uid;
    expect(view.snapshot().gone).toBe(false);
    await remove(cluster, "Deployment", "web");
    await cluster.until("the view is empty", async () => view.snapshot().gone && view.snapshot().pods.length === 0);
    await cluster.applyReady(deployment("web"));
    const next = await viewOf(cluster, "Deployment", "web");
    expect(next.snapshot()).toMatchObject({ gone: false, pods: [{ isNew: true }, { isNew: true }] });
    expect(next.snapshot().workload?.ref.uid).not.toBe(uid);
    expect(view.snapshot()).toMatchObject({ gone: true, pods: [], workload: { ref: { uid } } });
  });
});

describeOnEveryCluster("a list page by page", (start) => {
  it("has every workload once", async () => {
    const cluster = await start();
    const all = ["a", "b", "c", "d", "e"];
    await cluster.apply(...all.map((name) => deployment(name, { spec: { replicas: 0 } })));
    const pages: string[][] = [];
    let token = "";
    do {
      const options = { namespace: cluster.namespace, limit: 2 };
      const page = await cluster.settle(listWorkloadsPage(cluster.api, deploymentKind, token, options));
      pages.push(page.items.map(({ ref }) => ref.name));
      token = page.token;
    } while (token !== "" && pages.length < all.length);
    expect(pages).toEqual([["a", "b"], ["c", "d"], ["e"]]);
  });
});
