import { cleanText } from "../../kube/clean-text.ts";
import { forecastRestart } from "../forecast.ts";
import type { FoundWorkload } from "../found-workload.ts";
import type { TemplateContainer } from "../pod-template.ts";
import type { ClusterCheck, Finding } from "./finding.ts";

/** Without pods to replace the template, too, does no harm. */
function replacesNone({ kind, workload }: FoundWorkload): boolean {
  return kind.affected(workload) === 0;
}

/** An image that may be another one by now: a restart would bring it along unasked. */
export const mutableTag: ClusterCheck = {
  codes: [{ code: "mutable-tag", levels: ["warn", "info"], aside: true }],
  check: async ({ found }) => {
    if (replacesNone(found)) return [];
    const moving = found.needs.containers.filter(isMoving);
    const pulled = moving.filter(({ imagePullPolicy }) => imagePullPolicy !== "IfNotPresent");
    if (moving.length === 0) return [];
    // What a node has it keeps, so that only pods that come to other nodes get another image.
    const level = pulled.length > 0 ? "warn" : "info";
    const images = (level === "warn" ? pulled : moving).map(({ image }) => cleanText(image));
    return [{ code: "mutable-tag", level, evidence: { images: [...new Set(images)].join(",") } }];
  },
};

/** `latest`, said or meant: other tags may move, too, and usually do not. */
function isMoving({ image, imagePullPolicy }: TemplateContainer): boolean {
  if (image === "" || image.includes("@") || imagePullPolicy === "Never") return false;
  const [, tag = "latest"] = /:([^:/]+)$/.exec(image) ?? [];
  return tag === "latest";
}

/** Nothing tells when a pod can serve, so healthy means no more than started: no reason to refuse, but to be told. */
export const noReadinessProbe: ClusterCheck = {
  codes: [{ code: "no-readiness-probe", levels: ["info"], aside: true }],
  check: async ({ found }) => {
    const { containers, hasReadinessGates } = found.needs;
    if (replacesNone(found) || hasReadinessGates) return [];
    // A sidecar's probe counts for its pod as any other (KEP-753).
    const running = containers.filter(({ role }) => role !== "init");
    if (running.length === 0 || running.some(({ hasReadinessProbe }) => hasReadinessProbe)) return [];
    return [{ code: "no-readiness-probe", level: "info", evidence: {} }];
  },
};

/** Seconds of grace from which on old pods hold up a restart. */
const longGrace = 120;

/** Old pods may take long to go, one batch after the other where new ones wait for them. */
export const longTermination: ClusterCheck = {
  codes: [{ code: "long-termination", levels: ["info"], aside: true }],
  check: async ({ found }) => {
    const { kind, workload, needs } = found;
    const { terminationGracePeriodSeconds: seconds } = needs;
    if (seconds <= longGrace || replacesNone(found)) return [];
    const { pods, atOnce } = forecastRestart(found, undefined);
    const batches = kind.awaitsOldPods?.(workload) === true ? Math.ceil(pods / atOnce) : 0;
    return [
      { code: "long-termination", level: "info", evidence: { seconds: String(seconds), batches: String(batches) } },
    ];
  },
};

/** An autoscaler may change the number of pods on the way. */
export const hpa: ClusterCheck = {
  codes: [{ code: "hpa", levels: ["info"], aside: true }],
  check: async ({ found, namespace, ask }) => {
    const { ref } = found.workload;
    // Nothing scales one pod a node, and an autoscaler lets zero replicas alone.
    if (found.kind.perNode === true || replacesNone(found)) return [];
    const all = await ask(namespace.autoscalers());
    const own = all?.find(
      ({ target }) =>
        target.kind === ref.kind && target.name === ref.name && groupOf(target.apiVersion) === groupOf(ref.apiVersion),
    );
    if (own === undefined) return [];
    const { name, minReplicas, maxReplicas } = own;
    const evidence = { name, minReplicas: String(minReplicas), maxReplicas: String(maxReplicas) };
    return [{ code: "hpa", level: "info", evidence }];
  },
};

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

const flux = "kustomize.toolkit.fluxcd.io";
/** Managers by how their names begin, whose fields Flux removes (kustomize-controller, `Cleanup.FieldManagers`). */
const removedByFlux = ["kubectl", "before-first-apply", "kustomize-controller"];
const syncOptions = "argocd.argoproj.io/sync-options";

/**
 * Delivery tools that take the restart back, which rolls all pods once more: Flux's kustomize-controller removes what
 * some field managers wrote; Argo CD replaces the whole object with `Replace=true`. Helm and Flux's helm-controller keep
 * what is not in their chart.
 */
export const gitops: ClusterCheck = {
  codes: [{ code: "gitops", levels: ["warn", "info"], aside: true }],
  check: async ({ found, fieldManager }) => {
    if (replacesNone(found)) return [];
    const { labels } = found.workload;
    const owner = labels[`${flux}/name`] ?? "";
    if (owner !== "" && !isLeftByFlux(found)) return [fluxFinding(owner, fieldManager)];
    const replaces = /(^|,)\s*Replace=true\s*(,|$)/.test(found.annotations[syncOptions] ?? "");
    return replaces ? [{ code: "gitops", level: "warn", evidence: { tool: "argocd", option: "Replace=true" } }] : [];
  },
};

/** The object itself, in a label or an annotation and in any case, tells Flux to leave it, or what others add to it. */
function isLeftByFlux({ annotations, workload: { labels } }: FoundWorkload): boolean {
  const says = (key: string, ...values: readonly string[]) =>
    [labels[key], annotations[key]].some((value) => value !== undefined && values.includes(value.toLowerCase()));
  return says(`${flux}/reconcile`, "disabled") || says(`${flux}/ssa`, "merge", "ignore", "ifnotpresent");
}

function fluxFinding(owner: string, fieldManager: string): Finding {
  const removed = removedByFlux.some((start) => fieldManager.startsWith(start));
  return { code: "gitops", level: removed ? "warn" : "info", evidence: { tool: "flux", owner, fieldManager } };
}
