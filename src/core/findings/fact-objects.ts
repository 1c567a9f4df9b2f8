import type { V1LabelSelector, V1NodeSelectorTerm, V1Taint } from "@kubernetes/client-node";
import type { KubeObject } from "../../kube/answer.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { type PodTemplateObject, projectPodNeeds } from "../pod-template.ts";
import { type Pod, type PodObject, projectPod } from "../pods.ts";

/** A present pod, with what a forecast and the findings ask of it. Times are milliseconds of the cluster's clock. */
export interface FactPod extends Pod {
  readonly nodeName: string;
  readonly created: number;
  /** Since when it is ready; undefined while it is not. */
  readonly readySince: number | undefined;
  /** What the scheduler reserves for it, defaults of the namespace included. */
  readonly requests: Readonly<Record<string, number>>;
  readonly limits: Readonly<Record<string, number>>;
}

export function factPod(object: KubeObject): FactPod {
  const { metadata, spec, status } = object as KubeObject & {
    readonly spec?: PodTemplateObject["spec"] & { readonly nodeName?: string };
    readonly status?: {
      readonly conditions?: readonly {
        readonly type: string;
        readonly status: string;
        readonly lastTransitionTime?: string;
      }[];
    };
  };
  const ready = status?.conditions?.find(({ type, status: state }) => type === "Ready" && state === "True");
  const needs = projectPodNeeds({ ...(spec !== undefined && { spec }) });
  return {
    ...projectPod(object as unknown as PodObject),
    nodeName: spec?.nodeName ?? "",
    created: timeOf(metadata.creationTimestamp),
    readySince: ready?.lastTransitionTime === undefined ? undefined : timeOf(ready.lastTransitionTime),
    requests: needs.requests,
    limits: needs.limits,
  };
}

/** A ConfigMap or a Secret by its metadata alone: that it is there, and when it was changed last. */
export interface FactConfig {
  readonly name: string;
  /** Milliseconds of the cluster's clock. */
  readonly changed: number;
}

export function factConfig({ metadata }: KubeObject): FactConfig {
  const { managedFields = [] } = metadata as {
    readonly managedFields?: readonly { readonly time?: string; readonly subresource?: string }[];
  };
  const times = managedFields.map(({ time }) => timeOf(time));
  return { name: metadata.name, changed: Math.max(timeOf(metadata.creationTimestamp), ...times) };
}

/** A PersistentVolumeClaim. */
export interface FactClaim {
  readonly name: string;
  readonly accessModes: readonly string[];
  /** `Bound`, `Pending` or `Lost`. */
  readonly phase: string;
  /** The PersistentVolume that it is bound to, or asks for; empty while there is none. */
  readonly volumeName: string;
}

export function factClaim(object: KubeObject): FactClaim {
  const { metadata, spec, status } = object as KubeObject & {
    readonly spec?: { readonly accessModes?: readonly string[]; readonly volumeName?: string };
    readonly status?: { readonly phase?: string };
  };
  const { accessModes = [], volumeName = "" } = spec ?? {};
  return { name: metadata.name, accessModes, phase: status?.phase ?? "", volumeName };
}

/** A PersistentVolume. */
export interface FactVolume {
  readonly name: string;
  /** Nodes that reach it; undefined for all. */
  readonly nodeTerms: readonly V1NodeSelectorTerm[] | undefined;
}

export function factVolume(object: KubeObject): FactVolume {
  const { metadata, spec } = object as KubeObject & {
    readonly spec?: {
      readonly nodeAffinity?: { readonly required?: { readonly nodeSelectorTerms?: readonly V1NodeSelectorTerm[] } };
    };
  };
  return { name: metadata.name, nodeTerms: spec?.nodeAffinity?.required?.nodeSelectorTerms };
}

/** A PodDisruptionBudget. */
export interface FactBudget {
  readonly name: string;
  readonly selector: V1LabelSelector | undefined;
  readonly disruptionsAllowed: number;
  readonly expectedPods: number;
}

export function factBudget(object: KubeObject): FactBudget {
  const { metadata, spec, status } = object as KubeObject & {
    readonly spec?: { readonly selector?: V1LabelSelector };
    readonly status?: { readonly disruptionsAllowed?: number; readonly expectedPods?: number };
  };
  return {
    name: metadata.name,
    selector: spec?.selector,
    disruptionsAllowed: status?.disruptionsAllowed ?? 0,
    expectedPods: status?.expectedPods ?? 0,
  };
}

/** A ResourceQuota: what is allowed and what is used, as numbers by the quota's own names (`pods`, `requests.cpu`). */
export interface FactQuota {
  readonly name: string;
  readonly hard: Readonly<Record<string, number>>;
  readonly used: Readonly<Record<string, number>>;
  /** It counts only some pods: by scope or by scope selector. */
  readonly scoped: boolean;
}

export function factQuota(object: KubeObject): FactQuota {
  const { metadata, spec, status } = object as KubeObject & {
    readonly spec?: { readonly scopes?: readonly string[]; readonly scopeSelector?: object };
    readonly status?: {
      readonly hard?: Readonly<Record<string, string>>;
      readonly used?: Readonly<Record<string, string>>;
    };
  };
  return {
    name: metadata.name,
    hard: amounts(status?.hard),
    used: amounts(status?.used),
    scoped: (spec?.scopes ?? []).length > 0 || spec?.scopeSelector !== undefined,
  };
}

/** A HorizontalPodAutoscaler. */
export interface FactAutoscaler {
  readonly name: string;
  readonly target: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

export function factAutoscaler(object: KubeObject): FactAutoscaler {
  const { metadata, spec } = object as KubeObject & {
    readonly spec?: {
      readonly scaleTargetRef?: { readonly apiVersion?: string; readonly kind?: string; readonly name?: string };
      readonly minReplicas?: number;
      readonly maxReplicas?: number;
    };
  };
  const { apiVersion = "", kind = "", name = "" } = spec?.scaleTargetRef ?? {};
  return {
    name: metadata.name,
    target: { apiVersion, kind, name },
    minReplicas: spec?.minReplicas ?? 1,
    maxReplicas: spec?.maxReplicas ?? 0,
  };
}

/** A Node. */
export interface FactNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly V1Taint[];
  readonly unschedulable: boolean;
  readonly ready: boolean;
  readonly allocatable: Readonly<Record<string, number>>;
}

export function factNode(object: KubeObject): FactNode {
  const { metadata, spec, status } = object as KubeObject & {
    readonly spec?: { readonly taints?: readonly V1Taint[]; readonly unschedulable?: boolean };
    readonly status?: {
      readonly allocatable?: Readonly<Record<string, string>>;
      readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    };
  };
  return {
    name: metadata.name,
    labels: metadata.labels ?? {},
    taints: spec?.taints ?? [],
    unschedulable: spec?.unschedulable ?? false,
    ready: status?.conditions?.some(({ type, status: state }) => type === "Ready" && state === "True") ?? false,
    allocatable: amounts(status?.allocatable),
  };
}

/** Milliseconds; 0 for what is no time. */
export function timeOf(text: string | undefined): number {
  return Date.parse(text ?? "") || 0;
}

function amounts(quantities: Readonly<Record<string, string>> | undefined): Readonly<Record<string, number>> {
  const numbers: Record<string, number> = {};
  for (const [name, text] of Object.entries(quantities ?? {})) {
    try {
      numbers[name] = parseQuantity(text);
    } catch {
      // A quantity that cannot be read says nothing, least of all that nothing is left.
    }
  }
  return numbers;
}
