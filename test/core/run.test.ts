import { describe, expect, it } from "vitest";
import { RestartError } from "../../src/kube/error.ts";
import { createStage, ends, last, plan, run, workload } from "./simulated.ts";

describe.each(["Deployment", "StatefulSet", "DaemonSet"])("restarting a %s", (kind) => {
  it("ends healthy only after every pod is new and ready, with one PATCH", async () => {
    const stage = await createStage();
    await stage.apply(workload(kind, "web"));
    const before = new Set(stage.sim.store.list("pods", "shop").map((pod) => pod.metadata.uid));
    const events = await run(stage, await plan(stage, [[kind, "web"]]));
    expect(ends(events)).toEqual(["healthy", 0]);
    const pods = stage.sim.store.list("pods", "shop").filter((pod) => pod.metadata.deletionTimestamp === undefined);
    expect(pods).toHaveLength(3);
    for (const pod of pods) {
      expect(before.has(pod.metadata.uid)).toBe(false);
      const conditions = (pod.status as { conditions: { type: string; status: string }[] }).conditions;
      expect(conditions.find(({ type }) => type === "Ready")?.status).toBe("True");
    }
    expect(stage.patches()).toHaveLength(1);
  });
});

describe("what cannot heal", () => {
  const table: readonly { name: string; trouble: Record<string, string>; cause: string; within: number }[] = [
    { name: "a crashing container", trouble: { "fake/crash-after-restart": "true" }, cause: "crash-loop", within: 60 },
    { name: "a missing Secret", trouble: { "fake/config-error": "true" }, cause: "config-error", within: 30 },
  ];
  it.each(table)("fails at once: $name", async ({ trouble, cause, within }) => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { trouble }));
    const events = await run(stage, await plan(stage, [["Deployment", "web"]], { allow: ["rollout-in-progress"] }));
    expect(ends(events)).toEqual(["failed", 5]);
    const { diagnosis, seconds } = last(events, "target.finished");
    expect(diagnosis).toMatchObject({ cause, container: "app", pod: expect.stringMatching(/^web-/) });
    expect(seconds).toBeLessThan(within);
  });
});

describe("what may heal", () => {
  const table: readonly { name: string; trouble: Record<string, string>; cause: string }[] = [
    { name: "an image that cannot be pulled", trouble: { "fake/image-pull": "true" }, cause: "image-pull" },
    { name: "a pod that cannot be scheduled", trouble: { "fake/unschedulable": "true" }, cause: "unschedulable" },
  ];
  it.each(table)("warns, and fails after a minute unbroken: $name", async ({ trouble, cause }) => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { trouble }));
    const events = await run(stage, await plan(stage, [["Deployment", "web"]]));
    expect(ends(events)).toEqual(["failed", 5]);
    expect(last(events, "target.warning").diagnosis.cause).toBe(cause);
    expect(last(events, "target.finished").diagnosis?.cause).toBe(cause);
    expect(last(events, "target.finished").seconds).toBeGreaterThanOrEqual(60);
    expect(last(events, "target.finished").seconds).toBeLessThan(90);
  });

  it.each(["Deployment", "StatefulSet"])("a quota without room fails a %s with the quota's words", async (kind) => {
    const stage = await createStage();
    await stage.apply(workload(kind, "web", { spec: { replicas: 3 } }));
    await stage.apply({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "pods", namespace: "shop" },
      spec: { hard: { pods: kind === "Deployment" ? "3" : "2" } },
    });
    const events = await run(stage, await plan(stage, [[kind, "web"]], { allow: ["quota"] }));
    expect(ends(events)).toEqual(["failed", 5]);
    expect(last(events, "target.finished").diagnosis).toMatchObject({
      cause: "quota",
      message: expect.stringContaining("exceeded quota"),
    });
  });

  it("a quota with room for one new pod at a time makes a rollout slow, and no failure", async () => {
    const stage = await createStage();
    const strategy = { rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } };
    await stage.apply(workload("Deployment", "web", { spec: { strategy } }));
    await stage.apply({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "pods", namespace: "shop" },
      spec: { hard: { pods: "4" } },
    });
    // Its controller waits twice as long after each refusal: no pod comes later than so after the one before.
    const failAfter = 95_000;
    const events = await run(stage, await plan(stage, [["Deployment", "web"]]), { limits: { failAfter } });
    expect(last(events, "target.warning").diagnosis.cause).toBe("quota");
    expect(ends(events)).toEqual(["healthy", 0]);
    expect(last(events, "target.finished").seconds).toBeGreaterThan(failAfter / 1000);
  });

  it("is forgotten when it heals in time", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const quota = {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "pods", namespace: "shop" },
      spec: { hard: { pods: "3" } },
    };
    await stage.apply(quota);
    const events = await run(stage, await plan(stage, [["Deployment", "web"]], { allow: ["quota"] }), {
      during: (event) => {
        if (event.type === "target.warning") stage.sim.store.remove("resourcequotas", "shop", "pods");
      },
    });
    expect(ends(events)).toEqual(["healthy", 0]);
  });
});

