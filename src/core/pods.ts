import type { WorkloadKind } from "./kinds/workload-kind.ts";
import { restartedAtAnnotation } from "./workload.ts";

/** What a container is doing, from its status. */
export interface ContainerState {
  readonly name: string;
  readonly init: boolean;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: "waiting" | "running" | "terminated" | "unknown";
  /** Of the waiting or terminated state. */
  readonly reason: string;
  readonly message: string;
  /** Of the present terminated state, else of the last one. */
  readonly exitCode: number | undefined;
  readonly exitReason: string;
  /** How often it has exited: restarts, and the exit that waits for the next one. A finished init container's success is none. */
  readonly exits: number;
}

/** What following a rollout needs of a pod. */
export interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly ownerUid: string;
  /** RFC 3339. */
  readonly creationTimestamp: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The restart annotation that the pod inherited from its template. */
  readonly restartedAt: string | undefined;
  readonly phase: string;
  readonly terminating: boolean;
  readonly scheduled: boolean;
  readonly ready: boolean;
  /** Of the PodScheduled condition, when it is False. */
  readonly schedulingReason: string;
  readonly schedulingMessage: string;
  /** Phase Failed: `Evicted`, `OutOfcpu` … */
  readonly reason: string;
  readonly message: string;
  readonly containers: readonly ContainerState[];
}

interface TerminatedState {
  readonly exitCode?: number;
  readonly reason?: string;
  readonly message?: string;
}

interface ContainerStatusObject {
  readonly name: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: object;
    readonly terminated?: TerminatedState;
  };
  readonly lastState?: { readonly terminated?: TerminatedState };
}

/** A pod as the API sends it, as far as it is read. */
export interface PodObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly creationTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly uid: string; readonly controller?: boolean }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
    readonly containerStatuses?: readonly ContainerStatusObject[];
    readonly initContainerStatuses?: readonly ContainerStatusObject[];
  };
}

/** Whether a pod has been through the restart, for a kind that tells it by the pod's age. None asked for: every pod has. */
export function isRestarted(
  kind: WorkloadKind,
  { creationTimestamp }: Pick<Pod, "creationTimestamp">,
  restartedAt: string | undefined,
): boolean {
  return restartedAt === undefined || kind.isRestarted?.(creationTimestamp, restartedAt) === true;
}

/** Projects a pod. */
export function projectPod(object: PodObject): Pod {
  const { metadata, status } = object;
  const condition = (type: string) => status?.conditions?.find((candidate) => candidate.type === type);
  const scheduled = condition("PodScheduled");
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? "",
    uid: metadata.uid,
    ownerUid: metadata.ownerReferences?.find((reference) => reference.controller === true)?.uid ?? "",
    creationTimestamp: metadata.creationTimestamp ?? "",
    labels: metadata.labels ?? {},
    restartedAt: metadata.annotations?.[restartedAtAnnotation],
    phase: status?.phase ?? "",
    terminating: metadata.deletionTimestamp !== undefined,
    scheduled: scheduled?.status === "True",
    ready: condition("Ready")?.status === "True",
    schedulingReason: scheduled?.status === "False" ? (scheduled.reason ?? "") : "",
    schedulingMessage: scheduled?.status === "False" ? (scheduled.message ?? "") : "",
    reason: status?.reason ?? "",
    message: status?.message ?? "",
    containers: [
      ...(status?.initContainerStatuses ?? []).map((container) => projectContainer(container, true)),
      ...(status?.containerStatuses ?? []).map((container) => projectContainer(container, false)),
    ],
  };
}

function projectContainer(container: ContainerStatusObject, init: boolean): ContainerState {
  const { waiting, running, terminated } = container.state ?? {};
  const last = container.lastState?.terminated;
  const restartCount = container.restartCount ?? 0;
  const succeeded = init && terminated !== undefined && (terminated.exitCode ?? 0) === 0;
  const backingOff = waiting?.reason === "CrashLoopBackOff";
  return {
    name: container.name,
    init,
    ready: container.ready ?? false,
    restartCount,
    state: waiting ? "waiting" : running ? "running" : terminated ? "terminated" : "unknown",
    reason: waiting?.reason ?? terminated?.reason ?? "",
    message: waiting?.message ?? terminated?.message ?? "",
    exitCode: terminated?.exitCode ?? last?.exitCode,
    exitReason: terminated?.reason ?? last?.reason ?? "",
    exits: restartCount + ((terminated && !succeeded) || (backingOff && last) ? 1 : 0),
  };
}
