import { describe, expect, it } from "vitest";
import { type Bench, bench } from "../api/simulated.ts";

const collection = "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts";
const merge = { "content-type": "application/merge-patch+json" };

const rollout = (spec: object = {}) => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Rollout",
  metadata: { name: "web" },
  spec: {
    replicas: 3,
    strategy: { canary: {} },
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "app", image: "registry.example/web:1" }] },
    },
    ...spec,
  },
});

async function running(spec: object = {}): Promise<Bench> {
  const opened = bench({ controllers: true, customResources: ["rollouts.argoproj.io"] });
  expect((await opened.send(`POST ${collection}`, rollout(spec))).status).toBe(201);
  await opened.clock.advance(30_000);
  return opened;
}

const at = (opened: Bench, ahead = 0) => `${new Date(opened.clock.now() + ahead).toISOString().slice(0, 19)}Z`;

async function statusOf({ send }: Bench): Promise<Readonly<Record<string, unknown>>> {
  const { body } = await send(`GET ${collection}/web`);
  return body["status"] as Readonly<Record<string, unknown>>;
}

function alive({ sim }: Bench): readonly string[] {
  return sim.store
    .list("pods", "shop")
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata }) => metadata.uid);
}

function ready({ sim }: Bench): number {
  return sim.store.list("pods", "shop").filter(({ metadata, status }) => {
    const { conditions = [] } = (status ?? {}) as { readonly conditions?: readonly { type: string; status: string }[] };
    const isReady = conditions.some((condition) => condition.type === "Ready" && condition.status === "True");
    return isReady && metadata.deletionTimestamp === undefined;
  }).length;
}

describe("a custom resource", () => {
  it("is no page at all where it is not defined", async () => {
    const { send } = bench();
    const answer = await send(`GET ${collection}`);
    expect([answer.status, answer.text]).toEqual([404, "404 page not found\n"]);
    expect((await send("GET /apis")).text).not.toContain("argoproj.io");
  });

  it("is discovered where it is", async () => {
    const { send } = bench({ customResources: ["rollouts.argoproj.io"] });
    const { body } = await send("GET /apis/argoproj.io/v1alpha1");
    expect(body["resources"]).toContainEqual(expect.objectContaining({ name: "rollouts", shortNames: ["ro"] }));
  });

  it("takes no strategic merge, and a strict one knows its fields", async () => {
    const { send } = await running();
    const body = { spec: { restartAt: "2026-11-25T12:00:00Z" } };
    const strategic = await send(`PATCH ${collection}/web`, body, {
      "content-type": "application/strategic-merge-patch+json",
    });
    expect([strategic.status, strategic.text]).toEqual([415, expect.stringContaining("merge-patch+json")]);
    const strict = await send(`PATCH ${collection}/web?fieldValidation=Strict`, { spec: { restartat: "x" } }, merge);
    expect([strict.status, strict.text]).toEqual([422, expect.stringContaining('unknown field \\"spec.restartat\\"')]);
    const moved = await send(`PATCH ${collection}/web?fieldValidation=Strict`, body, merge);
    expect(moved.body["metadata"]).toMatchObject({ generation: 2 });
  });
});

describe("a Rollout", () => {
  it("is healthy, with its generation observed as a string", async () => {
    expect(await statusOf(await running())).toMatchObject({
      ...{ phase: "Healthy", observedGeneration: "1", replicas: 3, updatedReplicas: 3, availableReplicas: 3 },
    });
  });

  it("is restarted by taking older pods away, no more at a time than may be missing", async () => {
    const opened = await running();
    const before = alive(opened);
    const restartAt = at(opened);
    await opened.send(`PATCH ${collection}/web`, { spec: { restartAt } }, merge);
    let fewest = 3;
    for (let step = 0; step < 1200; step += 1) {
      await opened.clock.advance(100);
      fewest = Math.min(fewest, ready(opened));
    }
    expect(fewest).toBe(2);
    expect(alive(opened).filter((uid) => before.includes(uid))).toEqual([]);
    expect(await statusOf(opened)).toMatchObject({ phase: "Healthy", restartedAt: restartAt });
  });

  it("waits for a time to come", async () => {
    const opened = await running();
    const before = alive(opened);
    await opened.send(`PATCH ${collection}/web`, { spec: { restartAt: at(opened, 90_000) } }, merge);
    await opened.clock.advance(80_000);
    expect(alive(opened)).toEqual(before);
    expect(await statusOf(opened)).toMatchObject({ phase: "Progressing", message: "rollout is restarting" });
    await opened.clock.advance(200_000);
    expect(await statusOf(opened)).toMatchObject({ phase: "Healthy" });
  });

  it("takes nothing away while a disruption budget forbids it", async () => {
    const opened = await running();
    const before = alive(opened);
    await opened.send("POST /apis/policy/v1/namespaces/shop/poddisruptionbudgets", {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "web" },
      spec: { minAvailable: 3, selector: { matchLabels: { app: "web" } } },
    });
    await opened.clock.advance(1000);
    await opened.send(`PATCH ${collection}/web`, { spec: { restartAt: at(opened) } }, merge);
    await opened.clock.advance(120_000);
    expect(alive(opened)).toEqual(before);
  });

  it("stays paused as a canary, restart or not, until it is promoted", async () => {
    const opened = await running({ strategy: { canary: { steps: [{ pause: {} }] } } });
    const image = { spec: { containers: [{ name: "app", image: "registry.example/web:2" }] } };
    await opened.send(`PATCH ${collection}/web`, { spec: { template: image } }, merge);
    await opened.clock.advance(30_000);
    expect(await statusOf(opened)).toMatchObject({ phase: "Paused", updatedReplicas: 1, replicas: 3 });
    const restartAt = at(opened);
    await opened.send(`PATCH ${collection}/web`, { spec: { restartAt } }, merge);
    await opened.clock.advance(120_000);
    expect(await statusOf(opened)).toMatchObject({ phase: "Paused", restartedAt: restartAt });
    await opened.send(`PATCH ${collection}/web/status`, { status: { promoteFull: true } }, merge);
    await opened.clock.advance(60_000);
    expect(await statusOf(opened)).toMatchObject({ phase: "Healthy", updatedReplicas: 3 });
  });
});
