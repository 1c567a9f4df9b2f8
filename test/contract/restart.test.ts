import { expect, it } from "vitest";
import type { KubeFetch, KubeRequestInit } from "../../src/kube/cluster.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment, workload } from "./manifests.ts";
import { patch, pathOf, restartBody, restartedAt } from "./patch.ts";
import { podsOf } from "./pods.ts";
import { blocks, ends, last, planRestart, restartOne, runRestart } from "./run-restart.ts";

const kinds = ["Deployment", "StatefulSet", "DaemonSet"] as const;

describeOnEveryCluster("a restart", (start) => {
  it.each(kinds)("of a %s is one PATCH, and healthy once every pod is new and ready", async (kind) => {
    const cluster = await start();
    await cluster.applyReady(workload(kind, "web"));
    const before = await podsOf(cluster);
    const plan = await planRestart(cluster, kind, "web");
    expect(blocks(plan)).toEqual([]);
    const types: (string | undefined)[] = [];
    const fetch: KubeFetch = (path, init) => {
      if (init.method === "PATCH") types.push(init.headers?.["content-type"]);
      return cluster.api.cluster.fetch(path, init);
    };
    const api = { ...cluster.api, cluster: { ...cluster.api.cluster, fetch } };
    const events = await runRestart(cluster, plan, { api });
    const after = await podsOf(cluster);
    expect(ends(events)).toEqual(["healthy", 0]);
    expect(after.map(({ ready }) => ready)).toEqual(before.map(() => true));
    expect(after.filter(({ uid }) => before.some((old) => old.uid === uid))).toEqual([]);
    expect(types).toEqual(["application/strategic-merge-patch+json"]);
    const [sent, ...more] = await cluster.patches();
    expect(more).toEqual([]);
    const [target] = plan.targets;
    expect(sent).toMatchObject({
      path: pathOf(`${kind.toLowerCase()}s/web`, cluster.namespace),
      body: {
        metadata: { uid: target?.ref.uid },
        spec: { template: { metadata: { annotations: { [restartedAt]: target?.restartedAt } } } },
      },
    });
    expect(Object.fromEntries(sent?.query ?? [])).toEqual({ fieldManager: "restart", fieldValidation: "Strict" });
  });

  it("names itself as the manager of the one field it writes", async () => {
    const cluster = await start();
    await cluster.applyReady(deployment("web"));
    await restartOne(cluster, "Deployment", "web", { wait: false });
    const { body } = await cluster.request(pathOf("deployments/web", cluster.namespace));
    const owned = body.metadata.managedFields.find(({ manager }: { manager: string }) => manager === "restart");
    expect([owned.operation, owned.fieldsV1]).toEqual([
      "Update",
      { "f:spec": { "f:template": { "f:metadata": { "f:annotations": { ".": {}, [`f:${restartedAt}`]: {} } } } } },
    ]);
  });

  it("while the first still rolls is refused; allowed, it writes a later value and a second ReplicaSet", async () => {
    const cluster = await start();
    await cluster.applyReady(deployment("web", { pods: { "fake/ready-delay": "4000" } }));
    await restartOne(cluster, "Deployment", "web", { wait: false });
    await cluster.until("the rollout moves", async () => {
      const { body } = await cluster.request(`/apis/apps/v1/namespaces/${cluster.namespace}/replicasets`);
      return body.items.length === 2;
    });
    const refused = await planRestart(cluster, "Deployment", "web");
    expect(blocks(refused)).toEqual(["rollout-in-progress"]);
    const events = await restartOne(cluster, "Deployment", "web", { allow: ["rollout-in-progress"] });
    expect(ends(events)).toEqual(["healthy", 0]);
    const [first = "", second = ""] = (await cluster.patches()).map(({ body }) => restartValue(body));
    expect(Date.parse(second)).toBeGreaterThan(Date.parse(first));
    const { body } = await cluster.request(`/apis/apps/v1/namespaces/${cluster.namespace}/replicasets`);
    expect(body.items).toHaveLength(3);
  });

  it("of a paused Deployment is refused before any PATCH", async () => {
    const cluster = await start();
    await cluster.apply(deployment("web", { spec: { paused: true } }));
    const plan = await planRestart(cluster, "Deployment", "web");
    expect(blocks(plan)).toEqual(["paused"]);
    expect(ends(await runRestart(cluster, plan))).toEqual(["blocked", 4]);
    expect(await cluster.patches()).toEqual([]);
  });

  it.each(["StatefulSet", "DaemonSet"] as const)("of an OnDelete %s is refused", async (kind) => {
    const cluster = await start();
    await cluster.applyReady(workload(kind, "web", { spec: { updateStrategy: { type: "OnDelete" } } }));
    expect(blocks(await planRestart(cluster, kind, "web"))).toEqual(["on-delete"]);
  });

  it("of a StatefulSet with a partition is done at the pods beyond it", async () => {
    const cluster = await start();
    const updateStrategy = { type: "RollingUpdate", rollingUpdate: { partition: 2 } };
    await cluster.applyReady(workload("StatefulSet", "db", { spec: { replicas: 3, updateStrategy } }));
    const before = await podsOf(cluster);
    const events = await restartOne(cluster, "StatefulSet", "db");
    expect(ends(events)).toEqual(["healthy", 0]);
    const after = await podsOf(cluster);
    const kept = after.filter(({ uid }) => before.some((old) => old.uid === uid)).map(({ name }) => name);
    expect(kept).toEqual(["db-0", "db-1"]);
  });

  it.each(["Deployment", "StatefulSet"] as const)("of a %s without replicas is sent and done at once", async (kind) => {
    const cluster = await start();
    await cluster.applyReady(workload(kind, "web", { spec: { replicas: 0 } }));
    const events = await restartOne(cluster, kind, "web");
    expect(ends(events)).toEqual(["healthy", 0]);
    expect(await cluster.patches()).toHaveLength(1);
  });

  it("waits out minReadySeconds", async () => {
    const cluster = await start();
    await cluster.applyReady(deployment("web", { spec: { replicas: 1, minReadySeconds: 4 } }));
    const events = await restartOne(cluster, "Deployment", "web");
    expect(ends(events)).toEqual(["healthy", 0]);
    expect(last(events, "target.finished").seconds).toBeGreaterThanOrEqual(4);
  });

  it("of a Recreate Deployment goes through no pod at all", async () => {
    const cluster = await start();
    await cluster.applyReady(deployment("web", { spec: { strategy: { type: "Recreate" } } }));
    let fewest = 2;
    const events = await restartOne(cluster, "Deployment", "web", {
      during: (event) => {
        if (event.type === "target.progress") fewest = Math.min(fewest, event.progress.available);
      },
    });
    expect([ends(events), fewest]).toEqual([["healthy", 0], 0]);
  });
});

