import { describe, expect, it } from "vitest";
import { createStage, plan, run, type Stage, workload } from "../simulated.ts";
import { app, findingsOf } from "./stage.ts";

const resources = { requests: { cpu: "500m", memory: "1Gi" } };

async function limited(hard: Readonly<Record<string, string>>, ...apps: readonly ReturnType<typeof app>[]) {
  const stage = await createStage();
  const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "compute", namespace: "shop" } };
  await stage.apply({ ...quota, spec: { hard } }, ...apps);
  return stage;
}

describe("quota", () => {
  it("blocks when the pod that comes first does not fit and no old one may go", async () => {
    const stage = await limited({ pods: "3" }, app());
    expect(await findingsOf(stage, "quota")).toEqual([
      { level: "block", evidence: { quota: "compute", resource: "pods", needed: "1", left: "0", why: "alone" } },
    ]);
  });

  it("counts what the pods request", async () => {
    const stage = await limited({ "requests.cpu": "1900m" }, app({ container: { resources } }));
    expect(await findingsOf(stage, "quota")).toMatchObject([
      { level: "block", evidence: { resource: "requests.cpu" } },
    ]);
  });

  it("writes amounts as Kubernetes does", async () => {
    const stage = await limited({ "requests.memory": "3584Mi" }, app({ container: { resources } }));
    expect(await findingsOf(stage, "quota")).toMatchObject([{ evidence: { needed: "1Gi", left: "512Mi" } }]);
  });

  it("only warns when one new pod at a time fits", async () => {
    const spec = { strategy: { rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } } };
    expect(await findingsOf(await limited({ pods: "4" }, app({ spec })), "quota")).toMatchObject([
      { level: "warn", evidence: { needed: "2", left: "1", why: "alone" } },
    ]);
    expect(await findingsOf(await limited({ pods: "3" }, app({ spec })), "quota")).toMatchObject([
      { level: "block", evidence: { needed: "2", left: "0" } },
    ]);
  });

  it("takes just enough for enough", async () => {
    const container = { resources: { requests: { cpu: "100m" } } };
    const spec = { strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 0 } } };
    const options = { container, spec };
    expect(await findingsOf(await limited({ "requests.cpu": "600m" }, app(options)), "quota")).toEqual([]);
    expect(await findingsOf(await limited({ "requests.cpu": "599m" }, app(options)), "quota")).toMatchObject([
      { level: "warn", evidence: { needed: "300m", left: "299m" } },
    ]);
  });

  it.each([
    ["Deployment", { strategy: { type: "Recreate" } }],
    ["Deployment", { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } }],
    ["StatefulSet", {}],
    ["DaemonSet", {}],
  ])("blocks when a pod of a %s with %j goes that does not come back", async (kind, spec) => {
    const stage = await createStage();
    await stage.apply(app({ kind, spec }));
    const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "compute", namespace: "shop" } };
    await stage.apply({ ...quota, spec: { hard: { "requests.cpu": "0", pods: "2" } } });
    expect(await findingsOf(stage, "quota", [kind])).toEqual([
      { level: "block", evidence: { quota: "compute", resource: "pods", used: "3", hard: "2", why: "overdrawn" } },
    ]);
  });

  it("only warns when an old pod may go first", async () => {
    const spec = { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } };
    expect(await findingsOf(await limited({ pods: "3" }, app({ spec })), "quota")).toMatchObject([{ level: "warn" }]);
  });

  it("warns when the targets of a plan fit only one after the other", async () => {
    const stage = await limited({ pods: "7" }, app(), app({ name: "api" }));
    expect(await findingsOf(stage, "quota")).toEqual([]);
    const both = await plan(stage, [
      ["Deployment", "web"],
      ["Deployment", "api"],
    ]);
    const found = both.targets.flatMap(({ findings }) => findings.filter(({ code }) => code === "quota"));
    expect(found).toMatchObject([
      { level: "warn", evidence: { why: "together", needed: "2", left: "1" } },
      { level: "warn" },
    ]);
  });

  it.each([
    [{ pods: "4" }, {}],
    [{ pods: "3" }, { spec: { strategy: { type: "Recreate" } } }],
    [{ pods: "3" }, { spec: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } } }],
    [{ "requests.cpu": "2" }, { container: { resources } }],
  ])("is not found with %j and %j", async (hard, options) => {
    expect(await findingsOf(await limited(hard, app(options)), "quota")).toEqual([]);
  });

  it("is not found of a StatefulSet that fills it, whose pods make room themselves", async () => {
    const stage = await limited({ pods: "3" }, app({ kind: "StatefulSet" }));
    expect(await findingsOf(stage, "quota", ["StatefulSet"])).toEqual([]);
  });
});