describe("a rollout that does not move", () => {
  it("is not blamed on a warning of an earlier day while every pod is there", async () => {
    const stage = await createStage();
    await stage.apply(workload("StatefulSet", "web", { trouble: { "fake/ready-delay": "150000" } }));
    await stage.clock.advance(600_000);
    const set = stage.sim.store.get("statefulsets.apps", "shop", "web");
    const event = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: "web.1", namespace: "shop" },
      involvedObject: { kind: "StatefulSet", namespace: "shop", name: "web", uid: set?.metadata.uid },
      type: "Warning",
      reason: "FailedCreate",
      message: "create Pod web-0 in StatefulSet web failed error: exceeded quota",
      lastTimestamp: "2026-11-20T12:00:00Z",
      count: 1,
    };
    const created = await stage.sim.handle(
      new Request("https://stage.example/api/v1/namespaces/shop/events", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(event),
      }),
    );
    expect(created.status).toBe(201);
    const events = await run(stage, await plan(stage, [["StatefulSet", "web"]]));
    expect(ends(events)).toEqual(["healthy", 0]);
  });

  it("is stalled after the stall timeout, naming the pod that is not ready", async () => {
    const stage = await createStage();
    await stage.apply(workload("StatefulSet", "web", { trouble: { "fake/never-ready": "true" } }));
    const events = await run(stage, await plan(stage, [["StatefulSet", "web"]], { allow: ["rollout-in-progress"] }), {
      limits: { stallTimeout: 120_000 },
    });
    expect(ends(events)).toEqual(["stalled", 6]);
    expect(last(events, "target.finished").diagnosis?.pod).toMatch(/^web-\d$/);
  });

  it("is lost and not stalled when the cluster does not come back", async () => {
    const stage = await createStage();
    await stage.apply(workload("StatefulSet", "web", { trouble: { "fake/never-ready": "true" } }));
    const events = await run(stage, await plan(stage, [["StatefulSet", "web"]], { allow: ["rollout-in-progress"] }), {
      during: (event) => {
        if (event.type !== "target.patched") return;
        stage.sim.intercept(() => Promise.reject(new RestartError("Unreachable", "gone")));
      },
    });
    expect(ends(events)).toEqual(["lost", 9]);
  });

  it("is not stalled while slow pods keep coming", async () => {
    const stage = await createStage();
    await stage.apply(workload("StatefulSet", "web", { trouble: { "fake/ready-delay": "50000" } }));
    await stage.clock.advance(300_000);
    const events = await run(stage, await plan(stage, [["StatefulSet", "web"]]), { limits: { stallTimeout: 60_000 } });
    expect(ends(events)).toEqual(["healthy", 0]);
    expect(last(events, "target.finished").seconds).toBeGreaterThan(150);
  });

  it("waits out minReadySeconds without calling it a stall", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { spec: { minReadySeconds: 120 } }));
    await stage.clock.advance(300_000);
    const events = await run(stage, await plan(stage, [["Deployment", "web"]]), { limits: { stallTimeout: 60_000 } });
    expect(ends(events)).toEqual(["healthy", 0]);
    expect(last(events, "target.finished").seconds).toBeGreaterThanOrEqual(120);
  });

  it("ends at the overall timeout", async () => {
    const stage = await createStage();
    await stage.apply(workload("StatefulSet", "web", { trouble: { "fake/ready-delay": "50000" } }));
    await stage.clock.advance(300_000);
    const events = await run(stage, await plan(stage, [["StatefulSet", "web"]]), { limits: { timeout: 20_000 } });
    expect([...ends(events), last(events, "target.finished").seconds]).toEqual(["stalled", 6, 20]);
  });

  it("leaves the second target only what the first has left of the overall timeout", async () => {
    const stage = await createStage();
    const trouble = { "fake/ready-delay": "10000" };
    await stage.apply(...["a", "b"].map((name) => workload("Deployment", name, { trouble, spec: { replicas: 1 } })));
    const planned = await plan(
      stage,
      ["a", "b"].map((name) => ["Deployment", name]),
    );
    const events = await run(stage, planned, { limits: { timeout: 15_000 } });
    expect(ends(events)).toEqual(["healthy", "stalled", 6]);
    expect(last(events, "run.finished").seconds).toBeCloseTo(15, 0);
  });

  it("begins nothing once the overall timeout is over", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "a"), workload("Deployment", "b"));
    const planned = await plan(stage, [
      ["Deployment", "a"],
      ["Deployment", "b"],
    ]);
    const events = await run(stage, planned, {
      limits: { timeout: 300_000 },
      // The time goes between the two, as it does while a line is slow.
      journal: async ({ type }) => {
        if (type === "target.finished") await stage.clock.sleep(300_000);
      },
    });
    expect(ends(events)).toEqual(["healthy", "not-started", 6]);
    expect(stage.patches()).toHaveLength(1);
  });
});

