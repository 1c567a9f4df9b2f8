import { cleanText } from "../kube/clean-text.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";
import { type ContainerState, isRestarted, type Pod, type PodObject, projectPod } from "./pods.ts";
import type { Revision } from "./revisions.ts";
import type { Workload } from "./workload.ts";

/** What a pod is doing, in the API's own words; empty where it says nothing. */
export interface PodState {
  readonly what: "waiting" | "running" | "terminated" | "pending" | "unknown";
  readonly reason: string;
  readonly message: string;
}

/** One pod of a workload, as a list shows it. Texts are cleaned. */
export interface PodRow {
  readonly name: string;
  readonly uid: string;
  /** Hash of its revision, as its label has it. */
  readonly revision: string;
  /** Of the revision that the workload is rolling to, or has rolled to. */
  readonly isNew: boolean;
  readonly ready: boolean;
  readonly terminating: boolean;
  /** Of all its containers together. */
  readonly restarts: number;
  /** Empty until it is scheduled. */
  readonly node: string;
  /** RFC 3339. */
  readonly creationTimestamp: string;
  /** RFC 3339, of the cluster's clock; undefined while it is not ready. */
  readonly readySince: string | undefined;
  readonly state: PodState;
  /** Those that serve, in the order of the template; init containers are left out. */
  readonly containers: readonly string[];
}

/** A pod as a view keeps it: which revision is the new one may change without the pod. */
export interface KeptPod extends Omit<PodRow, "isNew"> {
  readonly ownerUid: string;
  readonly restartedAt: string | undefined;
}

interface ViewedObject {
  readonly metadata: PodObject["metadata"];
  readonly spec?: { readonly nodeName?: string; readonly containers?: readonly { readonly name: string }[] };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly lastTransitionTime?: string | null }[];
  };
}

export function projectPodRow(object: unknown, revisionLabel: string): KeptPod {
  const { metadata, spec, status } = object as ViewedObject;
  const pod = projectPod(object as PodObject);
  const becameReady = status?.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime ?? undefined;
  return {
    name: cleanText(pod.name),
    uid: pod.uid,
    ownerUid: pod.ownerUid,
    restartedAt: pod.restartedAt,
    revision: cleanText(pod.labels[revisionLabel] ?? ""),
    ready: pod.ready,
    terminating: pod.terminating,
    restarts: pod.containers.reduce((sum, { restartCount }) => sum + restartCount, 0),
    node: cleanText(spec?.nodeName ?? ""),
    creationTimestamp: cleanText(metadata.creationTimestamp ?? ""),
    readySince: pod.ready && becameReady !== undefined ? cleanText(becameReady) : undefined,
    state: stateOf(pod),
    containers: (spec?.containers ?? []).map(({ name }) => cleanText(name)),
  };
}

function stateOf(pod: Pod): PodState {
  const say = (what: PodState["what"], reason: string, message: string) => ({
    what,
    reason: cleanText(reason),
    message: cleanText(message),
  });
  const held = pod.containers.filter(isHeld);
  // While an init container holds the pod, the others wait with `PodInitializing`, which says nothing.
  const worst = held.find(({ reason }) => reason !== "PodInitializing") ?? held[0];
  if (pod.phase === "Failed" || pod.phase === "Succeeded") {
    return say("terminated", pod.reason || (worst?.reason ?? pod.phase), pod.message || (worst?.message ?? ""));
  }
  if (!pod.scheduled && pod.phase === "Pending") return say("pending", pod.schedulingReason, pod.schedulingMessage);
  if (worst?.state === "waiting" || worst?.state === "terminated") return say(worst.state, worst.reason, worst.message);
  if (pod.containers.some(({ state }) => state === "running")) return say("running", pod.reason, pod.message);
  return say(pod.phase === "Pending" ? "pending" : "unknown", pod.reason, pod.message);
}

/** An init container that has done its work holds nothing. */
function isHeld({ state, init, exitCode }: ContainerState): boolean {
  return state === "waiting" || (state === "terminated" && !(init && exitCode === 0));
}

/**
 * Whether a pod is of the new revision, decided by hash, or by its age for a kind that keeps the revision. Without the right to read revisions a StatefulSet names its own,
 * and a pod inherits the restart annotation of its template; no two clocks are compared.
 */
export function isNewPod(
  kind: WorkloadKind,
  pod: KeptPod,
  workload: Workload,
  revision: Revision | undefined,
  seesRevisions: boolean,
): boolean {
  if (kind.isRestarted) return isRestarted(kind, pod, workload.restartedAt);
  if (revision !== undefined) return pod.revision === revision.hash;
  if (seesRevisions) return false;
  if (workload.updateRevision !== undefined) return pod.revision === workload.updateRevision;
  return pod.restartedAt === workload.restartedAt;
}
