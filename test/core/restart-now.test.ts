import { describe, expect, it } from "vitest";
import { deployment } from "../../src/core/kinds/deployment.ts";
import { resolveResource } from "../../src/core/resolve-resource.ts";
import { createRestartNow, type RestartNowOptions } from "../../src/core/restart-now.ts";
import type { KubeApi, KubeFetch } from "../../src/kube/cluster.ts";
import { createStage, workload } from "./simulated.ts";

const web = { namespace: "shop", name: "web" };

async function stageWithWeb(front: (fetch: KubeFetch) => KubeFetch = (fetch) => fetch) {
  const stage = await createStage();
  await stage.apply(workload("Deployment", "web"));
  const { cluster } = stage.api;
  const api: KubeApi = { ...stage.api, cluster: { ...cluster, fetch: front(cluster.fetch) } };
  const restartNow = createRestartNow();
  const restart = (more: Partial<RestartNowOptions> = {}) =>
    restartNow(api, deployment, web, { fieldManager: "restart", minimumInterval: 0, ...more });
  return { ...stage, api, restart };
}

describe("restarting one workload without following it", () => {
  it("costs one look and one PATCH", async () => {
    const { sim, clock, restart } = await stageWithWeb();
    const before = sim.requests.length;
    const { generation, previousRestartedAt } = await clock.runUntil(restart());
    expect({ generation, previousRestartedAt }).toEqual({ generation: 2, previousRestartedAt: undefined });
    expect(sim.requests.slice(before).map(({ method }) => method)).toEqual(["GET", "PATCH"]);
  });

  it("chooses a later value when the cluster's is ahead of the clock", async () => {
    const { clock, restart } = await stageWithWeb();
    const first = await clock.runUntil(restart());
    const second = await clock.runUntil(restart());
    expect(Date.parse(second.restartedAt)).toBe(Date.parse(first.restartedAt) + 1000);
    expect(second.previousRestartedAt).toBe(first.restartedAt);
  });

  it("looks again when somebody else wrote the same second first", async () => {
    let raced = false;
    const { clock, restart, patches } = await stageWithWeb((fetch) => async (path, init) => {
      const response = await fetch(path, init);
      // As if the same PATCH of another client had arrived first: an answer in which nothing moved.
      if (init.method === "PATCH" && !raced) {
        raced = true;
        const object = (await response.json()) as { metadata: { generation: number } };
        object.metadata.generation -= 1;
        return Response.json(object);
      }
      return response;
    });
    const { generation } = await clock.runUntil(restart());
    expect(generation).toBe(3);
    expect(patches()).toHaveLength(2);
  });

  it("finds a restart whose answer was lost, and sends no second one", async () => {
    const { clock, restart, patches } = await stageWithWeb((fetch) => async (path, init) => {
      const response = await fetch(path, init);
      if (init.method === "PATCH") throw new Error("connection reset");
      return response;
    });
    const { generation } = await clock.runUntil(restart());
    expect(generation).toBe(2);
    expect(new Set(patches().map(({ body }) => body)).size).toBe(1);
  });

  it("sends nothing after an abort", async () => {
    const leaving = new AbortController();
    const { clock, restart, patches } = await stageWithWeb((fetch) => async (path, init) => {
      const response = await fetch(path, init);
      leaving.abort();
      return response;
    });
    await expect(clock.runUntil(restart({ signal: leaving.signal }))).rejects.toMatchObject({ name: "AbortError" });
    expect(patches()).toEqual([]);
  });

  it("is not held up by a call that was given up and hangs", async () => {
    let asked = 0;
    const { clock, restart } = await stageWithWeb((fetch) => (path, init) => {
      asked += 1;
      return asked === 1 ? new Promise(() => {}) : fetch(path, init);
    });
    const leaving = new AbortController();
    void restart({ signal: leaving.signal });
    await clock.runUntilTrue(() => asked === 1);
    const second = restart();
    leaving.abort();
    expect((await clock.runUntil(second)).generation).toBe(2);
  });

  it("keeps a minimum interval, and says how long it still is", async () => {
    const { clock, restart, patches } = await stageWithWeb();
    await clock.runUntil(restart());
    await clock.advance(20_000);
    await expect(clock.runUntil(restart({ minimumInterval: 60_000 }))).rejects.toMatchObject({
      reason: "TooManyRequests",
      retryAfterSeconds: 40,
    });
    expect(patches()).toHaveLength(1);
    await clock.advance(40_000);
    await clock.runUntil(restart({ minimumInterval: 60_000 }));
    expect(patches()).toHaveLength(2);
  });

  it("refuses another object under the same name", async () => {
    const { clock, restart, patches } = await stageWithWeb();
    await expect(clock.runUntil(restart({ uid: "somebody-else" }))).rejects.toMatchObject({ reason: "Recreated" });
    expect(patches()).toEqual([]);
  });

  it.each([
    { retryAfter: "1", outcome: "restarted" },
    { retryAfter: "99999", outcome: "TooManyRequests" },
  ])("waits for a busy server that asks for $retryAfter s: $outcome", async ({ retryAfter, outcome }) => {
    let busy = true;
    const { clock, api, restart } = await stageWithWeb((fetch) => async (path, init) => {
      if (init.method !== "PATCH" || !busy) return fetch(path, init);
      busy = false;
      return new Response("busy", { status: 429, headers: { "retry-after": retryAfter } });
    });
    Object.assign(api, { longestPause: 5000 });
    const before = clock.now();
    const came = restart().then(
      () => "restarted",
      (error: { readonly reason: string }) => error.reason,
    );
    expect(await clock.runUntil(came)).toBe(outcome);
    expect(clock.now() - before).toBeLessThan(6000);
  });
});

describe("the kind behind a resource", () => {
  it.each([
    { group: "", version: "v1", resource: "pods", reason: "Blocked" },
    { group: "", version: "v1", resource: "configmaps", reason: "Blocked" },
    { group: "apps", version: "v1", resource: "replicasets", reason: "Blocked" },
    { group: "", version: "v1", resource: "namespaces", reason: "Usage" },
    { group: "", version: "v1", resource: "unicorns", reason: "NotFound" },
    { group: "example.com", version: "v1", resource: "deployments", reason: "NotFound" },
  ])("is none for $resource in $group/$version: $reason", async ({ reason, ...name }) => {
    const { clock, api } = await createStage();
    await expect(clock.runUntil(resolveResource(api, name))).rejects.toMatchObject({ reason });
  });
});