describe("somebody else", () => {
  const path = "/apis/apps/v1/namespaces/shop/deployments/web";
  const table: readonly { name: string; method: string; body?: object; outcome: string }[] = [
    {
      name: "takes the value away",
      method: "PATCH",
      body: { spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": null } } } } },
      outcome: "reverted",
    },
    {
      name: "restarts it, too",
      method: "PATCH",
      body: {
        spec: {
          template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "2030-01-01T00:00:00Z" } } },
        },
      },
      outcome: "superseded",
    },
    {
      name: "changes the image",
      method: "PATCH",
      body: { spec: { template: { spec: { containers: [{ name: "app", image: "shop.example/app:2" }] } } } },
      outcome: "superseded",
    },
    { name: "deletes it", method: "DELETE", outcome: "deleted" },
  ];
  it.each(table)("who $name is noticed: $outcome", async ({ method, body, outcome }) => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const events = await run(stage, await plan(stage, [["Deployment", "web"]]), {
      during: async (event) => {
        if (event.type !== "target.observed") return;
        const init = body && {
          headers: { "content-type": "application/strategic-merge-patch+json" },
          body: JSON.stringify(body),
        };
        await stage.sim.handle(new Request(`https://stage.example${path}?fieldManager=intruder`, { method, ...init }));
      },
    });
    expect(ends(events)).toEqual([outcome, 5]);
  });

  it("who scales it is followed to the new number", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const events = await run(stage, await plan(stage, [["Deployment", "web"]]), {
      during: async (event) => {
        if (event.type !== "target.observed") return;
        const headers = { "content-type": "application/merge-patch+json" };
        await stage.sim.handle(
          new Request(`https://stage.example${path}`, { method: "PATCH", headers, body: '{"spec":{"replicas":5}}' }),
        );
      },
    });
    expect(ends(events)).toEqual(["healthy", 0]);
    expect(last(events, "target.finished").progress?.desired).toBe(5);
  });

  it("who changes the template between plan and run stops it before the PATCH", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const planned = await plan(stage, [["Deployment", "web"]]);
    const headers = { "content-type": "application/merge-patch+json" };
    const body = '{"spec":{"template":{"metadata":{"labels":{"tier":"front"}}}}}';
    await stage.sim.handle(new Request(`https://stage.example${path}`, { method: "PATCH", headers, body }));
    const before = stage.patches().length;
    expect(ends(await run(stage, planned))).toEqual(["drifted", 10]);
    expect(stage.patches()).toHaveLength(before);
  });

  it("who re-creates it between plan and run stops it before the PATCH", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const planned = await plan(stage, [["Deployment", "web"]]);
    await stage.sim.handle(new Request(`https://stage.example${path}`, { method: "DELETE" }));
    await stage.apply(workload("Deployment", "web"));
    expect(ends(await run(stage, planned))).toEqual(["re-created", 5]);
    expect(stage.patches()).toEqual([]);
  });
});

describe("several targets", () => {
  const crash = { trouble: { "fake/crash-after-restart": "true" } };

  it("start one after the other, and none after a failure", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "a"), workload("Deployment", "b", crash), workload("Deployment", "c"));
    const events = await run(
      stage,
      await plan(stage, [
        ["Deployment", "a"],
        ["Deployment", "b"],
        ["Deployment", "c"],
      ]),
    );
    expect(ends(events)).toEqual(["healthy", "failed", "not-started", 5]);
    expect(stage.patches().map(({ path }) => path.split("/").at(-1))).toEqual(["a", "b"]);
  });

  it("stop starting on a drain and follow what is in flight to its end", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "a"), workload("Deployment", "b"));
    const drain = new AbortController();
    const events = await run(
      stage,
      await plan(stage, [
        ["Deployment", "a"],
        ["Deployment", "b"],
      ]),
      {
        drain: drain.signal,
        during: (event) => {
          if (event.type === "target.observed") drain.abort();
        },
      },
    );
    expect(ends(events)).toEqual(["healthy", "not-started", 130]);
    expect(last(events, "run.finished").outcomes).toEqual({ healthy: 1, "not-started": 1 });
  });

  it("leave at once on a drain with nothing left to start", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "a"));
    const drain = new AbortController();
    const events = await run(stage, await plan(stage, [["Deployment", "a"]]), {
      drain: drain.signal,
      during: (event) => {
        if (event.type === "target.observed") drain.abort();
      },
    });
    expect(ends(events)).toEqual(["interrupted", 130]);
    expect(last(events, "target.finished").seconds).toBeLessThan(1);
  });
});

describe("without waiting", () => {
  it("a run ends after the accepted PATCH and says requested", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { trouble: { "fake/ready-delay": "60000" } }));
    await stage.clock.advance(300_000);
    const events = await run(stage, await plan(stage, [["Deployment", "web"]], { wait: false }));
    expect(ends(events)).toEqual(["requested", 0]);
    expect(stage.patches()).toHaveLength(1);
  });
});
