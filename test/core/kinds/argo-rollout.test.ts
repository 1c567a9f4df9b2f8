import { describe, expect, it } from "vitest";
import { openCatalog } from "../../../src/core/catalog.ts";
import { argoRollout } from "../../../src/core/kinds/argo-rollout.ts";
import { createRestartNow } from "../../../src/core/restart-now.ts";
import type { WorkloadObject } from "../../../src/core/workload.ts";
import { openWorkloadView } from "../../../src/core/workload-view.ts";
import { createStage, ends, last, plan, run, type Stage, workload } from "../simulated.ts";

const customResources = ["rollouts.argoproj.io"];
const collection = "https://stage.example/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts";

const rollout = (spec: object = {}, trouble: Readonly<Record<string, string>> = {}) => ({
  ...workload("Rollout", "web", { spec: { strategy: { canary: {} }, ...spec }, trouble }),
  apiVersion: "argoproj.io/v1alpha1",
});

async function stageWith(object: ReturnType<typeof rollout>): Promise<Stage> {
  const stage = await createStage({ customResources });
  await stage.apply(object);
  return stage;
}

interface Read {
  readonly spec: { readonly restartAt?: string; readonly template: unknown };
  readonly status: { readonly phase: string; readonly restartedAt?: string };
}

async function read({ sim }: Stage): Promise<Read> {
  return (await sim.handle(new Request(`${collection}/web`))).json() as Promise<Read>;
}

function send({ sim }: Stage, path: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/merge-patch+json" };
  return sim.handle(new Request(`${collection}/${path}`, { method: "PATCH", headers, body: JSON.stringify(body) }));
}

const pods = ({ sim }: Stage) => sim.store.list("pods", "shop").map(({ metadata }) => metadata);
const paused = { strategy: { canary: { steps: [{ pause: {} }] } } };
const secondImage = {
  spec: {
    template: {
      spec: { containers: [{ name: "app", image: "shop.example/app:2", readinessProbe: { tcpSocket: { port: 80 } } }] },
    },
  },
};

/** The stage as somebody sees it whose clock is wrong by so many milliseconds. */
function withSkew(stage: Stage, skew: number): Stage {
  const clock = { ...stage.clock, now: () => stage.clock.now() + skew };
  return { ...stage, clock, api: { ...stage.api, clock } };
}

