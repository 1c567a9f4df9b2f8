import { describe, expect, it } from "vitest";
import { checkTargets } from "../../../src/core/check-targets.ts";
import { deployment } from "../../../src/core/kinds/deployment.ts";
import { findNamed } from "../../../src/core/select.ts";
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

  it.each([budget(2, { app: "web" }), budget(3, { app: "other" })])("is not found with %j", async (object) => {
    const stage = await createStage();
    await stage.apply(app(), object);
    expect(await findingsOf(stage, "pdb-zero")).toEqual([]);
  });
});

describe("pdb-shared", () => {
  async function both(labels: Readonly<Record<string, string>>) {
    const stage = await createStage();
    await stage.apply(app({ labels }), app({ name: "api", labels }), budget(1, { tier: "front" }));
    const planned = await plan(stage, [
      ["Deployment", "web"],
      ["Deployment", "api"],
    ]);
    return planned.targets.flatMap(({ findings }) => findings.filter(({ code }) => code === "pdb-shared"));
  }

  it("names the others of the plan that one budget is for", async () => {
    expect(await both({ tier: "front" })).toMatchObject([
      { level: "info", evidence: { budget: "web", others: "deployment/api" } },
      { level: "info", evidence: { budget: "web", others: "deployment/web" } },
    ]);
  });

  it("is not found where a budget is for none or one", async () => {
    expect(await both({ tier: "back" })).toEqual([]);
  });
});

describe("no-room", () => {
  const apart = {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "web" } } },
        ],
      },
    },
  };

  async function found(options: Parameters<typeof app>[0]) {
    const stage = await createStage();
    await stage.apply(app(options));
    return findingsOf(stage, "no-room");
  }

  it("warns when pods keep apart and every node has one", async () => {
    expect(await found({ pod: apart })).toEqual([
      { level: "warn", evidence: { why: "anti-affinity", nodes: "3", pods: "4" } },
    ]);
  });

  it("counts only the nodes that the pods may go to", async () => {
    const pod = { ...apart, nodeSelector: { "kubernetes.io/hostname": "node-1" } };
    expect(await found({ pod, spec: { replicas: 1 } })).toMatchObject([{ level: "warn", evidence: { nodes: "1" } }]);
  });

  it("warns when no node has what a pod asks for", async () => {
    const resources = { requests: { memory: "900Ti" } };
    const spec = { replicas: 1 };
    expect(await found({ container: { resources }, spec })).toMatchObject([
      { level: "warn", evidence: { why: "resources", resource: "memory" } },
    ]);
  });

  it.each([
    { pod: apart, spec: { replicas: 2 } },
    { pod: apart, spec: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } } },
    { container: { resources: { requests: { cpu: "100m" } } } },
  ])("is not found with %j", async (options) => {
    expect(await found(options)).toEqual([]);
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
