import { describe, expect, inject, it, onTestFinished } from "vitest";
import type { Manifest } from "./cluster-under-test.ts";
import { reconcile } from "./flux-stand-in.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { workload } from "./manifests.ts";
import { pathOf, restartedAt } from "./patch.ts";
import { startReal } from "./real-cluster.ts";
import { ends, findingsOf, restartOne } from "./run-restart.ts";
import { workloadIsReady } from "./workload-is-ready.ts";

const probed = {
  name: "app",
  image: "shop.example/app:1",
  readinessProbe: { httpGet: { path: "/healthz", port: 8080 } },
};

/** A Deployment, or another kind, with a pod spec and metadata of its own. */
function made(
  name: string,
  options: { readonly kind?: "StatefulSet"; readonly pod?: object; readonly metadata?: object },
): Manifest {
  const { kind = "Deployment", pod = {}, metadata = {} } = options;
  const template = { metadata: { labels: { app: name } }, spec: { containers: [probed], ...pod } };
  return { ...workload(kind, name, { spec: { template } }), metadata: { name, ...metadata } };
}

describeOnEveryCluster("the manifest of what is restarted", (start) => {
  it("names images whose tag moves, with the pull policy that the API server fills in", async () => {
    const cluster = await start();
    const containers = (image: string, more: object = {}) => ({ containers: [{ ...probed, image, ...more }] });
    await cluster.apply(
      made("moving", { pod: containers("shop.example/app:latest") }),
      made("untagged", { pod: containers("shop.example/app") }),
      made("kept", { pod: containers("shop.example/app:latest", { imagePullPolicy: "IfNotPresent" }) }),
      made("fixed", { pod: containers("shop.example/app:1.2") }),
    );
    const images = (image: string) => ({ images: image });
    expect(await findingsOf(cluster, "mutable-tag", "moving")).toEqual([
      { level: "warn", evidence: images("shop.example/app:latest") },
    ]);
    expect(await findingsOf(cluster, "mutable-tag", "untagged")).toEqual([
      { level: "warn", evidence: images("shop.example/app") },
    ]);
    expect(await findingsOf(cluster, "mutable-tag", "kept")).toEqual([
      { level: "info", evidence: images("shop.example/app:latest") },
    ]);
    expect(await findingsOf(cluster, "mutable-tag", "fixed")).toEqual([]);
  });

  it("says when nothing tells that a pod can serve", async () => {
    const cluster = await start();
    const { readinessProbe: _, ...bare } = probed;
    const sidecar = { ...probed, name: "proxy", restartPolicy: "Always" };
    await cluster.apply(
      made("bare", { pod: { containers: [bare] } }),
      made("probed", {}),
      made("beside", { pod: { containers: [bare], initContainers: [sidecar] } }),
    );
    expect(await findingsOf(cluster, "no-readiness-probe", "bare")).toEqual([{ level: "info", evidence: {} }]);
    expect(await findingsOf(cluster, "no-readiness-probe", "probed")).toEqual([]);
    expect(await findingsOf(cluster, "no-readiness-probe", "beside")).toEqual([]);
  });

  it("says how long old pods may take, and whether new ones wait", async () => {
    const cluster = await start();
    const pod = { terminationGracePeriodSeconds: 300 };
    await cluster.apply(made("web", { pod }), made("db", { kind: "StatefulSet", pod }), made("quick", {}));
    const info = (batches: string) => [{ level: "info", evidence: { seconds: "300", batches } }];
    expect(await findingsOf(cluster, "long-termination", "web")).toEqual(info("0"));
    expect(await findingsOf(cluster, "long-termination", "db", { kind: "StatefulSet" })).toEqual(info("2"));
    expect(await findingsOf(cluster, "long-termination", "quick")).toEqual([]);
  });
});