describeOnEveryCluster("somebody else during a restart", (start) => {
  const t0 = "2030-01-01T00:00:00Z";
  it.each([
    { does: "takes the value away", body: restartBody(null), outcome: "reverted" },
    { does: "restarts it, too", body: restartBody(t0), outcome: "superseded" },
    {
      does: "changes the image",
      body: { spec: { template: { spec: { containers: [{ name: "app", image: "shop.example/app:2" }] } } } },
      outcome: "superseded",
    },
    { does: "deletes it", body: undefined, outcome: "deleted" },
  ])("who $does is noticed", async ({ body, outcome }) => {
    const cluster = await start();
    await cluster.applyReady(deployment("web", { pods: { "fake/ready-delay": "4000" } }));
    const raw = { ...cluster, request: (path: string, init = {}) => cluster.api.cluster.fetch(path, init).then(drop) };
    const events = await restartOne(cluster, "Deployment", "web", {
      during: async (event) => {
        if (event.type !== "target.observed") return;
        const path = pathOf("deployments/web", cluster.namespace);
        if (body === undefined) await cluster.api.cluster.fetch(path, { method: "DELETE" });
        else await patch(raw, "deployments/web", body, { query: "fieldManager=intruder" });
      },
    });
    expect(ends(events)).toEqual([outcome, 5]);
  });

  it("who re-creates it between look and PATCH stops the restart", async () => {
    const cluster = await start();
    await cluster.applyReady(deployment("web"));
    const plan = await planRestart(cluster, "Deployment", "web");
    const path = pathOf("deployments/web", cluster.namespace);
    await cluster.request(path, { method: "DELETE" });
    await cluster.until("it is gone", async () => (await cluster.request(path)).status === 404);
    await cluster.applyReady(deployment("web"));
    expect(ends(await runRestart(cluster, plan))).toEqual(["re-created", 5]);
    expect((await cluster.patches()).filter(({ status = 422 }) => status < 300)).toEqual([]);
  });

  it("who re-creates it in the moment of the PATCH is told by the uid in its body", async () => {
    const cluster = await start();
    await cluster.applyReady(deployment("web"));
    const path = pathOf("deployments/web", cluster.namespace);
    const { fetch } = cluster.api.cluster;
    const send = async (to: string, init: KubeRequestInit) => drop(await fetch(to, init));
    let meant = 0;
    const replaceFirst: KubeFetch = async (to, init) => {
      if (init.method === "PATCH") {
        meant += 1;
        await send(path, { method: "DELETE" });
        const headers = { "content-type": "application/json" };
        const body = JSON.stringify(deployment("web"));
        const { status } = await send(path.replace(/\/web$/, ""), { method: "POST", headers, body });
        expect(status).toBe(201);
      }
      return fetch(to, init);
    };
    const plan = await planRestart(cluster, "Deployment", "web");
    const api = { ...cluster.api, cluster: { ...cluster.api.cluster, fetch: replaceFirst } };
    expect(ends(await runRestart(cluster, plan, { api }))).toEqual(["re-created", 5]);
    expect(meant).toBe(1);
    const { body } = await cluster.request(path);
    expect(body.spec.template.metadata.annotations).toBeUndefined();
  });

  it("who changes the template between look and PATCH makes it drift, and nothing is sent", async () => {
    const cluster = await start();
    await cluster.applyReady(deployment("web"));
    const plan = await planRestart(cluster, "Deployment", "web");
    await patch(cluster, "deployments/web", restartBody(t0), { query: "fieldManager=intruder" });
    expect(ends(await runRestart(cluster, plan))).toEqual(["drifted", 10]);
    expect((await cluster.patches()).map(({ query }) => query.get("fieldManager"))).toEqual(["intruder"]);
  });
});

async function drop(response: Response) {
  await response.body?.cancel();
  return { status: response.status, headers: response.headers, text: "", body: undefined };
}

function restartValue(body: unknown): string {
  const { spec } = body as {
    readonly spec: {
      readonly template: { readonly metadata: { readonly annotations: Readonly<Record<string, string>> } };
    };
  };
  return spec.template.metadata.annotations[restartedAt] ?? "";
}
