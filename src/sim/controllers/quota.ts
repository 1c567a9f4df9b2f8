import type { Draft, KubeObject } from "../object.ts";
import type { Store } from "../store.ts";
import { objectKey, objectOfKey } from "./controller-context.ts";
import { formatQuantity, parseQuantity } from "./quantity.ts";
import type { Reconciler } from "./work-queue.ts";
import type { Container, PodSpec } from "./workload-objects.ts";

interface ResourceQuota extends KubeObject {
  readonly spec: { readonly hard?: Readonly<Record<string, string>> };
}

/** How much of one quota resource a pod takes; undefined when the quota does not count it for pods. */
function usageOf(pod: Draft, resource: string): number | undefined {
  if (resource === "pods" || resource === "count/pods") return 1;
  const [, list, name] = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(resource) ?? [];
  if (name === undefined) return undefined;
  const { containers = [] } = (pod.spec ?? {}) as Partial<PodSpec>;
  return containers.reduce((sum, container) => sum + parseQuantity(amountOf(container, list ?? "requests", name)), 0);
}

function amountOf({ resources = {} }: Container, list: string, name: string): string {
  const limit = resources.limits?.[name];
  return (list === "limits" ? limit : (resources.requests?.[name] ?? limit)) ?? "0";
}

function usedIn(store: Store, namespace: string | undefined, resource: string): number {
  // Pods that have finished take nothing any more; those on their way out still do.
  return store.list("pods", namespace).reduce((sum, pod) => {
    const phase = (pod.status as { readonly phase?: string } | undefined)?.phase;
    return phase === "Succeeded" || phase === "Failed" ? sum : sum + (usageOf(pod, resource) ?? 0);
  }, 0);
}

/**
 * Whether the quotas of a pod's namespace leave room for it: undefined, or the API server's reason without its "is forbidden:" part.
 * Source: staging/apiserver plugin resourcequota.
 */
export function admitPod(store: Store, pod: Draft): string | undefined {
  for (const quota of store.list("resourcequotas", pod.metadata.namespace) as readonly ResourceQuota[]) {
    const exceeded: { readonly name: string; readonly asked: string; readonly used: string; readonly hard: string }[] =
      [];
    for (const [name, hard] of Object.entries(quota.spec.hard ?? {})) {
      const asked = usageOf(pod, name);
      if (asked === undefined) continue;
      const unit = hardUnit(name, hard);
      if (asked === 0) return `failed quota: ${quota.metadata.name}: must specify ${name} for: ${containerNames(pod)}`;
      const used = usedIn(store, pod.metadata.namespace, name);
      if (used + asked > parseQuantity(hard)) {
        exceeded.push({ name, asked: formatQuantity(asked, unit), used: formatQuantity(used, unit), hard });
      }
    }
    if (exceeded.length === 0) continue;
    exceeded.sort((left, right) => (left.name < right.name ? -1 : 1));
    const part = (key: "asked" | "used" | "hard"): string =>
      exceeded.map((entry) => `${entry.name}=${entry[key]}`).join(",");
    return `exceeded quota: ${quota.metadata.name}, requested: ${part("asked")}, used: ${part("used")}, limited: ${part("hard")}`;
  }
  return undefined;
}

/** Keeps the usage in each quota's status. */
export function createQuotaController(store: Store): Reconciler {
  return {
    name: "resourcequota",
    keys: ({ resource, object }) => {
      if (resource === "resourcequotas") return [objectKey(object)];
      if (resource !== "pods") return [];
      return store.list("resourcequotas", object.metadata.namespace).map(objectKey);
    },
    sync: (key) => {
      const quota = objectOfKey(store, "resourcequotas", key) as ResourceQuota | undefined;
      if (quota === undefined) return undefined;
      const { namespace, name } = quota.metadata;
      const hard = quota.spec.hard ?? {};
      const used = Object.fromEntries(
        Object.entries(hard).map(([resource, limit]) => {
          return [resource, formatQuantity(usedIn(store, namespace, resource), hardUnit(resource, limit))];
        }),
      );
      store.updateStatus("resourcequotas", namespace, name, { hard, used });
      return undefined;
    },
  };
}

function hardUnit(resource: string, hard: string): "count" | "milli" | "binary" {
  if (resource.endsWith("memory")) return "binary";
  return resource.endsWith("cpu") ? "milli" : hard.endsWith("i") ? "binary" : "count";
}

function containerNames(pod: Draft): string {
  return ((pod.spec ?? {}) as Partial<PodSpec>).containers?.map(({ name }) => name).join(",") ?? "";
}
