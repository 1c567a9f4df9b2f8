import { describe, expect, it } from "vitest";
import { createStage, ends, plan, run, type Stage, workload } from "./simulated.ts";

const asUser = (stage: Stage, token: string): Stage => ({
  ...stage,
  api: {
    ...stage.api,
    cluster: {
      ...stage.api.cluster,
      fetch: (path, init) =>
        stage.sim.handle(
          new Request(`https://stage.example${path}`, {
            ...init,
            headers: { ...init.headers, authorization: `Bearer ${token}` },
          } as RequestInit),
        ),
    },
  },
});

async function findings(stage: Stage, kind = "Deployment", options: Parameters<typeof plan>[2] = {}) {
  const planned = await plan(stage, [[kind, "web"]], options);
  return planned.targets[0]?.findings.map(({ code, level }) => `${code}:${level}`);
}

describe("looking before restarting", () => {
  it("changes nothing: the store stays as it is", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const before = stage.sim.store.revision();
    expect(await findings(stage)).toEqual([]);
    expect([stage.sim.store.revision(), stage.patches()]).toEqual([before, []]);
  });

  it("blocks what is paused without even a dry run", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { spec: { paused: true } }));
    expect(await findings(stage)).toEqual(["paused:block"]);
    expect(stage.sim.requests.filter(({ method }) => method === "PATCH")).toEqual([]);
  });

  it("blocks a second restart right after the first, and allows it on demand with a later value", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const first = await plan(stage, [["Deployment", "web"]], { wait: false });
    await run(stage, first);
    await stage.clock.advance(100);
    expect(await findings(stage)).toEqual(["rollout-in-progress:block", "recently-restarted:warn"]);
    const second = await plan(stage, [["Deployment", "web"]], { allow: ["rollout-in-progress"] });
    expect(second.targets[0]?.findings.map(({ level }) => level)).toEqual(["warn", "warn"]);
    expect(Date.parse(second.targets[0]?.restartedAt ?? "")).toBeGreaterThan(
      Date.parse(first.targets[0]?.restartedAt ?? ""),
    );
    expect(ends(await run(stage, second))).toEqual(["healthy", 0]);
    expect(stage.sim.store.list("replicasets.apps", "shop")).toHaveLength(3);
  });

  it("only warns of a rollout that is failing, with the reason", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { trouble: { "fake/crash": "true" } }));
    const planned = await plan(stage, [["Deployment", "web"]]);
    expect(planned.targets[0]?.findings).toMatchObject([
      { code: "rollout-in-progress", level: "warn", evidence: { cause: "crash-loop" } },
    ]);
  });

  it("shows the words of an admission policy that denies, and sends no real PATCH", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    stage.sim.addPolicy({ match: () => true, message: "change freeze until Monday", action: "deny" });
    const planned = await plan(stage, [["Deployment", "web"]]);
    expect(planned.targets[0]?.findings).toMatchObject([
      {
        code: "admission",
        level: "block",
        evidence: { message: expect.stringContaining("change freeze until Monday") },
      },
    ]);
    expect(ends(await run(stage, planned))).toEqual(["blocked", 4]);
    expect(stage.patches()).toEqual([]);
  });

  const read = { verbs: ["get", "list", "watch"], apiGroups: ["*"], resources: ["*"] };
  const patch = { verbs: ["patch"], apiGroups: ["apps"], resources: ["deployments"] };

  it("blocks without the right to patch, in the API server's words", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    stage.sim.addToken("reader", "rita", [], [read]);
    const planned = await plan(asUser(stage, "reader"), [["Deployment", "web"]]);
    expect(planned.targets[0]?.findings).toMatchObject([
      {
        code: "no-permission",
        evidence: { message: expect.stringContaining('User "rita" cannot patch resource "deployments"') },
      },
      { code: "no-lock", level: "info" },
    ]);
  });

  it("who may patch but not read is blocked from waiting, and restarts without", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    stage.sim.addToken("patcher", "pat", [], [patch]);
    const pat = asUser(stage, "patcher");
    expect(await findings(pat)).toContain("no-watch:block");
    const planned = await plan(pat, [["Deployment", "web"]], { wait: false });
    expect(ends(await run(pat, planned))).toEqual(["requested", 0]);
    expect(stage.patches()).toHaveLength(1);
  });

  it("who may read one object but not list is blocked from waiting, and restarts without", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    stage.sim.addToken("getter", "greta", [], [{ ...read, verbs: ["get"] }, patch]);
    const greta = asUser(stage, "getter");
    expect(await findings(greta)).toContain("no-watch:block");
    expect(stage.patches()).toEqual([]);
    const planned = await plan(greta, [["Deployment", "web"]], { wait: false });
    expect(ends(await run(greta, planned))).toEqual(["requested", 0]);
  });

  it("who may list but not watch is blocked from waiting, by the verb that is missing, and restarts without", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    stage.sim.addToken("lister", "lisa", [], [{ ...read, verbs: ["get", "list"] }, patch]);
    const lisa = asUser(stage, "lister");
    const waiting = await plan(lisa, [["Deployment", "web"]]);
    expect(waiting.targets[0]?.findings).toMatchObject([
      { code: "no-watch", level: "block", evidence: { verbs: "watch", resource: "deployments" } },
      { code: "no-lock", level: "info" },
    ]);
    expect(ends(await run(lisa, waiting))).toEqual(["blocked", 4]);
    expect(stage.patches()).toEqual([]);
    const planned = await plan(lisa, [["Deployment", "web"]], { wait: false });
    expect(ends(await run(lisa, planned))).toEqual(["requested", 0]);
  });

  it("goes on where access is not reviewed", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    stage.sim.intercept((request) =>
      request.url.includes("selfsubjectaccessreviews") ? new Response("not here", { status: 404 }) : undefined,
    );
    expect(await findings(stage)).toEqual([]);
  });

  it("goes on without the identity of a cluster that hides kube-system, and says so", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    stage.sim.addToken("limited", "lim", [], [{ ...read, apiGroups: ["apps"] }, patch]);
    expect(await findings(asUser(stage, "limited"))).toEqual([
      "no-lock:info",
      "identity-unverified:info",
      "unknown:info",
    ]);
  });
});

describe("a context that leads to another cluster than planned", () => {
  it("is noticed before the PATCH", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const planned = await plan(stage, [["Deployment", "web"]]);
    const targets = planned.targets.map((target) => ({ ...target, clusterUid: "another" }));
    expect(ends(await run(stage, { ...planned, targets }))).toEqual(["drifted", 10]);
    expect(stage.patches()).toEqual([]);
  });
});
