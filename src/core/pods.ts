import type { WorkloadKind } from "./kinds/workload-kind.ts";
import { restartedAtAnnotation } from "./workload.ts";

export type ProbeName = "startup" | "liveness" | "readiness";

/** What a container is doing, from its status. */
export interface ContainerState {
  readonly name: string;
  readonly image: string;
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
  /** Number of the signal that ended it, where the runtime tells. */
  readonly signal: number | undefined;
  /** Its last words, if it left any in its termination log. */
  readonly exitMessage: string;
  /** How often it has exited: restarts, and the exit that waits for the next one. A finished init container's success is none. */
  readonly exits: number;
  /** After how many failures in a row kubelet acts, for each probe that it has. */
  readonly failureThresholds: Readonly<Partial<Record<ProbeName, number>>>;
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
  /** Empty until it is scheduled. */
  readonly node: string;
  readonly finalizers: readonly string[];
  /** Seconds that its containers get to stop, once it is being deleted; 0 when they have. */
  readonly gracePeriodSeconds: number | undefined;
  /** Its volumes are mounted and its sandbox has a network; undefined where the kubelet does not say (before 1.29). */
  readonly sandboxReady: boolean | undefined;
  /** Names of the volume claims that it uses. */
  readonly claims: readonly string[];
}

interface TerminatedState {
  readonly exitCode?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly signal?: number;
}

interface ContainerStatusObject {
  readonly name: string;
  readonly image?: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: object;
    readonly terminated?: TerminatedState;
  };
  readonly lastState?: { readonly terminated?: TerminatedState };
}

interface ContainerObject {
  readonly name: string;
  readonly image?: string;
  readonly startupProbe?: { readonly failureThreshold?: number };
  readonly livenessProbe?: { readonly failureThreshold?: number };
  readonly readinessProbe?: { readonly failureThreshold?: number };
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
    readonly deletionGracePeriodSeconds?: number;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly { readonly uid: string; readonly controller?: boolean }[];
  };
  readonly spec?: {
    readonly nodeName?: string;
    readonly initContainers?: readonly ContainerObject[];
    readonly containers?: readonly ContainerObject[];
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName?: string } }[];
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
  const { metadata, spec, status } = object;
  const condition = (type: string) => status?.conditions?.find((candidate) => candidate.type === type);
  const scheduled = condition("PodScheduled");
  const sandbox = condition("PodReadyToStartContainers")?.status;
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
      ...(status?.initContainerStatuses ?? []).map((container) =>
        projectContainer(container, spec?.initContainers, true),
      ),
      ...(status?.containerStatuses ?? []).map((container) => projectContainer(container, spec?.containers, false)),
    ],
    node: spec?.nodeName ?? "",
    finalizers: metadata.finalizers ?? [],
    gracePeriodSeconds: metadata.deletionGracePeriodSeconds,
    sandboxReady: sandbox === undefined ? undefined : sandbox === "True",
    claims: (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []),
  };
}

function projectContainer(
  container: ContainerStatusObject,
  specs: readonly ContainerObject[] | undefined,
  init: boolean,
): ContainerState {
  const { waiting, running, terminated } = container.state ?? {};
  const last = container.lastState?.terminated;
  const restartCount = container.restartCount ?? 0;
  const succeeded = init && terminated !== undefined && (terminated.exitCode ?? 0) === 0;
  const backingOff = waiting?.reason === "CrashLoopBackOff";
  return {
    name: container.name,
    image: container.image || (specs?.find(({ name }) => name === container.name)?.image ?? ""),
    init,
    ready: container.ready ?? false,
    restartCount,
    state: waiting ? "waiting" : running ? "running" : terminated ? "terminated" : "unknown",
    reason: waiting?.reason ?? terminated?.reason ?? "",
    message: waiting?.message ?? terminated?.message ?? "",
    exitCode: terminated?.exitCode ?? last?.exitCode,
    exitReason: terminated?.reason ?? last?.reason ?? "",
    signal: (terminated ?? last)?.signal,
    exitMessage: (terminated ?? last)?.message ?? "",
    exits: restartCount + ((terminated && !succeeded) || (backingOff && last) ? 1 : 0),
    failureThresholds: thresholdsOf(specs?.find(({ name }) => name === container.name)),
  };
}

function thresholdsOf(container: ContainerObject | undefined): ContainerState["failureThresholds"] {
  const { startupProbe, livenessProbe, readinessProbe } = container ?? {};
  return {
    ...(startupProbe && { startup: startupProbe.failureThreshold ?? 3 }),
    ...(livenessProbe && { liveness: livenessProbe.failureThreshold ?? 3 }),
    ...(readinessProbe && { readiness: readinessProbe.failureThreshold ?? 3 }),
  };
}
