import { findCondition } from "./conditions.ts";
import { type ControllerContext, objectKey, objectOfKey } from "./controller-context.ts";
import { podLife, type Stage } from "./pod-life.ts";
import { isTerminating } from "./pod-state.ts";
import { podStatus } from "./pod-status.ts";
import type { Reconciler } from "./work-queue.ts";
import type { Node, Pod } from "./workload-objects.ts";

/** How long containers take to stop after SIGTERM. */
const stopsWithin = 1000;
/** How long the pods of a node that is gone are left (pkg/controller/podgc: 40 s, looked at every 20 s). */
const collectsAfter = 60_000;

interface Run {
  readonly stages: Generator<Stage, void, undefined>;
  readonly podIP: string;
  /** When the present stage ends. */
  readonly until: number;
}

/** All kubelets of the cluster: runs what is bound to a node, and removes what is being deleted. */
export function createKubelet(context: ControllerContext): Reconciler {
  const { store } = context;
  const runs = new Map<string, Run>();
  const stopping = new Map<string, number>();
  /** What has been pulled to which node. */
  const images = new Set<string>();
  let addresses = 0;

  const enter = (pod: Pod, run: Omit<Run, "until">): number | undefined => {
    const now = store.clock.now();
    const next = run.stages.next();
    if (next.done === true) {
      runs.delete(pod.metadata.uid);
      return undefined;
    }
    const stage = next.value;
    const until = stage.lasts === undefined ? Number.POSITIVE_INFINITY : now + stage.lasts;
    runs.set(pod.metadata.uid, { ...run, until });
    const status = podStatus(pod, stage, { podIP: run.podIP, hostIP: hostIpOf(context, pod) }, now);
    store.updateStatus("pods", pod.metadata.namespace, pod.metadata.name, status);
    const container = pod.spec.containers[0]?.name ?? "";
    for (const note of stage.notes) {
      context.events.record(pod, { ...note, ...seenBy(pod), fieldPath: `spec.containers{${container}}` });
    }
    return stage.lasts;
  };

  const stop = (pod: Pod): number | undefined => {
    const { uid, namespace, name } = pod.metadata;
    const now = store.clock.now();
    const since = stopping.get(uid);
    if (since !== undefined) {
      if (now < since + stopsWithin) return since + stopsWithin - now;
      // Nobody says that the containers have stopped: not on a node that is silent, and of one that is gone the pod
      // garbage collector clears away what was on it, after a while.
      const node = store.get("nodes", undefined, pod.spec.nodeName ?? "") as Node | undefined;
      if (findCondition(node?.status?.conditions, "Ready")?.status === "Unknown") return undefined;
      if (node === undefined && now < since + collectsAfter) return since + collectsAfter - now;
      // A finalizer keeps the object, without a grace from here on; the API removes it when the last one goes.
      if ((pod.metadata.finalizers?.length ?? 0) === 0) store.remove("pods", namespace, name);
      else if (pod.metadata.deletionGracePeriodSeconds !== 0) {
        store.update("pods", { ...pod, metadata: { ...pod.metadata, deletionGracePeriodSeconds: 0 } });
      }
      return undefined;
    }
    stopping.set(uid, now);
    runs.delete(uid);
    for (const { name: container } of pod.spec.containers) {
      context.events.record(pod, {
        type: "Normal",
        reason: "Killing",
        message: `Stopping container ${container}`,
        ...seenBy(pod),
        fieldPath: `spec.containers{${container}}`,
      });
    }
    return stopsWithin;
  };

  return {
    name: "kubelet",
    keys: ({ type, resource, object }) => {
      if (resource !== "pods") return [];
      if (type !== "DELETED") return [objectKey(object)];
      runs.delete(object.metadata.uid);
      stopping.delete(object.metadata.uid);
      return [];
    },
    sync: (key) => {
      const pod = objectOfKey(store, "pods", key) as Pod | undefined;
      if (pod?.spec.nodeName === undefined) return undefined;
      if (isTerminating(pod)) return stop(pod);
      const run = runs.get(pod.metadata.uid);
      if (run !== undefined) {
        const left = run.until - store.clock.now();
        if (left <= 0) return enter(pod, run);
        return left === Number.POSITIVE_INFINITY ? undefined : left;
      }
      // Written by hand, already with a state: nobody's to run.
      if (pod.status?.containerStatuses !== undefined) return undefined;
      addresses += 1;
      const image = `${pod.spec.nodeName}\n${pod.spec.containers[0]?.image ?? ""}`;
      const present = images.has(image);
      images.add(image);
      return enter(pod, { stages: podLife(pod, present), podIP: `10.64.${(addresses >> 8) & 255}.${addresses & 255}` });
    },
  };
}

function seenBy(pod: Pod): { readonly component: string; readonly host: string } {
  return { component: "kubelet", host: pod.spec.nodeName ?? "" };
}

function hostIpOf({ store }: ControllerContext, pod: Pod): string {
  const node = store.get("nodes", undefined, pod.spec.nodeName ?? "") as Node | undefined;
  return node?.status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "10.0.0.1";
}
