import { describe, expect, it } from "vitest";
import { checkTargets } from "../../../src/core/check-targets.ts";
import { deployment } from "../../../src/core/kinds/deployment.ts";
import { findNamed } from "../../../src/core/select.ts";
import { findingSentence } from "../../../src/words/findings.ts";
import { createStage, plan, type Stage } from "../simulated.ts";
import { app, findingsOf } from "./stage.ts";

const budget = (minAvailable: number, matchLabels: object) => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "web", namespace: "shop" },
  spec: { minAvailable, selector: { matchLabels } },
});

describe("pdb-zero", () => {
  it("warns of a budget that allows no disruption now", async () => {
    const stage = await createStage();
    await stage.apply(app(), budget(3, { app: "web" }));
    expect(await findingsOf(stage, "pdb-zero")).toEqual([{ level: "warn", evidence: { budgets: "web" } }]);
  });

  it("blocks a kind whose controller evicts", async () => {
    const stage = await createStage({ customResources: ["rollouts.argoproj.io"] });
    await stage.apply({ ...app({ kind: "Rollout" }), apiVersion: "argoproj.io/v1alpha1" }, budget(3, { app: "web" }));
    expect(await findingsOf(stage, "pdb-zero", ["Rollout"])).toMatchObject([{ level: "block" }]);
  });

  it("says that the rolling update goes on, though somebody wants it to block", async () => {
    const stage = await createStage();
    await stage.apply(app(), budget(3, { app: "web" }));
    const [found] = await findingsOf(stage, "pdb-zero");
    if (found === undefined) throw new Error("nothing was found");
    expect(findingSentence({ ...found, code: "pdb-zero", level: "block" }, "deployment.apps/web")).toBe(
      "the disruption budget web allows no disruption of deployment.apps/web now, and a rolling update takes no notice of it",
    );
  });

  it("lets a kind whose controller evicts go while the budget does", async () => {
    const stage = await createStage({ customResources: ["rollouts.argoproj.io"] });
    await stage.apply({ ...app({ kind: "Rollout" }), apiVersion: "argoproj.io/v1alpha1" }, budget(2, { app: "web" }));
    expect(await findingsOf(stage, "pdb-zero", ["Rollout"])).toEqual([]);
  });

  it.each([budget(2, { app: "web" }), budget(3, { app: "other" })])("is not found with %j", async (object) => {
    const stage = await createStage();
    await stage.apply(app(), object);
    expect(await findingsOf(stage, "pdb-zero")).toEqual([]);
  });
});

describe("pdb-shared", () => {
  const front = { tier: "front" };

  async function shared(stage: Stage, ...names: readonly string[]) {
    const planned = await plan(
      stage,
      names.map((name) => ["Deployment", name]),
    );
    return planned.targets.map(({ findings }) => findings.filter(({ code }) => code === "pdb-shared"));
  }

  it("names the others of the plan that one budget is for, and nothing else in the namespace", async () => {
    const stage = await createStage();
    await stage.apply(
      app({ labels: front }),
      app({ name: "api", labels: front }),
      app({ name: "db" }),
      budget(1, front),
    );
    const info = (others: string) => [
      { code: "pdb-shared", level: "info", evidence: { budget: "web", others, count: "1" } },
    ];
    expect(await shared(stage, "web", "api", "db")).toEqual([info("deployment/api"), info("deployment/web"), []]);
    expect(await shared(stage, "web", "db")).toEqual([[], []]);
  });

  it("names a few of many, and counts the others", async () => {
    const stage = await createStage();
    const names = Array.from({ length: 8 }, (_, index) => `web-${index}`);
    await stage.apply(...names.map((name) => app({ name, labels: front, spec: { replicas: 1 } })), budget(1, front));
    const [[finding] = []] = await shared(stage, ...names);
    expect(finding && findingSentence(finding, "deployment.apps/web-0")).toBe(
      "the disruption budget web is for deployment.apps/web-0 and deployment/web-1, deployment/web-2, deployment/web-3, deployment/web-4, deployment/web-5 and 2 more together: they are restarted one after the other",
    );
  });
});

describe("no-lock", () => {
  const all = { verbs: ["get", "list", "watch", "patch"], apiGroups: ["*"], resources: ["*"] };
  const leases = { verbs: ["create"], apiGroups: ["coordination.k8s.io"], resources: ["leases"] };

  async function as(stage: Stage, rules: readonly (typeof all)[]) {
    stage.sim.addToken("limited", "lim", [], rules);
    const fetch: Stage["api"]["cluster"]["fetch"] = (path, init) => {
      const headers = { ...init.headers, authorization: "Bearer limited" };
      return stage.sim.handle(new Request(`https://stage.example${path}`, { ...init, headers } as RequestInit));
    };
    return findingsOf({ ...stage, api: { ...stage.api, cluster: { ...stage.api.cluster, fetch } } }, "no-lock");
  }

  it("informs who may not write Leases, and not who may", async () => {
    const stage = await createStage();
    await stage.apply(app());
    expect(await as(stage, [all])).toEqual([{ level: "info", evidence: { verbs: "create" } }]);
    expect(await as(stage, [all, leases])).toEqual([]);
  });
});

describe("a namespace that is being deleted", () => {
  it("blocks what is in it, and nothing before", async () => {
    const stage = await createStage();
    await stage.apply(app({ metadata: { finalizers: ["shop.example/keep"] } }));
    expect(await findingsOf(stage, "deleting")).toEqual([]);
    const namespace = stage.sim.store.get("namespaces", undefined, "shop");
    if (namespace === undefined) throw new Error("no namespace");
    const metadata = { ...namespace.metadata, deletionTimestamp: "2026-11-25T12:00:30Z" };
    stage.sim.store.update("namespaces", { ...namespace, metadata } as never);
    expect(await findingsOf(stage, "deleting")).toEqual([{ level: "block", evidence: { namespace: "shop" } }]);
  });
});

describe("single-cluster-identity", () => {
  async function twice(names: readonly string[], allow: readonly string[]) {
    const stage = await createStage();
    await stage.apply(app());
    const candidates = [];
    for (const name of names) {
      const api = { ...stage.api, cluster: { ...stage.api.cluster, name } };
      candidates.push({ api, found: await findNamed(api, deployment, "shop", "web") });
    }
    const options = { fieldManager: "restart", wait: true, allow };
    return stage.clock.runUntil(checkTargets(candidates, options, new AbortController().signal));
  }
  const codes = (targets: Awaited<ReturnType<typeof twice>>) =>
    targets.map(({ ref, findings }) => [
      ref.cluster,
      ...findings.filter(({ code }) => code === "single-cluster-identity").map(({ level }) => level),
    ]);

  it("blocks what two contexts lead to", async () => {
    expect(codes(await twice(["one", "two"], []))).toEqual([
      ["one", "block"],
      ["two", "block"],
    ]);
  });

  it("keeps each object once when that is allowed", async () => {
    expect(codes(await twice(["one", "two"], ["single-cluster-identity"]))).toEqual([["one", "warn"]]);
  });

  it("is not found of one context", async () => {
    expect(codes(await twice(["one"], []))).toEqual([["one"]]);
  });
});