describe("already-unhealthy", () => {
  /** Rolled out well, and a pod of it lost its readiness afterwards. */
  async function sick(stage: Stage, kind: string, change: (status: Record<string, unknown>) => void) {
    await stage.apply(app({ kind }));
    const [pod] = stage.sim.store.list("pods", "shop");
    if (pod === undefined) throw new Error("no pod");
    const status = structuredClone(pod["status"]) as Record<string, unknown>;
    change(status);
    stage.sim.store.update("pods", { ...pod, status } as never);
    await stage.clock.advance(1000);
    return pod.metadata.name;
  }
  const unready = (status: Record<string, unknown>) => {
    status["conditions"] = (status["conditions"] as readonly { type: string }[]).map((condition) =>
      condition.type === "Ready" ? { ...condition, status: "False" } : condition,
    );
  };

  it("is not found of a workload that is well", async () => {
    const stage = await createStage();
    await stage.apply(app());
    expect(await findingsOf(stage, "already-unhealthy")).toEqual([]);
  });

  it("names a pod that waits in a crash loop", async () => {
    const stage = await createStage();
    const pod = await sick(stage, "Deployment", (status) => {
      unready(status);
      status["containerStatuses"] = [
        { name: "app", ready: false, restartCount: 4, state: { waiting: { reason: "CrashLoopBackOff" } } },
      ];
    });
    expect(await findingsOf(stage, "already-unhealthy")).toEqual([
      { level: "warn", evidence: { available: "2", desired: "3", pod, reason: "CrashLoopBackOff" } },
    ]);
  });

  it("names the pod that will hold an ordered StatefulSet", async () => {
    const stage = await createStage();
    const pod = await sick(stage, "StatefulSet", unready);
    expect(await findingsOf(stage, "already-unhealthy", ["StatefulSet"])).toMatchObject([
      { level: "warn", evidence: { pod, holds: "true" } },
    ]);
  });
});

