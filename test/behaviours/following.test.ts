import { describe, expect, it } from "vitest";
import { createStage, type RunOptions, type Stage } from "../cli/stage.ts";
import { workload } from "../core/simulated.ts";

async function shop(options: Parameters<typeof workload>[2] = {}): Promise<Stage> {
  const stage = await createStage();
  await stage.apply(workload("Deployment", "web", options));
  return stage;
}

const path = "/apis/apps/v1/namespaces/shop/deployments/web";
const query = (request: Request) => new URL(request.url).searchParams;
const isWatch = (request: Request) => query(request).has("watch");
const isListOf = (resource: string, request: Request) =>
  request.method === "GET" && new URL(request.url).pathname.endsWith(`/${resource}`) && !isWatch(request);
const forbidden = (message: string) =>
  Response.json(
    { apiVersion: "v1", kind: "Status", status: "Failure", code: 403, reason: "Forbidden", message },
    { status: 403 },
  );

/** Somebody else's change. */
async function change({ sim }: Stage, body: object, manager = "intruder"): Promise<void> {
  const headers = { "content-type": "application/merge-patch+json" };
  const url = `https://dev.example${path}?fieldManager=${manager}`;
  await sim.handle(new Request(url, { method: "PATCH", headers, body: JSON.stringify(body) }));
}

/** Does something once, as soon as the PATCH is in. */
function once(doIt: () => void): NonNullable<RunOptions["watch"]> {
  let done = false;
  return (screen) => {
    if (done || !screen.includes(" restarted\n")) return;
    done = true;
    doIt();
  };
}

describe("following what may not be followed", () => {
  it("row 59: who may only patch restarts what is named without a GET, and is told why nothing is followed", async () => {
    const stage = await shop();
    stage.useToken("patcher", [{ verbs: ["patch"], resources: ["*"] }]);
    const waiting = await stage.run(["deploy/web", "--yes"]);
    expect(waiting.exitCode).toBe(4);
    expect(waiting.err).toContain("get of deployments is not permitted; --no-wait restarts it without following");
    expect(stage.patches()).toEqual([]);
    const { out, exitCode } = await stage.run(["deploy/web", "--yes", "--no-wait"]);
    expect(exitCode).toBe(0);
    expect(out).toContain("deployment.apps/web restarted\n");
    expect(stage.patches()).toHaveLength(1);
  });

  it("row 60: who loses the right to look while it rolls is told so, and soon", async () => {
    const stage = await shop();
    const begun = stage.clock.now();
    const { err, exitCode } = await stage.run(["deploy/web", "--yes"], {
      watch: once(() =>
        stage.sim.intercept(({ method }) => (method === "GET" ? forbidden("no more for you") : undefined)),
      ),
    });
    expect(exitCode).toBe(9);
    expect(err).toContain("no more for you");
    expect(stage.clock.now() - begun).toBeLessThan(60_000);
    expect(stage.sim.requests.length).toBeLessThan(100);
  });

  it("row 61: watches that never begin keep nobody from seeing the end, nor from the deadline", async () => {
    const silence = (request: Request) =>
      isWatch(request)
        ? new Promise<Response>((_, reject) => {
            request.signal.addEventListener("abort", () => reject(request.signal.reason));
          })
        : undefined;
    const healthy = await shop();
    healthy.sim.intercept(silence);
    expect((await healthy.run(["deploy/web", "--yes"])).exitCode).toBe(0);
    const slow = await shop({ trouble: { "fake/ready-delay": "20000" } });
    slow.sim.intercept(silence);
    const begun = slow.clock.now();
    const late = await slow.run(["deploy/web", "--yes", "--timeout", "10s"]);
    expect(late.exitCode).toBe(6);
    expect(slow.clock.now() - begun).toBeLessThan(15_000);
  });
});