describe("the restart of an Argo Rollout", () => {
  it("writes spec.restartAt and nothing else, and is done when every pod is younger and ready", async () => {
    const stage = await stageWith(rollout());
    const [before, old] = [await read(stage), pods(stage)];
    const events = await run(stage, await plan(stage, [["Rollout", "web"]]));
    expect(ends(events)).toEqual(["healthy", 0]);
    const [sent, ...more] = stage.patches();
    const { restartedAt } = last(events, "target.patched");
    expect(more).toEqual([]);
    expect(sent?.contentType).toBe("application/merge-patch+json");
    expect(JSON.parse(sent?.body ?? "")).toEqual({
      metadata: { uid: expect.any(String) },
      spec: { restartAt: restartedAt },
    });
    const after = await read(stage);
    expect(after.spec.template).toEqual(before.spec.template);
    expect(after.status).toMatchObject({ phase: "Healthy", restartedAt });
    expect(pods(stage).filter(({ uid }) => old.some((pod) => pod.uid === uid))).toEqual([]);
    expect(last(events, "target.finished").progress).toMatchObject({ newPods: 3, newPodsReady: 3, oldPods: 0 });
    const counts = events.flatMap((event) => (event.type === "target.progress" ? [event.progress.oldPods] : []));
    expect([...new Set(counts)]).toEqual([3, 2, 1, 0]);
  });

  it.each<readonly [what: string, spec: object, status: object, complete: boolean, rolling: boolean]>([
    ["settled", {}, {}, true, false],
    ["restarted", { restartAt: "2026-11-25T12:00:00Z" }, { restartedAt: "2026-11-25T12:00:00Z" }, true, false],
    [
      "restarted at another time",
      { restartAt: "2026-11-25T12:00:00Z" },
      { restartedAt: "2026-11-24T12:00:00Z" },
      false,
      true,
    ],
    ["never restarted before", { restartAt: "2026-11-25T12:00:00Z" }, {}, false, true],
    ["of a generation that is not observed", {}, { observedGeneration: "1" }, false, true],
    ["whose generation a number has overtaken", {}, { observedGeneration: "10" }, true, false],
    ["progressing", {}, { phase: "Progressing" }, false, true],
    ["paused", {}, { phase: "Paused" }, false, true],
    ["degraded after an abort", {}, { phase: "Degraded", updatedReplicas: 1 }, false, false],
  ])("one %s", (_, spec, status, complete, rolling) => {
    const settled = {
      observedGeneration: "2",
      phase: "Healthy",
      replicas: 3,
      updatedReplicas: 3,
      availableReplicas: 3,
    };
    const workload = argoRollout.project(
      {
        metadata: { name: "web", namespace: "shop", uid: "u", resourceVersion: "1", generation: 2 },
        spec: { replicas: 3, ...spec },
        status: { ...settled, ...status },
      } as unknown as WorkloadObject,
      "c",
    );
    expect([argoRollout.complete(workload), argoRollout.rolling(workload)]).toEqual([complete, rolling]);
  });

  it("is not done while the last pod is evicted and its successor is not ready", async () => {
    const stage = await stageWith(rollout({ replicas: 1 }, { "fake/ready-delay": "60000" }));
    await stage.clock.advance(120_000);
    const done: string[] = [];
    const events = await run(stage, await plan(stage, [["Rollout", "web"]]), {
      during: async ({ type }) => {
        if (type !== "target.progress") return;
        const { status } = await read(stage);
        done.push(status.restartedAt === undefined ? "evicting" : "evicted");
      },
    });
    expect(done).toContain("evicted");
    expect(ends(events)).toEqual(["healthy", 0]);
    expect(last(events, "target.finished").seconds).toBeGreaterThanOrEqual(60);
  });

  it.each([
    ["ahead", 90_000],
    ["behind", -90_000],
  ])("takes its time from the API server when ours is 90 s %s", async (_, skew) => {
    const stage = await stageWith(rollout());
    const skewed = withSkew(stage, skew);
    const now = `${new Date(stage.clock.now()).toISOString().slice(0, 19)}Z`;
    const planned = await plan(skewed, [["Rollout", "web"]]);
    expect(planned.targets[0]?.restartedAt).toBe(now);
    const started = stage.clock.now();
    expect(ends(await run(skewed, planned))).toEqual(["healthy", 0]);
    expect((await read(stage)).spec.restartAt).toBe(now);
    // Ahead of the server it would have waited for that time to come.
    expect(stage.clock.now() - started).toBeLessThan(90_000);
  });

  it("takes it from there without a plan, too, and asks for it once for many", async () => {
    const stage = await stageWith(rollout());
    const { api } = withSkew(stage, -90_000);
    const name = { namespace: "shop", name: "web" };
    const options = { fieldManager: "restart", minimumInterval: 0 };
    const restartNow = createRestartNow();
    const once = () => stage.clock.runUntil(restartNow(api, argoRollout, name, options));
    const now = `${new Date(stage.clock.now()).toISOString().slice(0, 19)}Z`;
    expect((await once()).restartedAt).toBe(now);
    await once();
    expect(stage.sim.requests.filter(({ path }) => path === "/version")).toHaveLength(1);
  });

  it("of a paused canary is warned of, and not done before it is promoted", async () => {
    const stage = await stageWith(rollout(paused));
    await send(stage, "web", secondImage);
    await stage.clock.advance(60_000);
    const planned = await plan(stage, [["Rollout", "web"]]);
    expect(planned.targets[0]?.findings).toEqual([
      { code: "rollout-in-progress", level: "warn", evidence: expect.objectContaining({ cause: "paused" }) },
    ]);
    let restartedAt: string | undefined;
    const events = await run(stage, planned, {
      during: async (event) => {
        if (event.type !== "target.progress" || event.progress.newPodsReady !== 3 || restartedAt !== undefined) return;
        await stage.clock.advance(120_000);
        ({ restartedAt } = (await read(stage)).status);
        await send(stage, "web/status", { status: { promoteFull: true } });
      },
    });
    expect(restartedAt).toBe(last(events, "target.patched").restartedAt);
    expect(last(events, "target.warning").diagnosis).toMatchObject({
      cause: "paused",
      command: ["kubectl", "argo", "rollouts", "promote", "web", "--context", "stage", "-n", "shop"],
    });
    expect(ends(events)).toEqual(["healthy", 0]);
    expect((await read(stage)).status.phase).toBe("Healthy");
  });

  it("is refused when the Rollout itself is paused, which keeps its pods", async () => {
    const stage = await stageWith(rollout({ paused: true }));
    const { findings } = (await plan(stage, [["Rollout", "web"]])).targets[0] ?? {};
    const command = "kubectl argo rollouts promote web --context stage -n shop";
    expect(findings).toContainEqual({ code: "paused", level: "block", evidence: { command } });
  });

  it("is superseded by a change of the pod template, which cancels it", async () => {
    const stage = await stageWith(rollout());
    const events = await run(stage, await plan(stage, [["Rollout", "web"]]), {
      during: async ({ type }) => {
        if (type === "target.observed") await send(stage, "web", secondImage);
      },
    });
    expect(ends(events)).toEqual(["superseded", 5]);
  });
});

