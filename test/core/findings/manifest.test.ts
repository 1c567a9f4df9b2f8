import { describe, expect, it } from "vitest";
import { checkTargets } from "../../../src/core/check-targets.ts";
import { deployment } from "../../../src/core/kinds/deployment.ts";
import { findNamed } from "../../../src/core/select.ts";
import { createStage, type Stage } from "../simulated.ts";
import { app, findingsOf, put } from "./stage.ts";

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

  it.each([
    { image: "shop.example/app:1.2" },
    { image: "shop.example:5000/app:1.2", imagePullPolicy: "Always" },
    { image: `shop.example/app@sha256:${"0".repeat(64)}` },
    { image: "shop.example/app:latest", imagePullPolicy: "IfNotPresent" },
  ])("is not found of %j", async (container) => {
    expect(await of("mutable-tag", { container })).toEqual([]);
  });
});

describe("no-readiness-probe", () => {
  it("informs when nothing says that a pod can serve", async () => {
    expect(await of("no-readiness-probe", {})).toEqual([{ level: "info", evidence: {} }]);
  });

  it("is not found with a probe", async () => {
    expect(await of("no-readiness-probe", { container: probed })).toEqual([]);
  });
});

describe("long-termination", () => {
  it("informs of old pods that may take long to go", async () => {
    expect(await of("long-termination", { pod: { terminationGracePeriodSeconds: 600 } })).toEqual([
      { level: "info", evidence: { seconds: "600" } },
    ]);
  });

  it.each([{ pod: { terminationGracePeriodSeconds: 120 } }, {}])("is not found with %j", async (options) => {
    expect(await of("long-termination", options)).toEqual([]);
  });
});

describe("hpa", () => {
  const autoscaler = (name: string) => ({
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "scaler" },
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name }, minReplicas: 2, maxReplicas: 9 },
  });

  it.each([
    ["web", [{ level: "info", evidence: { name: "scaler", minReplicas: "2", maxReplicas: "9" } }]],
    ["other", []],
  ])("of an autoscaler for %s", async (name, expected) => {
    const stage = await createStage();
    put(stage, "horizontalpodautoscalers.autoscaling", autoscaler(name));
    await stage.apply(app());
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
  const flux = { labels: { "kustomize.toolkit.fluxcd.io/name": "shop", app: "web" } };

  it("warns of a manager whose changes Flux removes, and informs of one that it keeps", async () => {
    const stage = await createStage();
    await stage.apply(app({ metadata: flux }));
    expect(await under(stage, "kubectl-rollout")).toEqual(["warn"]);
    expect(await under(stage, "restart")).toEqual(["info"]);
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
