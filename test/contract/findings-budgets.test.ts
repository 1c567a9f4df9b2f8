import { expect, it } from "vitest";
import { checkTargets } from "../../src/core/check-targets.ts";
import type { Finding } from "../../src/core/findings/finding.ts";
import { parseKind } from "../../src/core/kinds/index.ts";
import type { PlanTarget } from "../../src/core/plan.ts";
import { findNamed } from "../../src/core/select.ts";
import type { KubeApi } from "../../src/kube/cluster.ts";
import type { ClusterUnderTest, Manifest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { workload } from "./manifests.ts";
import { mergePatch, patch, pathOf } from "./patch.ts";

interface Look {
  readonly kind?: string;
  readonly allow?: readonly string[];
  /** The cluster by its contexts; one that may do everything when left out. */
  readonly apis?: readonly KubeApi[];
}

/** Looks at workloads of one plan. */
async function look(
  { api, namespace, settle }: ClusterUnderTest,
  names: readonly string[],
  { kind: kindName = "Deployment", allow = [], apis = [api] }: Look = {},
): Promise<readonly PlanTarget[]> {
  const kind = parseKind(kindName);
  if (kind === undefined) throw new Error(`there is no kind ${kindName}`);
  const looking = async () => {
    const candidates = await Promise.all(
      apis.flatMap((one) =>
        names.map(async (name) => ({ api: one, found: await findNamed(one, kind, namespace, name) })),
      ),
    );
    return checkTargets(candidates, { fieldManager: "restart", wait: true, allow }, new AbortController().signal);
  };
  return settle(looking());
}

/** Level and evidence of a finding, target by target. */
async function found(
  cluster: ClusterUnderTest,
  code: string,
  names: readonly string[],
  options: Look = {},
): Promise<readonly (readonly Omit<Finding, "code">[])[]> {
  return (await look(cluster, names, options)).map(({ findings }) =>
    findings.filter((finding) => finding.code === code).map(({ level, evidence }) => ({ level, evidence })),
  );
}

function budget(name: string, minAvailable: number, selector: object): Manifest {
  return { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name }, spec: { minAvailable, selector } };
}

/** A workload whose pods have a label more, and a spec of their own. */
function made(
  name: string,
  options: { readonly pod?: object; readonly tier?: string; readonly spec?: Readonly<Record<string, unknown>> },
): Manifest {
  const { pod = {}, tier = name, spec = {} } = options;
  const container = { name: "app", image: "shop.example/app:1" };
  const template = { metadata: { labels: { app: name, tier } }, spec: { containers: [container], ...pod } };
  return workload("Deployment", name, { spec: { template, ...spec } });
}

/** Waits until the budget's controller has counted so many pods. */
async function counted({ namespace, request, until }: ClusterUnderTest, name: string, healthy: number): Promise<void> {
  await until(`the budget ${name} counts ${healthy} pods`, async () => {
    const { status } = (await request(`/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/${name}`)).body;
    return status?.currentHealthy === healthy && status.expectedPods === healthy;
  });
}

const of = (app: string) => ({ matchLabels: { app } });

describeOnEveryCluster("disruption budgets", (start) => {
  it("that let no pod go warn, those that let one go do not", async () => {
    const cluster = await start();
    await cluster.apply(budget("strict", 2, of("web")), budget("loose", 1, of("api")));
    await cluster.applyReady(made("web", {}), made("api", {}));
    await counted(cluster, "strict", 2);
    await counted(cluster, "loose", 2);
    expect(await found(cluster, "pdb-zero", ["web", "api"])).toEqual([
      [{ level: "warn", evidence: { budgets: "strict" } }],
      [],
    ]);
  });

  it("that select pods of several targets name the others, and of one alone do not", async () => {
    const cluster = await start();
    await cluster.apply(
      budget("store", 1, { matchExpressions: [{ key: "tier", operator: "In", values: ["store"] }] }),
      made("web", { tier: "store" }),
      made("api", { tier: "store" }),
      made("other", {}),
    );
    const info = (others: string) => [{ level: "info", evidence: { budget: "store", others, count: "1" } }];
    expect(await found(cluster, "pdb-shared", ["web", "api", "other"])).toEqual([
      info("deployment/api"),
      info("deployment/web"),
      [],
    ]);
    expect(await found(cluster, "pdb-shared", ["web", "other"])).toEqual([[], []]);
  });
});

describeOnEveryCluster(
  "disruption budgets over what is evicted",
  (start) => {
    it("block while they let no pod go", async () => {
      const cluster = await start();
      const rollout = made("web", { spec: { strategy: { canary: { maxUnavailable: 1 } } } });
      await cluster.apply(
        { ...rollout, apiVersion: "argoproj.io/v1alpha1", kind: "Rollout" },
        budget("web", 2, of("web")),
      );
      await counted(cluster, "web", 2);
      const options = { kind: "Rollout" };
      expect(await found(cluster, "pdb-zero", ["web"], options)).toEqual([
        [{ level: "block", evidence: { budgets: "web", evicts: "true" } }],
      ]);
      const target = "policy/v1/poddisruptionbudgets/web";
      await patch(cluster, target, { spec: { minAvailable: 1 } }, { type: mergePatch });
      await cluster.until("the budget lets one go", async () => {
        return (await cluster.request(pathOf(target, cluster.namespace))).body.status.disruptionsAllowed === 1;
      });
      expect(await found(cluster, "pdb-zero", ["web"], options)).toEqual([[]]);
    });
  },
  { rollouts: true },
);

