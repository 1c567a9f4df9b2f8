import { describe, expect, it } from "vitest";
import { type Answer, bench, configMap, configMaps, deployment, deployments } from "./simulated.ts";

const smp = { "content-type": "application/strategic-merge-patch+json" };
const merge = { "content-type": "application/merge-patch+json" };

interface Meta {
  readonly generation: number;
  readonly resourceVersion: string;
  readonly managedFields: readonly {
    readonly manager: string;
    readonly fieldsV1: unknown;
    readonly subresource?: string;
  }[];
}

const metaOf = ({ body }: Answer) => body["metadata"] as Meta;
const annotate = (value: string) => ({ spec: { template: { metadata: { annotations: { at: value } } } } });

async function created(spec: Readonly<Record<string, unknown>> = {}) {
  const { send, sim } = bench();
  const answer = await send(`POST ${deployments}`, deployment("web", spec));
  expect(answer.status).toBe(201);
  return { send, sim, answer };
}

describe("a new Deployment", () => {
  it("gets the API server's defaults and an empty status", async () => {
    const { answer } = await created();
    expect(answer.body).toMatchObject({
      spec: {
        replicas: 1,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        template: {
          spec: {
            containers: [{ imagePullPolicy: "IfNotPresent", terminationMessagePolicy: "File", resources: {} }],
            restartPolicy: "Always",
            terminationGracePeriodSeconds: 30,
          },
        },
      },
      status: {},
    });
  });

  it.each([
    {
      name: "no selector and no containers",
      spec: { selector: undefined, template: {} },
      message:
        'Deployment.apps "bad" is invalid: [spec.selector: Required value, spec.template.metadata.labels: Invalid value: null: ' +
        "`selector` does not match template `labels`, spec.template.spec.containers: Required value]",
    },
    {
      name: "neither surge nor unavailable pods",
      spec: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: "0%" } } },
      message:
        'Deployment.apps "bad" is invalid: spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": ' +
        "may not be 0 when `maxSurge` is 0",
    },
    {
      name: "less than no replicas",
      spec: { replicas: -1 },
      message: 'Deployment.apps "bad" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    },
  ])("is refused with $name", async ({ spec, message }) => {
    const { send } = bench();
    const { status, body } = await send(`POST ${deployments}`, deployment("bad", spec));
    expect([status, body["message"]]).toEqual([422, message]);
  });

  it("needs its namespace, and one that stays", async () => {
    const { send } = bench();
    const there = await send("POST /apis/apps/v1/namespaces/nope/deployments", deployment("web"));
    expect([there.status, there.body["message"]]).toEqual([404, 'namespaces "nope" not found']);
    await send(`POST ${configMaps}`, { metadata: { name: "holds", finalizers: ["x/y"] } });
    expect((await send("DELETE /api/v1/namespaces/shop")).body).toMatchObject({ status: { phase: "Terminating" } });
    const late = await send(`POST ${deployments}`, deployment("web"));
    expect([late.status, late.body["message"]]).toEqual([
      403,
      'deployments.apps "web" is forbidden: unable to create new content in namespace shop because it is being terminated',
    ]);
    await send(`PATCH ${configMaps}/holds`, { metadata: { finalizers: null } }, merge);
    expect((await send("GET /api/v1/namespaces/shop")).status).toBe(404);
  });

  it("is named by the server when it asks for that", async () => {
    const { send } = bench();
    const { body } = await send(`POST ${configMaps}`, { metadata: { generateName: "x-" } });
    expect((body["metadata"] as { name: string }).name).toMatch(/^x-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });
});

