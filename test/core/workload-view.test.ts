import { describe, expect, it } from "vitest";
import { followLogs } from "../../src/core/logs.ts";
import { type OpenWorkloadView, openWorkloadView } from "../../src/core/workload-view.ts";
import { createStage, plan, run, type Stage, workload } from "./simulated.ts";

async function opened(stage: Stage, kind: string, name: string): Promise<OpenWorkloadView> {
  const found = stage.sim.store
    .list(`${kind.toLowerCase()}s.apps`, "shop")
    .find(({ metadata }) => metadata.name === name);
  const uid = found?.metadata.uid ?? "";
  const ref = { cluster: "stage", apiVersion: "apps/v1", kind, namespace: "shop", name, uid };
  const view = openWorkloadView(stage.api, ref);
  await stage.clock.advance(2000);
  return view;
}

describe.each(["Deployment", "StatefulSet", "DaemonSet"])("a view of a %s", (kind) => {
  it("shows its pods and no other's, tells new from old while it rolls, and its events", async () => {
    const stage = await createStage();
    // The other's name begins with this one's.
    await stage.apply(
      workload(kind, "web", { trouble: { "fake/ready-delay": "5000" } }),
      workload("Deployment", "web-extra"),
    );
    const view = await opened(stage, kind, "web");
    const { pods, workload: seen } = view.snapshot();
    expect(seen?.counts.ready).toBe(3);
    expect(pods).toHaveLength(3);
    expect(pods.every(({ ready, isNew, containers }) => ready && isNew && containers[0] === "app")).toBe(true);
    const mixes = new Set<string>();
    view.subscribe(() => {
      const live = view.snapshot().pods.filter(({ terminating }) => !terminating);
      mixes.add(`${live.filter(({ isNew }) => isNew).length} new ${live.filter(({ isNew }) => !isNew).length} old`);
    });
    await run(stage, await plan(stage, [[kind, "web"]]));
    await stage.clock.advance(1000);
    expect(mixes.size).toBeGreaterThan(2);
    expect(view.snapshot().pods.filter(({ terminating, isNew }) => !terminating && isNew)).toHaveLength(3);
    const [latest] = view.snapshot().events;
    expect(latest?.object).toMatch(/\/web/);
    expect(view.snapshot().events.filter(({ object }) => object.includes("web-extra"))).toEqual([]);
    await view.close();
  });
});

describe("a view", () => {
  it("says why a pod does not start", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { trouble: { "fake/image-pull": "true" } }));
    const view = await opened(stage, "Deployment", "web");
    expect(view.snapshot().pods[0]).toMatchObject({
      ready: false,
      readySince: undefined,
      state: { what: "waiting", reason: expect.stringMatching(/Image/) },
    });
    await view.close();
  });

  it("notices that the workload is gone", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const view = await opened(stage, "Deployment", "web");
    expect(view.snapshot().gone).toBe(false);
    const path = "https://stage.example/apis/apps/v1/namespaces/shop/deployments/web";
    await stage.sim.handle(new Request(path, { method: "DELETE" }));
    await stage.clock.advance(2000);
    expect(view.snapshot()).toMatchObject({ gone: true, workload: { ref: { name: "web" } }, pods: [] });
    await view.close();
  });
});

describe("a log", () => {
  it("begins with its last lines, goes on as they come and ends with the pod", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const pod = stage.sim.store.list("pods", "shop")[0]?.metadata.name ?? "";
    const stop = new AbortController();
    const lines: string[] = [];
    const read = async () => {
      for await (const batch of followLogs(stage.api, { namespace: "shop", pod, signal: stop.signal })) {
        lines.push(...batch.map(({ text }) => text));
      }
    };
    const reading = read();
    await stage.clock.advance(60_000);
    const first = lines.length;
    expect(first).toBeGreaterThan(0);
    expect(lines[0]).not.toMatch(/^\d{4}-/);
    await stage.sim.handle(
      new Request(`https://stage.example/api/v1/namespaces/shop/pods/${pod}`, { method: "DELETE" }),
    );
    await stage.clock.runUntil(reading);
    expect(lines.length).toBeGreaterThanOrEqual(first);
  });

  it("ends quietly when nobody reads it any more, and says why it cannot be read", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const pod = stage.sim.store.list("pods", "shop")[0]?.metadata.name ?? "";
    const stop = new AbortController();
    const reading = Array.fromAsync(followLogs(stage.api, { namespace: "shop", pod, signal: stop.signal }));
    await stage.clock.advance(1000);
    stop.abort();
    await stage.clock.runUntil(reading);
    const never = new AbortController().signal;
    const missing = Array.fromAsync(followLogs(stage.api, { namespace: "shop", pod: "nothing", signal: never }));
    await expect(stage.clock.runUntil(missing)).rejects.toMatchObject({ reason: "NotFound" });
  });
});
