import type { Workload } from "../workload.ts";

/** What is wrong, in a closed list. */
export type Cause =
  | "crash-loop"
  | "config-error"
  | "image-name"
  | "image-pull"
  | "unschedulable"
  | "quota"
  | "create-failed"
  | "volume"
  | "pod-failed"
  | "blocked-ordinal"
  | "progress-deadline"
  | "paused"
  | "stall-timeout"
  | "timeout";

/** Why a rollout does not move: the pod, the container, the cluster's own words, and the one command that would help. */
export interface Diagnosis {
  readonly cause: Cause;
  /** Kubernetes' reason: `CrashLoopBackOff`, `ImagePullBackOff`, `FailedCreate` … */
  readonly reason: string;
  /** The cluster's message, cleaned by the API client; may be empty. */
  readonly message: string;
  readonly pod?: string;
  readonly container?: string;
  readonly exitCode?: number;
  readonly exitReason?: string;
  readonly restartCount?: number;
  /** The latest warning event of the object that is to blame. */
  readonly event?: { readonly reason: string; readonly message: string };
  /** Arguments of the one command that would help most. */
  readonly command: readonly string[];
}

/** A diagnosis and whether waiting can mend it. What cannot heal fails at once, the rest when it stays unbroken. */
export interface Trouble {
  readonly heals: boolean;
  readonly diagnosis: Diagnosis;
  /** Object whose events explain it. */
  readonly involvedUid: string;
}

/** Trouble that only somebody else can end: it is told, and left to the stall timeout. */
export const waitsForSomebody: ReadonlySet<Cause> = new Set<Cause>(["paused", "blocked-ordinal"]);

/** A command line of kubectl about what is in the workload's namespace. */
export function kubectl(workload: Workload, words: readonly string[]): readonly string[] {
  return ["kubectl", "--context", workload.ref.cluster, "-n", workload.ref.namespace, ...words];
}