describe("a changed object", () => {
  it("moves its generation for the spec and for a Deployment's own annotations, not for labels", async () => {
    const { send } = await created();
    const generation = async (patch: unknown) =>
      metaOf(await send(`PATCH ${deployments}/web`, patch, merge)).generation;
    expect(await generation(annotate("1"))).toBe(2);
    expect(await generation({ metadata: { annotations: { a: "b" } } })).toBe(3);
    expect(await generation({ metadata: { labels: { a: "b" } } })).toBe(3);
  });

  it("stays as it was when a patch changes nothing", async () => {
    const { send, sim } = await created();
    const first = metaOf(await send(`PATCH ${deployments}/web`, annotate("1"), smp));
    const second = metaOf(await send(`PATCH ${deployments}/web?fieldManager=other`, annotate("1"), merge));
    expect(second).toEqual(first);
    expect(String(sim.store.revision())).toBe(first.resourceVersion);
  });

  it("stays as it was also when a controller made it", async () => {
    const { send, sim } = bench();
    const metadata = { name: "plain", namespace: "shop" };
    const { metadata: before } = sim.store.create("configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata });
    const { body } = await send(`PATCH ${configMaps}/plain`, { metadata: { labels: { absent: null } } }, merge);
    expect(body["metadata"]).toEqual(before);
  });

  it("keeps what a PUT may not change, and its status", async () => {
    const { send, sim } = await created();
    sim.store.updateStatus("deployments.apps", "shop", "web", { replicas: 1 });
    const put = { ...(deployment("web", { replicas: 2 }) as object), status: { replicas: 9 } };
    const { body } = await send(`PUT ${deployments}/web`, put);
    expect(body).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 1 } });
  });

  it("lets its status be written apart, without a new generation", async () => {
    const { send } = await created();
    const patch = { status: { replicas: 2 }, spec: { replicas: 5 } };
    const answer = await send(`PATCH ${deployments}/web/status`, patch, merge);
    expect(answer.body).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 2 }, metadata: { generation: 1 } });
  });

  it("is scaled through its scale", async () => {
    const { send } = await created();
    const scale = await send(`PATCH ${deployments}/web/scale`, { spec: { replicas: 3 } }, merge);
    expect(scale.body).toMatchObject({ kind: "Scale", spec: { replicas: 3 }, status: { selector: "app=web" } });
    expect((await send(`GET ${deployments}/web`)).body).toMatchObject({
      spec: { replicas: 3 },
      metadata: { generation: 2 },
    });
  });

  it.each([
    {
      name: "a selector",
      patch: { spec: { selector: { matchLabels: { x: "y" } }, template: { metadata: { labels: { x: "y" } } } } },
      field: "spec.selector",
    },
    {
      name: "a rolling update's settings beside Recreate",
      patch: { spec: { strategy: { type: "Recreate" } } },
      field: "spec.strategy.rollingUpdate",
    },
    {
      name: "a label that is none",
      patch: { metadata: { labels: { a: "-" } } },
      field: "metadata.labels",
    },
  ])("is refused with $name", async ({ patch, field }) => {
    const { send } = await created();
    const { status, body } = await send(`PATCH ${deployments}/web`, patch, smp);
    const { causes } = body["details"] as { causes: readonly { field: string }[] };
    expect([status, causes.map((cause) => cause.field)]).toEqual([422, expect.arrayContaining([field])]);
  });

  it("counts a DaemonSet's templates in an annotation", async () => {
    const { send } = bench();
    const path = "/apis/apps/v1/namespaces/shop/daemonsets";
    await send(`POST ${path}`, { ...(deployment("agent") as object), kind: "DaemonSet" });
    const { body } = await send(`PATCH ${path}/agent`, annotate("1"), smp);
    expect(body).toMatchObject({ metadata: { annotations: { "deprecated.daemonset.template.generation": "2" } } });
  });
});

describe("the owners of fields", () => {
  const key = "f:at";
  const owns = (answer: Answer, manager: string): boolean =>
    JSON.stringify(metaOf(answer).managedFields.filter((entry) => entry.manager === manager)).includes(key);

  it("are who wrote them last", async () => {
    const { send } = await created();
    const first = await send(`PATCH ${deployments}/web?fieldManager=one`, annotate("1"), smp);
    expect([owns(first, "one"), owns(first, "tester")]).toEqual([true, false]);
    const second = await send(`PATCH ${deployments}/web?fieldManager=two`, annotate("2"), smp);
    expect([owns(second, "one"), owns(second, "two")]).toEqual([false, true]);
    // The map itself stays with who made it.
    expect(metaOf(second).managedFields.map(({ manager, fieldsV1 }) => [manager, JSON.stringify(fieldsV1)])).toEqual([
      ["one", '{"f:spec":{"f:template":{"f:metadata":{"f:annotations":{}}}}}'],
      ["tester", expect.stringContaining("f:replicas")],
      ["two", '{"f:spec":{"f:template":{"f:metadata":{"f:annotations":{"f:at":{}}}}}}'],
    ]);
  });

  it("are told in the API server's own form", async () => {
    const { send } = await created();
    const answer = await send(`PATCH ${deployments}/web?fieldManager=one`, annotate("1"), smp);
    expect(metaOf(answer).managedFields[0]).toEqual({
      manager: "one",
      operation: "Update",
      apiVersion: "apps/v1",
      time: "2026-11-25T12:00:00Z",
      fieldsType: "FieldsV1",
      fieldsV1: { "f:spec": { "f:template": { "f:metadata": { "f:annotations": { ".": {}, "f:at": {} } } } } },
    });
  });

  it("keep a subresource apart", async () => {
    const { send } = await created();
    const answer = await send(`PATCH ${deployments}/web/status`, { status: { replicas: 2 } }, merge);
    expect(metaOf(answer).managedFields.map(({ subresource }) => subresource)).toEqual([undefined, "status"]);
  });
});

