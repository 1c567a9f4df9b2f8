import { timestamp } from "../clock.ts";
import type { KubeObject, OwnerReference } from "../object.ts";
import type { Store } from "../store.ts";
import { isNamespaceTerminating } from "./controller-context.ts";
import { asks } from "./pod-life.ts";
import { admitPod } from "./quota.ts";
import type { Pod, PodSpec, PodTemplate } from "./workload-objects.ts";

export interface PodPlan {
  readonly name: string;
  readonly template: PodTemplate;
  readonly owner: KubeObject;
  readonly labels?: Readonly<Record<string, string>>;
  /** Laid over the template's. */
  readonly spec?: Partial<PodSpec>;
}

/** What an API server adds to a pod that does not say otherwise. */
const defaults = {
  restartPolicy: "Always",
  terminationGracePeriodSeconds: 30,
  dnsPolicy: "ClusterFirst",
  serviceAccountName: "default",
  serviceAccount: "default",
  securityContext: {},
  schedulerName: "default-scheduler",
  priority: 0,
  enableServiceLinks: true,
  preemptionPolicy: "PreemptLowerPriority",
} as const;

/** Creates a pod as the API server would: a refusal is returned as its message. */
export function createPod(store: Store, { name, template, owner, labels, spec }: PodPlan): Pod | string {
  const namespace = owner.metadata.namespace ?? "default";
  const draft = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      labels: { ...template.metadata?.labels, ...labels },
      ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
      ...(template.metadata?.finalizers === undefined ? {} : { finalizers: template.metadata.finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: { ...defaults, ...template.spec, ...spec },
    status: { phase: "Pending", qosClass: qosClassOf(template.spec) },
  };
  if (isNamespaceTerminating(store, namespace)) {
    return `pods "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`;
  }
  if (asks(draft, "refused")) {
    return 'admission webhook "pods.policy.example" denied the request: images must be signed';
  }
  const refusal = admitPod(store, draft);
  if (refusal !== undefined) return `pods "${name}" is forbidden: ${refusal}`;
  if (store.get("pods", namespace, name) !== undefined) return `pods "${name}" already exists`;
  return store.create("pods", draft) as Pod;
}

export function controllerReference({ apiVersion, kind, metadata }: KubeObject): OwnerReference {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
}

/**
 * Deletes a pod gracefully: the kubelet removes it when its containers have stopped. One that is on no node is gone at
 * once, unless a finalizer keeps it.
 */
export function deletePod(store: Store, pod: Pod): void {
  const { namespace, name, deletionTimestamp, finalizers = [] } = pod.metadata;
  if (deletionTimestamp !== undefined) return;
  const scheduled = pod.spec.nodeName !== undefined;
  if (!scheduled && finalizers.length === 0) {
    store.remove("pods", namespace, name);
    return;
  }
  const asked = pod.spec["terminationGracePeriodSeconds"];
  const grace = scheduled ? (typeof asked === "number" ? asked : 30) : 0;
  const metadata = {
    ...pod.metadata,
    deletionTimestamp: timestamp(store.clock.now() + grace * 1000),
    deletionGracePeriodSeconds: grace,
  };
  store.update("pods", { ...pod, metadata }, { moveGeneration: true });
}

function qosClassOf({ containers }: PodSpec): string {
  const requested = containers.some(
    ({ resources }) => resources?.requests !== undefined || resources?.limits !== undefined,
  );
  const guaranteed = containers.every(
    ({ resources }) =>
      resources?.limits?.["cpu"] !== undefined &&
      resources.limits["memory"] !== undefined &&
      (resources.requests?.["cpu"] ?? resources.limits["cpu"]) === resources.limits["cpu"] &&
      (resources.requests?.["memory"] ?? resources.limits["memory"]) === resources.limits["memory"],
  );
  return guaranteed ? "Guaranteed" : requested ? "Burstable" : "BestEffort";
}
