import { describe, expect, it } from "vitest";
import { followLogs } from "../../src/core/logs.ts";
import { type OpenWorkloadView, openWorkloadView } from "../../src/core/workload-view.ts";
import { RestartError } from "../../src/kube/error.ts";
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
      // The selector of the one covers the pods of the other.
      {
        ...workload("Deployment", "canary"),
        spec: {
          selector: { matchLabels: { track: "canary" } },
          template: {
            metadata: { labels: { app: "web", track: "canary" } },
            spec: { containers: [{ name: "app", image: "shop.example/app:1" }] },
          },
        },
      },
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
    expect([...mixes].filter((mix) => /^[1-3] new [1-3] old$/.test(mix))).not.toEqual([]);
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
    await stage.clock.advance(60_000);
    expect(lines.length).toBeGreaterThan(first + 30);
    expect(lines[0]).not.toMatch(/^\d{4}-/);
    await stage.sim.handle(
      new Request(`https://stage.example/api/v1/namespaces/shop/pods/${pod}`, { method: "DELETE" }),
    );
    await stage.clock.runUntil(reading);
  });

  it("goes on after a cut, without a line twice or too few", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const pod = stage.sim.store.list("pods", "shop")[0]?.metadata.name ?? "";
    const { fetch } = stage.api.cluster;
    const cuts: AbortController[] = [];
    let away = false;
    const cluster = {
      ...stage.api.cluster,
      fetch: async (path: string, init: Parameters<typeof fetch>[1]) => {
        if (away) throw new RestartError("Unreachable", "it does not answer", { detail: { sent: "no" } });
        const cut = new AbortController();
        cuts.push(cut);
        const joined = init.signal === undefined ? cut.signal : AbortSignal.any([init.signal, cut.signal]);
        return fetch(path, { ...init, signal: joined });
      },
    };
    const stop = new AbortController();
    const lines: string[] = [];
    const read = async () => {
      const options = { namespace: "shop", pod, signal: stop.signal };
      for await (const batch of followLogs({ ...stage.api, cluster }, options)) {
        lines.push(...batch.map(({ time, text }) => `${time} ${text}`));
      }
    };
    const reading = read();
    await stage.clock.advance(30_000);
    away = true;
    cuts.at(-1)?.abort(new Error("the line was cut"));
    await stage.clock.advance(5000);
    away = false;
    await stage.clock.advance(30_000);
    stop.abort();
    await stage.clock.runUntil(reading);
    expect(cuts).toHaveLength(2);
    expect(new Set(lines).size).toBe(lines.length);
    const answer = await stage.api.cluster.fetch(`/api/v1/namespaces/shop/pods/${pod}/log`, {});
    const written = (await answer.text()).trimEnd().replaceAll(/ +/g, " ").split("\n");
    expect(lines).toEqual(written.slice(0, lines.length));
    // The newest line may just have been on its way.
    expect(written.length - lines.length).toBeLessThan(2);
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
