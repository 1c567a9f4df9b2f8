import { timestamp } from "../clock.ts";
import { controllerOf, type KubeObject } from "../object.ts";
import { type Condition, withCondition } from "./conditions.ts";
import { type ControllerContext, objectKey, objectOfKey } from "./controller-context.ts";
import { type IntOrPercent, resolveCount } from "./int-or-percent.ts";
import { matchesSelector } from "./label-selector.ts";
import { isReady, isTerminating } from "./pod-state.ts";
import type { Reconciler } from "./work-queue.ts";
import type { LabelSelector, Pod } from "./workload-objects.ts";

interface DisruptionBudget
  extends KubeObject<
    { readonly selector?: LabelSelector; readonly minAvailable?: IntOrPercent; readonly maxUnavailable?: IntOrPercent },
    { readonly conditions?: readonly Condition[] }
  > {
  readonly spec: {
    readonly selector?: LabelSelector;
    readonly minAvailable?: IntOrPercent;
    readonly maxUnavailable?: IntOrPercent;
  };
}

const resource = "poddisruptionbudgets.policy";

/** Keeps what a PodDisruptionBudget allows in its status. Source: pkg/controller/disruption. */
export function createDisruptionController({ store }: ControllerContext): Reconciler {
  return {
    name: "disruption",
    keys: ({ resource: changed, object }) => {
      if (changed === resource) return [objectKey(object)];
      if (changed !== "pods" && changed !== "replicasets.apps" && changed !== "statefulsets.apps") return [];
      return store.list(resource, object.metadata.namespace).map(objectKey);
    },
    sync: (key) => {
      const budget = objectOfKey(store, resource, key) as DisruptionBudget | undefined;
      if (budget === undefined) return undefined;
      const { metadata, spec, status } = budget;
      const pods = (store.list("pods", metadata.namespace) as readonly Pod[]).filter((pod) =>
        matchesSelector(spec.selector, pod.metadata.labels),
      );
      const expected = expectedPods(pods);
      const healthy = pods.filter((pod) => isReady(pod) && !isTerminating(pod)).length;
      const desired =
        spec.maxUnavailable === undefined
          ? resolveCount(spec.minAvailable ?? 1, expected, "up")
          : Math.max(0, expected - resolveCount(spec.maxUnavailable, expected, "up"));
      const allowed = expected === 0 ? 0 : Math.max(0, healthy - desired);
      store.updateStatus(resource, metadata.namespace, metadata.name, {
        disruptionsAllowed: allowed,
        currentHealthy: healthy,
        desiredHealthy: desired,
        expectedPods: expected,
        observedGeneration: metadata.generation ?? 1,
        conditions: withCondition(status?.conditions ?? [], {
          type: "DisruptionAllowed",
          status: allowed > 0 ? "True" : "False",
          lastTransitionTime: timestamp(store.clock.now()),
          reason: allowed > 0 ? "SufficientPods" : "InsufficientPods",
          message: "",
        }),
      });
      return undefined;
    },
  };

  /** What the controllers of the pods ask for, not what is there: pods that are missing count. */
  function expectedPods(pods: readonly Pod[]): number {
    const scales = new Map(pods.map((pod) => scaleOf(pod)));
    return [...scales.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The uid and the size of what keeps a pod; a pod that nothing keeps stands for itself. */
  function scaleOf(pod: Pod): readonly [string, number] {
    let keeper: KubeObject = pod;
    for (let owner = controllerOf(keeper); owner !== undefined; owner = controllerOf(keeper)) {
      const found = store.get(keepers[owner.kind] ?? "", pod.metadata.namespace, owner.name);
      if (found === undefined) break;
      keeper = found;
    }
    return [keeper.metadata.uid, (keeper.spec as { readonly replicas?: number } | undefined)?.replicas ?? 1];
  }
}

const keepers: Readonly<Record<string, string>> = {
  Deployment: "deployments.apps",
  ReplicaSet: "replicasets.apps",
  StatefulSet: "statefulsets.apps",
};
