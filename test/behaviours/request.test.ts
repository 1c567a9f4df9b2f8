import { describe, expect, it } from "vitest";
import { createStage, createStageWith, type Stage } from "../cli/stage.ts";
import { workload } from "../core/simulated.ts";

async function shop(): Promise<Stage> {
  const stage = await createStage();
  await stage.apply(labelled("web", "front"), labelled("api", "back"));
  return stage;
}

function labelled(name: string, tier: string) {
  return { ...workload("Deployment", name), metadata: { name, namespace: "shop", labels: { tier } } };
}

const lists = ({ sim }: Stage, from: number) =>
  sim.requests.slice(from).filter(({ method, path }) => method === "GET" && path.endsWith("/deployments"));
const targets = (stage: Stage) => stage.patches().map(({ path }) => path.split("/").at(-1));

describe("what is sent", () => {
  it("row 4: the value is a time in UTC, to the second, under kubectl's key", async () => {
    const stage = await shop();
    await stage.run(["deploy/web", "--yes", "--no-wait"]);
    const { spec } = JSON.parse(stage.patches()[0]?.body ?? "");
    const annotations: Record<string, string> = spec.template.metadata.annotations;
    expect(Object.keys(annotations)).toEqual(["kubectl.kubernetes.io/restartedAt"]);
    const value = annotations["kubectl.kubernetes.io/restartedAt"] ?? "";
    expect(value).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Math.abs(Date.parse(value) - stage.clock.now())).toBeLessThan(5000);
  });

  it("row 5: the field manager is named, is not kubectl and is short enough", async () => {
    const stage = await shop();
    await stage.run(["deploy/web", "--yes", "--no-wait"]);
    const sent = stage.sim.requests.filter(({ method }) => method === "PATCH");
    expect(sent.length).toBeGreaterThan(1);
    for (const { query } of sent) {
      const manager = new URLSearchParams(query).get("fieldManager") ?? "";
      expect(manager).toMatch(/^[\x20-\x7e]{1,128}$/);
      expect(manager).not.toMatch(/^kubectl/);
    }
  });

  it("row 14: an object that is named twice is sent one PATCH", async () => {
    const stage = await shop();
    const args = ["deploy/web", "deployment/web", "deployments.v1.apps/web", "--yes"];
    expect((await stage.run(args)).exitCode).toBe(0);
    expect(targets(stage)).toEqual(["web"]);
  });

  it("row 41: a custom resource gets a merge patch from the start, which cannot be answered with 415", async () => {
    const stage = await createStageWith("rollouts.argoproj.io");
    const rollout = workload("Rollout", "web", { spec: { strategy: { canary: {} } } });
    await stage.apply({ ...rollout, apiVersion: "argoproj.io/v1alpha1" });
    expect((await stage.run(["rollout/web", "--yes"])).exitCode).toBe(0);
    const types = stage.sim.requests.filter(({ method }) => method === "PATCH").map(({ contentType }) => contentType);
    expect(types.length).toBeGreaterThan(1);
    expect(new Set(types)).toEqual(new Set(["application/merge-patch+json"]));
  });
});

