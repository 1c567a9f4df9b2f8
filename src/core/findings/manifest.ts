import type { TemplateContainer } from "../pod-template.ts";
import type { ClusterCheck, Finding } from "./finding.ts";

/** An image that may be another one by now: a restart would bring it along unasked. */
export const mutableTag: ClusterCheck = {
  codes: [{ code: "mutable-tag", levels: ["warn"] }],
  check: async ({ found }) => {
    const images = found.needs.containers.filter(isMutable).map(({ image }) => image);
    if (images.length === 0) return [];
    return [{ code: "mutable-tag", level: "warn", evidence: { images: [...new Set(images)].join(",") } }];
  },
};

/** `latest`, said or meant: other tags may move, too, and usually do not. A node that has the image keeps it. */
function isMutable({ image, imagePullPolicy }: TemplateContainer): boolean {
  if (image === "" || image.includes("@") || imagePullPolicy === "Never") return false;
  const [, tag = "latest"] = /:([^:/]+)$/.exec(image) ?? [];
  return tag === "latest" && imagePullPolicy !== "IfNotPresent";
}

/** Nothing tells when a pod can serve, so healthy means no more than started. */
export const noReadinessProbe: ClusterCheck = {
  codes: [{ code: "no-readiness-probe", levels: ["info"], aside: true }],
  check: async ({ found }) => {
    const main = found.needs.containers.filter(({ role }) => role === "main");
    if (main.length === 0 || main.some(({ hasReadinessProbe }) => hasReadinessProbe)) return [];
    return [{ code: "no-readiness-probe", level: "info", evidence: {} }];
  },
};

/** Seconds of grace from which on old pods hold up a restart. */
const longGrace = 120;

/** Old pods may take long to go, one batch after the other. */
export const longTermination: ClusterCheck = {
  codes: [{ code: "long-termination", levels: ["info"], aside: true }],
  check: async ({ found }) => {
    const { terminationGracePeriodSeconds: seconds } = found.needs;
    if (seconds <= longGrace || found.kind.affected(found.workload) === 0) return [];
    return [{ code: "long-termination", level: "info", evidence: { seconds: String(seconds) } }];
  },
};

/** An autoscaler may change the number of pods on the way. */
export const hpa: ClusterCheck = {
  codes: [{ code: "hpa", levels: ["info"], aside: true }],
  check: async ({ found, namespace, ask }) => {
    const { ref } = found.workload;
    // Nothing scales one pod a node.
    if (found.kind.perNode === true) return [];
    const all = await ask(namespace.autoscalers());
    const own = all?.find(({ target }) => target.kind === ref.kind && target.name === ref.name);
    if (own === undefined) return [];
    const { name, minReplicas, maxReplicas } = own;
    const evidence = { name, minReplicas: String(minReplicas), maxReplicas: String(maxReplicas) };
    return [{ code: "hpa", level: "info", evidence }];
  },
};

const fluxLabels = ["kustomize.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/name"];
const syncOptions = "argocd.argoproj.io/sync-options";

/**
 * Delivery tools that take the restart back, which rolls all pods once more: Flux removes what a manager wrote whose name
 * begins with `kubectl` (kustomize-controller, ssa/patch.go); Argo CD replaces the whole object with `Replace=true`.
 */
export const gitops: ClusterCheck = {
  codes: [{ code: "gitops", levels: ["warn", "info"], aside: true }],
  check: async ({ found, fieldManager }) => {
    const { labels } = found.workload;
    const owner = fluxLabels.map((label) => labels[label]).find((name) => name !== undefined && name !== "");
    if (owner !== undefined) return [flux(owner, fieldManager)];
    const replaces = /(^|,)\s*Replace=true\s*(,|$)/.test(found.annotations[syncOptions] ?? "");
    return replaces ? [{ code: "gitops", level: "warn", evidence: { tool: "argocd", option: "Replace=true" } }] : [];
  },
};

function flux(owner: string, fieldManager: string): Finding {
  const removed = fieldManager.startsWith("kubectl") || fieldManager === "before-first-apply";
  return { code: "gitops", level: removed ? "warn" : "info", evidence: { tool: "flux", owner, fieldManager } };
}