describe("following over watches that end", () => {
  it("row 62: a watch that is closed or expired is listed anew, and the end is seen", async () => {
    const stage = await shop();
    let ended = 0;
    stage.sim.intercept((request) => {
      if (!isWatch(request) || ended >= 12) return undefined;
      ended += 1;
      const gone = {
        apiVersion: "v1",
        kind: "Status",
        status: "Failure",
        code: 410,
        reason: "Expired",
        message: "old",
      };
      return new Response(ended % 2 === 0 ? "" : `${JSON.stringify({ type: "ERROR", object: gone })}\n`);
    });
    const { out, exitCode } = await stage.run(["deploy/web", "--yes"]);
    expect([ended, exitCode]).toEqual([12, 0]);
    expect(out).toContain("healthy in ");
    expect(out).toContain("3 pods replaced");
  });

  it("row 63: lists from before the restart are not taken for its end", async () => {
    const stage = await shop({ trouble: { "fake/ready-delay": "20000" } });
    await stage.clock.advance(120_000);
    const resourceVersion = String(stage.sim.store.revision());
    const before = new Map(
      ["deployments", "replicasets", "pods"].map((resource) => [
        resource,
        stage.sim.store.list(resource === "pods" ? resource : `${resource}.apps`, "shop"),
      ]),
    );
    const kinds: Readonly<Record<string, string>> = {
      deployments: "Deployment",
      replicasets: "ReplicaSet",
      pods: "Pod",
    };
    const stale = new Set<string>();
    const { out, exitCode } = await stage.run(["deploy/web", "--yes"], {
      watch: once(() =>
        stage.sim.intercept((request) => {
          const resource = [...before.keys()].find((name) => isListOf(name, request));
          if (resource === undefined || stale.has(resource)) return undefined;
          stale.add(resource);
          const apiVersion = resource === "pods" ? "v1" : "apps/v1";
          const items = before.get(resource);
          return Response.json({ apiVersion, kind: `${kinds[resource]}List`, metadata: { resourceVersion }, items });
        }),
      ),
    });
    expect([stale.size, exitCode]).toEqual([3, 0]);
    expect(out).toMatch(/healthy in (\d\d\.?\d* s|\d+ m)/);
  });

  it("row 67: a progress deadline of the rollout before is not this one's", async () => {
    const stage = await shop({ trouble: { "fake/ready-delay": "5000" } });
    await stage.clock.advance(60_000);
    const before = stage.sim.store.get("deployments.apps", "shop", "web");
    const old = before?.status as { readonly conditions: readonly object[] };
    const exceeded = {
      type: "Progressing",
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message: 'ReplicaSet "web-1" has timed out progressing.',
      lastUpdateTime: "2026-11-25T11:00:00Z",
      lastTransitionTime: "2026-11-25T11:00:00Z",
    };
    let stale = 0;
    stage.sim.intercept((request) => {
      if (!isListOf("deployments", request) || stage.patches().length === 0 || stale > 0) return undefined;
      stale += 1;
      const now = stage.sim.store.get("deployments.apps", "shop", "web");
      const conditions = [exceeded, ...old.conditions.filter((one) => !("type" in one && one.type === "Progressing"))];
      const item = { ...now, status: { ...old, conditions } };
      const metadata = { resourceVersion: now?.metadata.resourceVersion };
      return Response.json({ apiVersion: "apps/v1", kind: "DeploymentList", metadata, items: [item] });
    });
    const { err, exitCode } = await stage.run(["deploy/web", "--yes"]);
    expect([stale, exitCode]).toEqual([1, 0]);
    expect(err).not.toContain("progress deadline");
  });
});

