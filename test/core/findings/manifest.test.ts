import { describe, expect, it } from "vitest";
import { checkTargets } from "../../../src/core/check-targets.ts";
import { deployment } from "../../../src/core/kinds/deployment.ts";
import { findNamed } from "../../../src/core/select.ts";
import { createStage, type Stage } from "../simulated.ts";
import { app, findingsOf, put } from "./stage.ts";

const sidecar = { name: "logs", image: "shop.example/logs:1", restartPolicy: "Always" };
const probed = { readinessProbe: { httpGet: { path: "/healthz", port: 8080 } } };

async function of(code: string, options: Parameters<typeof app>[0], kind?: string) {
  const stage = await createStage();
  await stage.apply(app(options));
  return findingsOf(stage, code, kind === undefined ? [] : [kind]);
}

describe("mutable-tag", () => {
  it.each(["shop.example/app", "shop.example/app:latest", "shop.example:5000/app"])("warns of %s", async (image) => {
    expect(await of("mutable-tag", { container: { image } })).toEqual([{ level: "warn", evidence: { images: image } }]);
  });

  it("informs where only nodes without the image pull it", async () => {
    const container = { image: "shop.example/app:latest", imagePullPolicy: "IfNotPresent" };
    expect(await of("mutable-tag", { container })).toEqual([
      { level: "info", evidence: { images: "shop.example/app:latest" } },
    ]);
  });

  it("is not found where no pod is replaced", async () => {
    const container = { image: "shop.example/app:latest" };
    expect(await of("mutable-tag", { container, spec: { replicas: 0 } })).toEqual([]);
  });

  it.each([
    { image: "shop.example/app:1.2" },
    { image: "shop.example:5000/app:1.2", imagePullPolicy: "Always" },
    { image: `shop.example/app@sha256:${"0".repeat(64)}` },
    { image: "shop.example/app:latest", imagePullPolicy: "Never" },
  ])("is not found of %j", async (container) => {
    expect(await of("mutable-tag", { container })).toEqual([]);
  });
});

describe("no-readiness-probe", () => {
  it("informs when nothing says that a pod can serve", async () => {
    expect(await of("no-readiness-probe", {})).toEqual([{ level: "info", evidence: {} }]);
  });

  it.each([
    ["a probe", { container: probed }],
    ["a sidecar that has one", { pod: { initContainers: [{ ...sidecar, ...probed }] } }],
    ["something else that says when", { pod: { readinessGates: [{ conditionType: "shop.example/in-service" }] } }],
    ["no pods", { spec: { replicas: 0 } }],
  ])("is not found with %s", async (_name, options) => {
    expect(await of("no-readiness-probe", options)).toEqual([]);
  });

  it("takes no comfort in a sidecar without", async () => {
    expect(await of("no-readiness-probe", { pod: { initContainers: [sidecar] } })).toHaveLength(1);
  });
});

describe("long-termination", () => {
  const pod = { terminationGracePeriodSeconds: 600 };
  const surging = { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } };
  const twoAtOnce = { updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } };

  it.each<readonly [name: string, kind: string, spec: object, batches: string]>([
    ["new ones do not wait for", "Deployment", {}, "0"],
    ["all new ones wait for", "Deployment", { strategy: { type: "Recreate" } }, "1"],
    ["new ones wait for one by one", "StatefulSet", {}, "3"],
    ["new ones wait for two by two", "DaemonSet", twoAtOnce, "2"],
    ["new ones on the same node are beside", "DaemonSet", surging, "0"],
  ])("informs of old pods that %s (%s)", async (_name, kind, spec, batches) => {
    expect(await of("long-termination", { kind, pod, spec }, kind)).toEqual([
      { level: "info", evidence: { seconds: "600", batches } },
    ]);
  });

  it.each([{ pod: { terminationGracePeriodSeconds: 120 } }, {}])("is not found with %j", async (options) => {
    expect(await of("long-termination", options)).toEqual([]);
  });
});

describe("hpa", () => {
  const autoscaler = (name: string, apiVersion = "apps/v1") => ({
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "scaler" },
    spec: { scaleTargetRef: { apiVersion, kind: "Deployment", name }, minReplicas: 2, maxReplicas: 9 },
  });

  it.each([
    ["web", "apps/v1", {}, [{ level: "info", evidence: { name: "scaler", minReplicas: "2", maxReplicas: "9" } }]],
    ["other", "apps/v1", {}, []],
    ["web", "shop.example/v1", {}, []],
    // An autoscaler stands still then.
    ["web", "apps/v1", { replicas: 0 }, []],
  ])("of an autoscaler for %s of %s with %j", async (name, apiVersion, spec, expected) => {
    const stage = await createStage();
    put(stage, "horizontalpodautoscalers.autoscaling", autoscaler(name, apiVersion));
    await stage.apply(app({ spec }));
    expect(await findingsOf(stage, "hpa")).toEqual(expected);
  });
});

describe("gitops", () => {
  async function under(stage: Stage, fieldManager: string) {
    const candidate = { api: stage.api, found: await findNamed(stage.api, deployment, "shop", "web") };
    const options = { fieldManager, wait: true, allow: [] };
    const targets = await stage.clock.runUntil(checkTargets([candidate], options, new AbortController().signal));
    return targets[0]?.findings.filter(({ code }) => code === "gitops").map(({ level }) => level);
  }
  const keptBy = (key: string, more: object = {}) => ({ labels: { [key]: "shop", app: "web" }, ...more });

  it.each([
    ["kubectl-rollout", "warn"],
    ["before-first-apply", "warn"],
    ["kustomize-controller", "warn"],
    ["restart", "info"],
    ["my-kubectl", "info"],
  ])("of Flux, when %s writes: %s", async (fieldManager, level) => {
    const stage = await createStage();
    await stage.apply(app({ metadata: keptBy("kustomize.toolkit.fluxcd.io/name") }));
    expect(await under(stage, fieldManager)).toEqual([level]);
  });

  it.each(["reconcile: disabled", "ssa: Merge", "ssa: ignore", "ssa: IfNotPresent"])(
    "is not found where Flux is told to leave it (%s)",
    async (told) => {
      const [key, value] = told.split(": ");
      const annotations = { [`kustomize.toolkit.fluxcd.io/${key}`]: value };
      const stage = await createStage();
      await stage.apply(app({ metadata: keptBy("kustomize.toolkit.fluxcd.io/name", { annotations }) }));
      expect(await under(stage, "kubectl-rollout")).toEqual([]);
    },
  );

  it("is not found of Flux's Helm releases, which keep what is not in their chart", async () => {
    const stage = await createStage();
    await stage.apply(app({ metadata: keptBy("helm.toolkit.fluxcd.io/name") }));
    expect(await under(stage, "kubectl-rollout")).toEqual([]);
  });

  it("warns of Argo CD only where it replaces", async () => {
    const options = (value: string) => ({ metadata: { annotations: { "argocd.argoproj.io/sync-options": value } } });
    expect(await of("gitops", options("Prune=false,Replace=true"))).toMatchObject([
      { level: "warn", evidence: { tool: "argocd" } },
    ]);
    expect(await of("gitops", options("Prune=false"))).toEqual([]);
  });

  it("is not found of what nobody delivers, nor of Helm", async () => {
    expect(await of("gitops", { metadata: { labels: { "app.kubernetes.io/managed-by": "Helm" } } })).toEqual([]);
  });
});
