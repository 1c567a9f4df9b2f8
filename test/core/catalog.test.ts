import { describe, expect, it } from "vitest";
import { type Catalog, openCatalog } from "../../src/core/catalog.ts";
import { RestartError } from "../../src/kube/error.ts";
import { createStage, plan, run, type Stage, workload } from "./simulated.ts";

async function opened(stage: Stage, namespaces: readonly string[] = []): Promise<Catalog> {
  const catalog = openCatalog(stage.api, { namespaces });
  await stage.clock.advance(1000);
  return catalog;
}

const names = (catalog: Catalog) => catalog.snapshot().rows.map(({ ref }) => `${ref.kind} ${ref.name}`);
const states = (catalog: Catalog) => [...new Set(catalog.snapshot().sources.map(({ state }) => state))];

describe("a catalog", () => {
  it("lists every kind, follows a restart and forgets what is deleted", async () => {
    const stage = await createStage();
    await stage.apply(
      workload("Deployment", "web", { trouble: { "fake/ready-delay": "5000" } }),
      workload("StatefulSet", "db"),
      workload("DaemonSet", "agent"),
    );
    const catalog = await opened(stage);
    expect(names(catalog)).toEqual(["Deployment web", "StatefulSet db", "DaemonSet agent"]);
    expect(states(catalog)).toEqual(["live"]);
    const phases = new Set<string>();
    catalog.subscribe(() => {
      const row = catalog.snapshot().rows.find(({ ref }) => ref.name === "web");
      if (row !== undefined) phases.add(row.phase.phase);
    });
    await run(stage, await plan(stage, [["Deployment", "web"]]));
    await stage.clock.advance(1000);
    expect([...phases]).toEqual(["rolling", "complete"]);
    expect(catalog.snapshot().rows.find(({ ref }) => ref.name === "web")?.restartedAt).toMatch(/^2026-/);
    const path = "https://stage.example/apis/apps/v1/namespaces/shop/statefulsets/db";
    await stage.sim.handle(new Request(path, { method: "DELETE" }));
    await stage.clock.advance(1000);
    expect(names(catalog)).toEqual(["Deployment web", "DaemonSet agent"]);
    await catalog.close();
  });

  it("tells at most ten times a second, and nothing when nothing changes", async () => {
    const stage = await createStage();
    await stage.apply(...Array.from({ length: 20 }, (_, index) => workload("Deployment", `web-${index}`)));
    const catalog = await opened(stage);
    const told: number[] = [];
    catalog.subscribe(() => told.push(stage.clock.now()));
    await stage.clock.advance(10 * 60_000);
    expect(told).toEqual([]);
    const restarts = Array.from({ length: 20 }, (_, index) => ["Deployment", `web-${index}`] as const);
    await run(stage, await plan(stage, restarts));
    expect(told.length).toBeGreaterThan(5);
    expect(told.every((at, index) => index === 0 || at - (told[index - 1] ?? 0) >= 100)).toBe(true);
    await catalog.close();
  });

  it("shows a list as soon as it has been read, however lately the one before it was", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"), workload("DaemonSet", "agent"));
    const { fetch } = stage.api.cluster;
    const slowly = async (...args: Parameters<typeof fetch>) => {
      if (args[0].includes("daemonsets")) await stage.clock.sleep(20, args[1].signal);
      return fetch(...args);
    };
    const api = { ...stage.api, cluster: { ...stage.api.cluster, fetch: slowly } };
    const catalog = openCatalog(api);
    const told: string[] = [];
    catalog.subscribe(() => told.push(names(catalog).join(", ")));
    await stage.clock.advance(30);
    expect(told.at(-1)).toBe("Deployment web, DaemonSet agent");
    await catalog.close();
  });

  it("asks for nothing but its watches while it rests", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const catalog = await opened(stage);
    const before = stage.sim.requests.length;
    await stage.clock.advance(20 * 60_000);
    expect(stage.sim.requests.length).toBe(before);
    await catalog.close();
  });

  it("keeps what it has seen while the cluster is away, says since when, and goes on", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    let away = false;
    const { fetch } = stage.api.cluster;
    const api = {
      ...stage.api,
      cluster: {
        ...stage.api.cluster,
        fetch: async (...args: Parameters<typeof fetch>) => {
          if (away) throw new RestartError("Unreachable", "it does not answer", { detail: { sent: "no" } });
          const { signal } = args[1];
          const cut = new AbortController();
          cuts.push(cut);
          const joined = signal === undefined ? cut.signal : AbortSignal.any([signal, cut.signal]);
          return fetch(args[0], { ...args[1], signal: joined });
        },
      },
    };
    const cuts: AbortController[] = [];
    const catalog = await opened({ ...stage, api });
    away = true;
    for (const cut of cuts) cut.abort(new RestartError("StreamCut", "cut"));
    await stage.clock.advance(20_000);
    expect(states(catalog)).toEqual(["lost"]);
    expect(names(catalog)).toEqual(["Deployment web"]);
    const [source] = catalog.snapshot().sources;
    expect(stage.clock.now() - (source?.lostAt ?? 0)).toBeGreaterThan(15_000);
    away = false;
    await stage.clock.advance(60_000);
    expect(states(catalog)).toEqual(["live"]);
    expect(catalog.snapshot().sources[0]?.lostAt).toBeUndefined();
    await catalog.close();
  });

  it("says what is forbidden, and tries again when it is asked to", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    let forbidden = true;
    const { fetch } = stage.api.cluster;
    const refusal = {
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      reason: "Forbidden",
      code: 403,
      message: "no",
    };
    const api = {
      ...stage.api,
      cluster: {
        ...stage.api.cluster,
        fetch: async (...args: Parameters<typeof fetch>) =>
          forbidden ? Response.json(refusal, { status: 403 }) : fetch(...args),
      },
    };
    const catalog = await opened({ ...stage, api }, ["shop"]);
    expect(states(catalog)).toEqual(["forbidden"]);
    forbidden = false;
    await stage.clock.advance(600_000);
    expect(states(catalog)).toEqual(["forbidden"]);
    catalog.refresh();
    await stage.clock.advance(1000);
    expect(states(catalog)).toEqual(["live"]);
    expect(names(catalog)).toEqual(["Deployment web"]);
    await catalog.close();
  });
});