describe("a deleted object", () => {
  it("is gone at once, and told by its uid", async () => {
    const { send } = bench();
    const { body } = await send(`POST ${configMaps}`, configMap("a"));
    const { uid } = body["metadata"] as { uid: string };
    const gone = await send(`DELETE ${configMaps}/a`);
    expect(gone.body).toMatchObject({ status: "Success", details: { name: "a", kind: "configmaps", uid } });
    expect((await send(`GET ${configMaps}/a`)).status).toBe(404);
  });

  it("waits for its finalizers with a new generation, and takes no new ones", async () => {
    const { send } = await created();
    await send(`PATCH ${deployments}/web`, { metadata: { finalizers: ["x/a"] } }, merge);
    const held = await send(`DELETE ${deployments}/web`);
    expect(held.body).toMatchObject({ metadata: { generation: 2, deletionTimestamp: "2026-11-25T12:00:00Z" } });
    const more = await send(`PATCH ${deployments}/web`, { metadata: { finalizers: ["x/a", "x/b"] } }, merge);
    expect(more.body["message"]).toContain('found new finalizers []string{"x/b"}');
    await send(`PATCH ${deployments}/web`, { metadata: { finalizers: null } }, merge);
    expect((await send(`GET ${deployments}/web`)).status).toBe(404);
  });

  it("has its grace when it is a pod on a node", async () => {
    const { send, sim } = bench();
    const pod = (name: string, nodeName?: string) => ({
      metadata: { name },
      spec: { containers: [{ name: "c", image: "nginx" }], ...(nodeName === undefined ? {} : { nodeName }) },
    });
    for (const [name, node] of [
      ["placed", "node-1"],
      ["waiting", undefined],
    ] as const) {
      expect((await send("POST /api/v1/namespaces/shop/pods", pod(name, node))).status).toBe(201);
      await send(`DELETE /api/v1/namespaces/shop/pods/${name}`);
    }
    expect(sim.store.list("pods", "shop").map(({ metadata }) => [metadata.name, metadata.deletionTimestamp])).toEqual([
      ["placed", "2026-11-25T12:00:30Z"],
    ]);
    await send("DELETE /api/v1/namespaces/shop/pods/placed?gracePeriodSeconds=0");
    expect(sim.store.list("pods", "shop")).toEqual([]);
  });

  it("is kept by a dry run and by a budget that allows no disruption", async () => {
    const { send, sim } = bench();
    await send(`POST ${configMaps}`, configMap("a"));
    expect((await send(`DELETE ${configMaps}/a?dryRun=All`)).status).toBe(200);
    expect((await send(`GET ${configMaps}/a`)).status).toBe(200);
    await send("POST /api/v1/namespaces/shop/pods", {
      metadata: { name: "web", labels: { app: "web" } },
      spec: { containers: [{ name: "c", image: "nginx" }] },
    });
    await send("POST /apis/policy/v1/namespaces/shop/poddisruptionbudgets", {
      metadata: { name: "web" },
      spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
    });
    const evict = () => send("POST /api/v1/namespaces/shop/pods/web/eviction", { metadata: { name: "web" } });
    expect((await evict()).status).toBe(429);
    sim.store.updateStatus("poddisruptionbudgets.policy", "shop", "web", { disruptionsAllowed: 1 });
    expect((await evict()).status).toBe(201);
    expect((await send("GET /api/v1/namespaces/shop/pods/web")).status).toBe(404);
  });
});