describe("what is selected", () => {
  it("row 9: a kind alone restarts nothing before there is consent to that very number", async () => {
    const stage = await shop();
    expect((await stage.run(["deploy"])).exitCode).toBe(2);
    expect((await stage.run(["deploy", "--yes"])).exitCode).toBe(2);
    expect((await stage.run(["deploy", "--yes=1"])).exitCode).toBe(2);
    expect((await stage.run(["deploy"], { types: ["y"] })).exitCode).toBe(4);
    expect(stage.patches()).toEqual([]);
    expect((await stage.run(["deploy", "--yes=2"])).exitCode).toBe(0);
    expect(targets(stage)).toEqual(["api", "web"]);
  });

  it("row 10: -l is the API server's selector", async () => {
    const stage = await shop();
    const before = stage.sim.requests.length;
    expect((await stage.run(["deploy", "-l", "tier in (front),tier!=back", "--yes"])).exitCode).toBe(0);
    const [list] = lists(stage, before);
    expect(new URLSearchParams(list?.query).get("labelSelector")).toMatch(/^tier in \(front\), ?tier ?!= ?back$/);
    expect(targets(stage)).toEqual(["web"]);
  });

  it("row 10: a selector that is none is refused without a request", async () => {
    const stage = await shop();
    const before = stage.sim.requests.length;
    for (const selector of ["tier in (front", "=front", "tier==a==b", "a b"]) {
      expect((await stage.run(["deploy", "-l", selector, "--yes"])).exitCode).toBe(2);
    }
    expect(stage.sim.requests).toHaveLength(before);
  });

  it("row 11: every namespace is one LIST, and one a namespace only after a 403", async () => {
    const stage = await shop();
    const open = stage.sim.requests.length;
    expect((await stage.run(["deploy", "-A", "--dry-run"])).out).toContain("deployment.apps/web");
    expect(lists(stage, open).map(({ path }) => path)).toEqual(["/apis/apps/v1/deployments"]);
    stage.useToken("limited", [
      { verbs: ["*"], resources: ["*"], namespaces: ["shop"] },
      { verbs: ["get", "list"], apiGroups: [""], resources: ["namespaces"] },
    ]);
    const closed = stage.sim.requests.length;
    const { out, err } = await stage.run(["deploy", "-A", "--dry-run"]);
    expect(out).toContain("deployment.apps/web");
    expect(err).toContain("left out, may not be listed: deployments in default, ");
    const [first, ...more] = lists(stage, closed).map(({ path }) => path);
    expect(first).toBe("/apis/apps/v1/deployments");
    expect(more).toContain("/apis/apps/v1/namespaces/shop/deployments");
  });

  it.each([["deploy/web"], ["deploy", "-l", "tier=front"], ["deploy"]])(
    "row 13: a namespace that does not exist is an error: %s",
    async (...args: string[]) => {
      const stage = await shop();
      const { out, err, exitCode } = await stage.run([...args, "-n", "nowhere", "--yes=1"]);
      expect([exitCode, out]).toEqual([3, ""]);
      expect(err).toContain('namespaces "nowhere" not found');
    },
  );

  it("row 19: a ReplicaSet of a Deployment is refused with the Deployment named", async () => {
    const stage = await shop();
    const [set] = stage.sim.store.list("replicasets.apps", "shop");
    const { err, exitCode } = await stage.run([`rs/${set?.metadata.name}`, "--yes"]);
    expect(exitCode).toBe(4);
    expect(err).toContain("restart its owner: restart deployment/api");
    expect(stage.patches()).toEqual([]);
  });

  it("row 50: what is being deleted, or is in a namespace that is, is refused", async () => {
    const stage = await shop();
    const web = stage.sim.store.get("deployments.apps", "shop", "web");
    if (web === undefined) throw new Error("no web");
    const deletionTimestamp = "2026-11-25T12:00:00Z";
    stage.sim.store.update("deployments.apps", {
      ...web,
      metadata: { ...web.metadata, deletionTimestamp, finalizers: ["example.com/keep"] },
    });
    const object = await stage.run(["deploy/web", "--yes"]);
    expect([object.exitCode, object.err]).toEqual([4, expect.stringContaining("deployment.apps/web is being deleted")]);
    const namespace = stage.sim.store.get("namespaces", undefined, "shop");
    if (namespace === undefined) throw new Error("no shop");
    stage.sim.store.update("namespaces", { ...namespace, metadata: { ...namespace.metadata, deletionTimestamp } });
    const within = await stage.run(["deploy/api", "--yes"]);
    expect([within.exitCode, within.err]).toEqual([4, expect.stringContaining("is being deleted")]);
    expect(stage.patches()).toEqual([]);
  });
});