describeOnEveryCluster("what else keeps a workload", (start) => {
  it("is an autoscaler", async () => {
    const cluster = await start();
    const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
    await cluster.apply(made("web", {}), made("other", {}), {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "scaler" },
      spec: { scaleTargetRef, maxReplicas: 9 },
    });
    expect(await findingsOf(cluster, "hpa", "web")).toEqual([
      { level: "info", evidence: { name: "scaler", minReplicas: "1", maxReplicas: "9" } },
    ]);
    expect(await findingsOf(cluster, "hpa", "other")).toEqual([]);
  });

  it("is an autoscaler that may not be read: unknown, and no more", async () => {
    const cluster = await start();
    await cluster.apply(made("web", {}));
    const verbs = ["get", "list", "watch", "patch"];
    const api = await cluster.as("patcher", [
      { verbs, apiGroups: ["apps"], resources: ["deployments", "replicasets"] },
      { verbs, apiGroups: [""], resources: ["pods", "events"] },
    ]);
    expect(await findingsOf(cluster, "hpa", "web", { api })).toEqual([]);
    const [unknown] = await findingsOf(cluster, "unknown", "web", { api });
    expect(unknown?.evidence["resources"]?.split(",")).toContain("horizontalpodautoscalers");
  });

  it("is Flux, which takes back what some field managers write", async () => {
    const cluster = await start();
    const labels = {
      "kustomize.toolkit.fluxcd.io/name": "shop",
      "kustomize.toolkit.fluxcd.io/namespace": "flux-system",
    };
    const annotations = { "kustomize.toolkit.fluxcd.io/ssa": "Merge" };
    await cluster.apply(
      made("web", { metadata: { labels } }),
      made("merged", { metadata: { labels, annotations } }),
      made("chart", { metadata: { labels: { "helm.toolkit.fluxcd.io/name": "shop" } } }),
    );
    const under = (fieldManager: string, level: string) => [
      { level, evidence: { tool: "flux", owner: "shop", fieldManager } },
    ];
    const kubectl = { fieldManager: "kubectl-rollout" };
    expect(await findingsOf(cluster, "gitops", "web", kubectl)).toEqual(under("kubectl-rollout", "warn"));
    expect(await findingsOf(cluster, "gitops", "web")).toEqual(under("restart", "info"));
    expect(await findingsOf(cluster, "gitops", "merged", kubectl)).toEqual([]);
    expect(await findingsOf(cluster, "gitops", "chart", kubectl)).toEqual([]);
  });

  it("is Argo CD, which takes back where it replaces", async () => {
    const cluster = await start();
    const synced = (options: string) => ({ annotations: { "argocd.argoproj.io/sync-options": options } });
    await cluster.apply(
      made("web", { metadata: synced("Prune=false,Replace=true") }),
      made("other", { metadata: synced("Prune=false") }),
    );
    expect(await findingsOf(cluster, "gitops", "web")).toEqual([
      { level: "warn", evidence: { tool: "argocd", option: "Replace=true" } },
    ]);
    expect(await findingsOf(cluster, "gitops", "other")).toEqual([]);
  });
});

const controlPlane = inject("controlPlane");
// Server-side apply is the real API server's; what Flux does with it is played.
if (controlPlane !== undefined) {
  describe("a restart of what Flux keeps, real", () => {
    it.each([
      ["restart", "info", true],
      ["kubectl-rollout", "warn", false],
    ] as const)("by %s: the finding's level is %s, and whether it lasts is %s", async (fieldManager, level, lasts) => {
      const { stop, ...cluster } = await startReal(controlPlane);
      onTestFinished(stop);
      const manifest = made("web", { metadata: { labels: { "kustomize.toolkit.fluxcd.io/name": "shop" } } });
      const seen = async () => (await cluster.request(pathOf("deployments/web", cluster.namespace))).body;
      await reconcile(cluster, manifest);
      await cluster.until("web is ready", async () => workloadIsReady("Deployment", await seen()));
      expect(await findingsOf(cluster, "gitops", "web", { fieldManager })).toMatchObject([{ level }]);
      expect(ends(await restartOne(cluster, "Deployment", "web", { fieldManager }))).toEqual(["healthy", 0]);
      const { generation } = (await seen()).metadata;
      await reconcile(cluster, manifest);
      const after = await seen();
      expect(after.spec.template.metadata.annotations?.[restartedAt] !== undefined).toBe(lasts);
      expect(after.metadata.generation === generation).toBe(lasts);
    });
  });
}