describe("why it does not come to an end", () => {
  it.each<readonly [what: string, trouble: string, container: string, says: RegExp]>([
    ["a crash loop", "fake/crash-after-restart", "app", /exit code 1/],
    ["an image that cannot be pulled", "fake/image-pull", "app", /image "shop\.example\/app:1" cannot be pulled/],
    ["an init container that fails", "fake/init-crash", "migrate", /fails at start-up, exit code 3/],
  ])("row 70: %s fails it early, with pod, container and reason", async (_, trouble, container, says) => {
    const image = "shop.example/app:1";
    const stage = await createStage();
    const web = workload("Deployment", "web", {
      trouble: { [trouble]: trouble.includes("crash-after") ? "true" : "after-restart" },
    });
    const { template } = web["spec"] as { readonly template: { readonly spec: object } };
    const spec = { ...template.spec, initContainers: [{ name: "migrate", image }] };
    await stage.apply({ ...web, spec: { ...(web["spec"] as object), template: { ...template, spec } } });
    const begun = stage.clock.now();
    const { err, exitCode } = await stage.run(["deploy/web", "--yes"]);
    expect(exitCode).toBe(5);
    const sentence = /^error: deployment\.apps\/web failed after .*$/m.exec(err)?.[0] ?? "";
    expect(sentence).toMatch(new RegExp(`pod web-\\S+, container ${container}: `));
    expect(sentence).toMatch(says);
    expect(stage.clock.now() - begun).toBeLessThan(120_000);
  });

  it("row 71: a quota that refuses its pods is shown in the API server's words", async () => {
    const stage = await shop({ spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } } });
    const spec = { hard: { pods: "3" } };
    await stage.apply({ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "team", namespace: "shop" }, spec });
    const { err, exitCode } = await stage.run(["deploy/web", "--yes", "--allow", "quota"]);
    expect(exitCode).toBe(5);
    expect(err).toMatch(/FailedCreate: .*is forbidden: exceeded quota: team, requested: pods=1, used: pods=3/);
  });

  it("row 72: who scales it while it rolls moves the end", async () => {
    const stage = await shop({ trouble: { "fake/ready-delay": "5000" } });
    await stage.clock.advance(60_000);
    const { out, exitCode } = await stage.run(["deploy/web", "--yes"], {
      watch: once(() => void change(stage, { spec: { replicas: 5 } })),
    });
    expect(exitCode).toBe(0);
    expect(out).toMatch(/healthy in .*: 5 pods replaced/);
  });

  it("row 73: old pods on their way out are counted, and waited for only on request", async () => {
    const ended = async (...args: string[]) => {
      const stage = await shop();
      for (const { metadata } of stage.sim.store.list("pods", "shop")) {
        const pod = stage.sim.store.get("pods", "shop", metadata.name);
        if (pod === undefined) continue;
        stage.sim.store.update("pods", { ...pod, metadata: { ...pod.metadata, finalizers: ["example.com/keep"] } });
      }
      return stage.run(["deploy/web", "--yes", "--timeout", "5m", ...args]);
    };
    const plain = await ended();
    expect([plain.exitCode, plain.out]).toEqual([0, expect.stringContaining("3 old pods still terminating")]);
    expect((await ended("--wait-terminated")).exitCode).toBe(6);
  });

  it("row 74: a restart that is taken back names who did it", async () => {
    const stage = await shop({ trouble: { "fake/ready-delay": "5000" } });
    await stage.clock.advance(60_000);
    const metadata = { annotations: { "kubectl.kubernetes.io/restartedAt": null }, labels: { tier: "front" } };
    const { err, exitCode } = await stage.run(["deploy/web", "--yes"], {
      watch: once(() => void change(stage, { spec: { template: { metadata } } }, "argocd-controller")),
    });
    expect(exitCode).toBe(5);
    expect(err).toMatch(/^error: argocd-controller took the restart of deployment\.apps\/web back/m);
  });

  it("row 74: who leaves no trace is not named, and neither is who was there before", async () => {
    const stage = await shop({ trouble: { "fake/ready-delay": "5000" } });
    await stage.clock.advance(60_000);
    const annotations = { "kubectl.kubernetes.io/restartedAt": null };
    const { err, exitCode } = await stage.run(["deploy/web", "--yes"], {
      watch: once(() => void change(stage, { spec: { template: { metadata: { annotations } } } })),
    });
    expect(exitCode).toBe(5);
    expect(err).toMatch(/^error: somebody took the restart of deployment\.apps\/web back/m);
  });
});

describe("a batch", () => {
  it("row 75: has one unfinished rollout at a time, and ends at the first failure", async () => {
    const stage = await createStage();
    const trouble = { "fake/crash-after-restart": "true" };
    const names = Array.from({ length: 12 }, (_, index) => `w${String(index).padStart(2, "0")}`);
    await stage.apply(...names.map((name) => workload("Deployment", name, name === "w08" ? { trouble } : {})));
    const { err, exitCode } = await stage.run(["deploy", ...names, "--yes=12"]);
    expect(exitCode).toBe(5);
    const open = new Set<string>();
    let most = 0;
    for (const event of stage.journal) {
      if (event.type === "target.patched") open.add(event.target.metadata.name);
      if (event.type === "target.finished") open.delete(event.target.metadata.name);
      most = Math.max(most, open.size);
    }
    expect(most).toBe(1);
    expect(stage.patches().map(({ path: sent }) => sent.split("/").at(-1))).toEqual(names.slice(0, 9));
    for (const name of names.slice(9)) expect(err).toContain(`not started: deployment.apps/${name}`);
  });

  it.each([
    ["once, and follows what is in flight", false],
    ["twice, and says what goes on", true],
  ])("row 76: sends nothing new after Ctrl-C %s", async (_, twice) => {
    const stage = await createStage();
    await stage.apply(...["a", "b", "c"].map((name) => workload("Deployment", name)));
    const { out, err, exitCode } = await stage.run(["deploy", "a", "b", "c", "--yes"], {
      watch: (screen, { drain, leave }) => {
        if (!screen.includes("Waiting")) return;
        drain();
        if (twice && screen.includes("stopping")) leave();
      },
    });
    expect(exitCode).toBe(130);
    expect(stage.patches().map(({ path: sent }) => sent.split("/").at(-1))).toEqual(["a"]);
    if (twice) expect(err).toContain("interrupted: what deployment.apps/a has begun goes on in the cluster");
    else expect(out).toContain('deployment "a" successfully rolled out');
    expect(err).toContain("not started: deployment.apps/b");
    expect(err).toContain("not started: deployment.apps/c");
  });
});