describe("recently-restarted", () => {
  async function restarted(times: number, pause: number) {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    for (let time = 0; time < times; time += 1) {
      const allow = ["recently-restarted"];
      await run(stage, await plan(stage, [["Deployment", "web"]], { allow }));
      await stage.clock.advance(pause);
    }
    return stage;
  }

  it("is not found of what was never restarted", async () => {
    expect(await findingsOf(await restarted(0, 0), "recently-restarted")).toEqual([]);
  });

  it("warns within ten minutes, and not after", async () => {
    const stage = await restarted(1, 300_000);
    expect(await findingsOf(stage, "recently-restarted")).toMatchObject([
      { level: "warn", evidence: { restarts: "1" } },
    ]);
    await stage.clock.advance(301_000);
    expect(await findingsOf(stage, "recently-restarted")).toEqual([]);
  });

  /** Changes the template past any restart, as a reloader or a delivery does. */
  async function rolled(stage: Stage, value: string) {
    const path = "/apis/apps/v1/namespaces/shop/deployments/web";
    const headers = { "content-type": "application/merge-patch+json" };
    const body = JSON.stringify({ spec: { template: { metadata: { annotations: { reloaded: value } } } } });
    await stage.sim.handle(new Request(`https://stage.example${path}`, { method: "PATCH", headers, body }));
    await stage.clock.advance(60_000);
  }

  it("warns of another rollout within ten minutes, and not after", async () => {
    const stage = await restarted(0, 0);
    await stage.clock.advance(600_000);
    await rolled(stage, "once");
    expect(await findingsOf(stage, "recently-restarted")).toMatchObject([
      { level: "warn", evidence: { seconds: "60", last: "rollout", restarts: "0" } },
    ]);
    await stage.clock.advance(600_000);
    expect(await findingsOf(stage, "recently-restarted")).toEqual([]);
  });

  it("counts a restart once, however often the template changes after it", async () => {
    const stage = await restarted(1, 0);
    for (const value of ["1", "2", "3", "4", "5", "6"]) await rolled(stage, value);
    expect(await findingsOf(stage, "recently-restarted")).toMatchObject([
      { level: "warn", evidence: { last: "rollout", restarts: "1" } },
    ]);
  });

  it("believes the age of the revision more than the value", async () => {
    const stage = await createStage();
    const annotations = { "kubectl.kubernetes.io/restartedAt": "2099-01-01T00:00:00Z" };
    await stage.apply(app({ trouble: annotations }));
    expect(await findingsOf(stage, "recently-restarted")).toMatchObject([{ evidence: { seconds: "30" } }]);
    await stage.clock.advance(600_000);
    expect(await findingsOf(stage, "recently-restarted")).toEqual([]);
  });

  it("asks for no revisions of what nobody wrote within the hour", async () => {
    const stage = await restarted(1, 3_700_000);
    const before = stage.sim.requests.length;
    expect(await findingsOf(stage, "recently-restarted")).toEqual([]);
    expect(stage.sim.requests.slice(before).filter(({ path }) => path.endsWith("/replicasets"))).toEqual([]);
  });

  it("blocks the seventh restart of an hour, and not the sixth", async () => {
    const stage = await restarted(5, 60_000);
    expect(await findingsOf(stage, "recently-restarted")).toMatchObject([{ level: "warn" }]);
    await run(stage, await plan(stage, [["Deployment", "web"]]));
    expect(await findingsOf(stage, "recently-restarted")).toMatchObject([
      { level: "block", evidence: { restarts: "6" } },
    ]);
    await stage.clock.advance(3_600_000);
    expect(await findingsOf(stage, "recently-restarted")).toEqual([]);
  });
});

describe("daemonset-budget-spent", () => {
  async function withSick(count: number, maxUnavailable: number) {
    const stage = await createStage();
    const updateStrategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable } };
    await stage.apply(app({ kind: "DaemonSet", spec: { updateStrategy } }));
    for (const pod of stage.sim.store.list("pods", "shop").slice(0, count)) {
      const { status } = pod as unknown as { status: { conditions: readonly { type: string }[] } };
      const conditions = status.conditions.map((one) => (one.type === "Ready" ? { ...one, status: "False" } : one));
      stage.sim.store.update("pods", { ...pod, status: { ...status, conditions } } as never);
    }
    await stage.clock.advance(1000);
    return findingsOf(stage, "daemonset-budget-spent", ["DaemonSet"]);
  }

  it("blocks when as many pods are unavailable as may be, and names them with their nodes", async () => {
    const [found] = await withSick(1, 1);
    expect(found).toMatchObject({ level: "block", evidence: { unavailable: "1", maxUnavailable: "1" } });
    expect(found?.evidence["pods"]).toMatch(/^web-/);
    expect(found?.evidence["nodes"]).toMatch(/^node-/);
  });

  it.each([
    [0, 1],
    [1, 2],
  ])("is not found with %i unavailable of %i", async (count, maxUnavailable) => {
    expect(await withSick(count, maxUnavailable)).toEqual([]);
  });
});
