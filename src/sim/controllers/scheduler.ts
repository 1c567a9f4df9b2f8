import { timestamp } from "../clock.ts";
import type { Store } from "../store.ts";
import { findCondition, withCondition } from "./conditions.ts";
import { type ControllerContext, objectKey, objectOfKey } from "./controller-context.ts";
import { isUnschedulable } from "./pod-life.ts";
import { isTerminating } from "./pod-state.ts";
import type { Reconciler } from "./work-queue.ts";
import type { Node, Pod, PodSpec } from "./workload-objects.ts";

const component = "default-scheduler";

/** Binds pods to nodes, round robin over those that would take them. Room is not counted. */
export function createScheduler({ store, events }: ControllerContext): Reconciler {
  const waiting = new Set<string>();
  let turn = 0;

  const bind = (pod: Pod, node: Node): void => {
    const status = {
      ...pod.status,
      conditions: withCondition(pod.status?.conditions ?? [], {
        type: "PodScheduled",
        status: "True",
        lastTransitionTime: timestamp(store.clock.now()),
      }),
    };
    const { name, namespace } = pod.metadata;
    const bound = store.update("pods", { ...pod, spec: { ...pod.spec, nodeName: node.metadata.name }, status });
    const message = `Successfully assigned ${namespace ?? ""}/${name} to ${node.metadata.name}`;
    events.record(bound, { type: "Normal", reason: "Scheduled", message, component });
  };

  const refuse = (pod: Pod, nodes: readonly Node[]): void => {
    const message = missingClaim(store, pod, nodes) ?? refusal(pod, nodes);
    const conditions = withCondition(pod.status?.conditions ?? [], {
      type: "PodScheduled",
      status: "False",
      lastTransitionTime: timestamp(store.clock.now()),
      reason: "Unschedulable",
      message,
    });
    store.updateStatus("pods", pod.metadata.namespace, pod.metadata.name, { ...pod.status, conditions });
    events.record(pod, { type: "Warning", reason: "FailedScheduling", message, component });
  };

  return {
    name: "scheduler",
    keys: ({ type, resource, object, previous }) => {
      // A node's heartbeat opens no room.
      if (resource === "nodes" && (type === "ADDED" || previous?.spec !== object.spec)) return [...waiting];
      if (resource !== "pods") return [];
      const key = objectKey(object);
      if (type !== "DELETED") return (object as Pod).spec.nodeName === undefined ? [key] : [];
      waiting.delete(key);
      return [];
    },
    sync: (key) => {
      const pod = objectOfKey(store, "pods", key) as Pod | undefined;
      if (pod === undefined || pod.spec.nodeName !== undefined || isTerminating(pod)) {
        waiting.delete(key);
        return undefined;
      }
      const nodes = store.list("nodes") as readonly Node[];
      const held = isUnschedulable(pod) || missingClaim(store, pod, nodes) !== undefined;
      const fitting = held ? [] : nodes.filter((node) => takes(node, pod.spec));
      turn += 1;
      const node = fitting[turn % fitting.length];
      if (node === undefined) {
        const tried = waiting.has(key) && findCondition(pod.status?.conditions, "PodScheduled")?.status === "False";
        waiting.add(key);
        if (!tried) refuse(pod, nodes);
        return undefined;
      }
      waiting.delete(key);
      bind(pod, node);
      return undefined;
    },
  };
}

/** Whether a node would take a pod by selector, affinity to one node, taints and its own readiness. */
export function takes(node: Node, spec: PodSpec): boolean {
  const only = pinnedNode(spec);
  if (!matches(node, spec)) return false;
  if (only === undefined && (node.spec?.unschedulable === true || !isNodeReady(node))) return false;
  return untolerated(node, spec) === undefined;
}

function matches(node: Node, spec: PodSpec): boolean {
  const only = pinnedNode(spec);
  if (only !== undefined && only !== node.metadata.name) return false;
  const labels = node.metadata.labels ?? {};
  return Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
}

function untolerated(node: Node, spec: PodSpec) {
  return (node.spec?.taints ?? []).find(
    (taint) =>
      taint.effect !== "PreferNoSchedule" &&
      !(spec.tolerations ?? []).some(
        ({ key, effect }) =>
          (key === undefined || key === taint.key) && (effect === undefined || effect === taint.effect),
      ),
  );
}

function isNodeReady(node: Node): boolean {
  return findCondition(node.status?.conditions, "Ready")?.status !== "False";
}

/** The affinity to one node that a DaemonSet's pod carries. */
export function pinTo(nodeName: string): Partial<PodSpec> {
  const matchFields = [{ key: "metadata.name", operator: "In", values: [nodeName] }];
  return {
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } },
    },
  };
}

interface NodePin {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: {
      readonly nodeSelectorTerms?: readonly {
        readonly matchFields?: readonly { readonly key: string; readonly values?: readonly string[] }[];
      }[];
    };
  };
}

export function pinnedNode(spec: PodSpec): string | undefined {
  const affinity = spec["affinity"] as NodePin | undefined;
  const [term] = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return term?.matchFields?.find(({ key }) => key === "metadata.name")?.values?.[0];
}

function missingClaim(store: Store, { metadata, spec }: Pod, nodes: readonly Node[]): string | undefined {
  const volumes = (spec["volumes"] ?? []) as readonly {
    readonly persistentVolumeClaim?: { readonly claimName: string };
  }[];
  for (const { persistentVolumeClaim: claim } of volumes) {
    if (claim === undefined) continue;
    if (store.get("persistentvolumeclaims", metadata.namespace, claim.claimName) !== undefined) continue;
    return `0/${nodes.length} nodes are available: persistentvolumeclaim "${claim.claimName}" not found. ${unhelpful(nodes)}`;
  }
  return undefined;
}

function unhelpful({ length }: readonly Node[]): string {
  return `preemption: 0/${length} nodes are available: ${length} Preemption is not helpful for scheduling.`;
}

function refusal(pod: Pod, nodes: readonly Node[]): string {
  const count = nodes.length;
  if (count === 0) return "no nodes available to schedule pods";
  if (isUnschedulable(pod)) {
    const victims = `preemption: 0/${count} nodes are available: ${count} No preemption victims found for incoming pod.`;
    return `0/${count} nodes are available: ${count} Insufficient cpu. ${victims}`;
  }
  const reasons = new Map<string, number>();
  for (const node of nodes) {
    const taint = matches(node, pod.spec) ? untolerated(node, pod.spec) : undefined;
    const why =
      taint === undefined
        ? "node(s) didn't match Pod's node affinity/selector"
        : `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`;
    reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  const list = [...reasons].map(([why, number]) => `${number} ${why}`).sort();
  return `0/${count} nodes are available: ${list.join(", ")}. ${unhelpful(nodes)}`;
}