describe("the view of an Argo Rollout", () => {
  it("tells the pods that the restart made from those that are left, by their age", async () => {
    const stage = await stageWith(rollout());
    const ref = {
      cluster: "stage",
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Rollout",
      namespace: "shop",
      name: "web",
    };
    const uid = stage.sim.store.get("rollouts.argoproj.io", "shop", "web")?.metadata.uid ?? "";
    const view = openWorkloadView(stage.api, { ...ref, uid });
    await stage.clock.advance(1000);
    const old = view.snapshot().pods;
    expect(old.map(({ isNew }) => isNew)).toEqual([true, true, true]);
    const restartAt = `${new Date(stage.clock.now()).toISOString().slice(0, 19)}Z`;
    await send(stage, "web", { spec: { restartAt } });
    const seen = () => view.snapshot().pods.filter(({ terminating }) => !terminating);
    await stage.clock.runUntilTrue(() => seen().some(({ isNew, ready }) => isNew && ready), 60_000);
    for (const pod of seen()) expect(pod.isNew).toBe(!old.some(({ uid: before }) => before === pod.uid));
    expect(seen().some(({ isNew }) => !isNew)).toBe(true);
    await view.close();
  });
});

describe("a cluster without Argo Rollouts", () => {
  it("has a catalog without a trace of them", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const catalog = openCatalog(stage.api);
    await stage.clock.advance(1000);
    const { rows, sources } = catalog.snapshot();
    expect(rows).toHaveLength(1);
    expect(sources.map(({ kind, state }) => [kind, state])).toEqual([
      ["Deployment", "live"],
      ["StatefulSet", "live"],
      ["DaemonSet", "live"],
    ]);
    await catalog.close();
  });

  it("has one for somebody who may not list them anyway", async () => {
    const stage = await createStage();
    stage.sim.addToken("t", "dev", [], [{ verbs: ["*"], apiGroups: ["apps"], resources: ["*"] }]);
    const fetch: typeof stage.api.cluster.fetch = (path, init) =>
      stage.api.cluster.fetch(path, { ...init, headers: { ...init.headers, authorization: "Bearer t" } });
    const catalog = openCatalog({ ...stage.api, cluster: { ...stage.api.cluster, fetch } });
    await stage.clock.advance(1000);
    expect(catalog.snapshot().sources.map(({ kind }) => kind)).not.toContain("Rollout");
    await catalog.close();
  });
});