describeOnEveryCluster("room for new pods", (start) => {
  const apart = (name: string) => {
    const term = { topologyKey: "kubernetes.io/hostname", labelSelector: of(name) };
    return { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } };
  };

  it("is none where pods keep apart and each node has one", async () => {
    const cluster = await start();
    const nodes = (await cluster.request("/api/v1/nodes")).body.items.length;
    // The default of 25 % would let an old pod go first where there are four or more.
    const strategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
    await cluster.apply(
      made("full", { pod: apart("full"), spec: { strategy, replicas: nodes } }),
      made("free", { pod: apart("free"), spec: { strategy, replicas: nodes - 1 } }),
    );
    const evidence = { why: "anti-affinity", nodes: String(nodes), pods: String(nodes + 1) };
    expect(await found(cluster, "no-room", ["full", "free"])).toEqual([[{ level: "warn", evidence }], []]);
  });

  it("is none where no node is as large, or none is selected", async () => {
    const cluster = await start();
    const asking = (memory: string) => ({
      containers: [{ name: "app", image: "shop.example/app:1", resources: { requests: { memory } } }],
    });
    await cluster.apply(
      made("large", { pod: asking("900Ti") }),
      made("small", { pod: asking("64Mi") }),
      made("picky", { pod: { nodeSelector: { disk: "none-has-it" } } }),
    );
    const [large, small, picky] = await found(cluster, "no-room", ["large", "small", "picky"]);
    const evidence = { why: "resources", resource: "memory", requested: "900Ti" };
    expect(large).toMatchObject([{ level: "warn", evidence }]);
    expect(small).toEqual([]);
    expect(picky).toMatchObject([{ level: "warn", evidence: { why: "nodes" } }]);
  });
});

describeOnEveryCluster("a namespace that is being deleted", (start) => {
  it("blocks what is in it, which was free before", async () => {
    const cluster = await start();
    const { namespace, request, until } = cluster;
    const web = pathOf("deployments/web", namespace);
    const keeper = "v1/pods/keeper";
    // Pods go first: one that stays keeps the workload from being deleted, too.
    await cluster.apply(made("web", {}), {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "keeper", finalizers: ["shop.example/keep"] },
      spec: { containers: [{ name: "app", image: "shop.example/app:1" }] },
    });
    expect(await found(cluster, "deleting", ["web"])).toEqual([[]]);
    await request(`/api/v1/namespaces/${namespace}`, { method: "DELETE" });
    await until("the pod waits to go", async () => {
      return (await request(pathOf(keeper, namespace))).body.metadata.deletionTimestamp !== undefined;
    });
    expect((await request(web)).body.metadata.deletionTimestamp).toBeUndefined();
    expect(await found(cluster, "deleting", ["web"])).toEqual([[{ level: "block", evidence: { namespace } }]]);
    await patch(cluster, keeper, { metadata: { finalizers: null } }, { type: mergePatch });
  });
});

describeOnEveryCluster("Leases", (start) => {
  const verbs = ["get", "list", "watch", "patch"];
  const shop = { verbs, apiGroups: ["apps"], resources: ["deployments", "replicasets"] };
  const leases = { verbs: ["create", "patch"], apiGroups: ["coordination.k8s.io"], resources: ["leases"] };

  it("that may not be written are said, and not to whom may", async () => {
    const cluster = await start();
    await cluster.apply(made("web", {}));
    const without = await cluster.as("patcher", [shop, { ...leases, verbs: ["create"] }]);
    expect(await found(cluster, "no-lock", ["web"], { apis: [without] })).toEqual([
      [{ level: "info", evidence: { verbs: "patch" } }],
    ]);
    const full = await cluster.as("reader", [shop, leases]);
    expect(await found(cluster, "no-lock", ["web"], { apis: [full] })).toEqual([[]]);
  });
});

describeOnEveryCluster("two contexts", (start) => {
  it("that lead to one cluster block; allowed, each object stands once", async () => {
    const cluster = await start();
    await cluster.apply(made("web", {}), made("api", {}));
    const { api } = cluster;
    const apis = [api, { ...api, cluster: { ...api.cluster, name: "again" } }];
    const evidence = { contexts: `${api.cluster.name},again` };
    const code = "single-cluster-identity";
    const block = [{ level: "block", evidence }];
    expect(await found(cluster, code, ["web", "api"], { apis })).toEqual([block, block, block, block]);
    const allowed = await look(cluster, ["web", "api"], { apis, allow: [code] });
    expect(allowed.map(({ ref }) => `${ref.cluster} ${ref.name}`)).toEqual([
      `${api.cluster.name} web`,
      `${api.cluster.name} api`,
    ]);
    expect(await found(cluster, code, ["web", "api"])).toEqual([[], []]);
  });
});
