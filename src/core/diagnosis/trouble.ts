import type { Workload } from "../workload.ts";

// In the order in which causes are told: of two that hold at once, the earlier one is what is said.
const causes = [
  "quota",
  "admission",
  "create-failed",
  "unschedulable",
  "scheduling-gated",
  "node",
  "volume",
  "sandbox",
  "image-name",
  "image-pull",
  "config-error",
  "init-container",
  "crash-loop",
  "pod-failed",
  "probe",
  "terminating",
  "blocked-ordinal",
  "not-observed",
  "paused",
  "progress-deadline",
  "timeout",
  "unknown",
] as const;

/** What is wrong, in a closed list. `unknown` and `timeout`: nothing says why it does not move. */
export type Cause = (typeof causes)[number];

/**
 * Why a rollout does not move: the pod, the container, the cluster's own words, and the one command that would help. What
 * a cause has no word for is absent.
 */
export interface Diagnosis {
  readonly cause: Cause;
  /** Kubernetes' reason: `CrashLoopBackOff`, `ImagePullBackOff`, `FailedCreate` … */
  readonly reason: string;
  /** The cluster's message, cleaned by the API client; may be empty. */
  readonly message: string;
  readonly pod?: string;
  readonly container?: string;
  readonly image?: string;
  readonly exitCode?: number;
  readonly exitReason?: string;
  /** Of the signal that ended the container: `SIGKILL`. */
  readonly signal?: string;
  readonly restartCount?: number;
  /** The quota without room, what of it was asked for, and how much of it is used and there. */
  readonly quota?: string;
  readonly requested?: string;
  readonly used?: string;
  readonly limited?: string;
  /** The admission policy or webhook that refused. */
  readonly policy?: string;
  /** What nodes are short of: `cpu`, `nvidia.com/gpu`. */
  readonly resource?: string;
  /** The taint that is not tolerated: `dedicated=gpu`. */
  readonly taint?: string;
  /** The rule that no node satisfies: `node`, `pod`, `pod-anti` or `topology-spread`. */
  readonly affinity?: string;
  /** How many nodes the above rules out, of how many. */
  readonly nodes?: number;
  readonly allNodes?: number;
  readonly volume?: string;
  /** The volume claim that is not bound, or not there. */
  readonly claim?: string;
  /** The pod that still holds the volume. */
  readonly heldBy?: string;
  /** The object that is missing, or lacks the key: `secret/db`. */
  readonly reference?: string;
  readonly key?: string;
  /** `startup`, `liveness` or `readiness`. */
  readonly probe?: string;
  readonly finalizers?: readonly string[];
  readonly gracePeriodSeconds?: number;
  readonly node?: string;
  /** `gone`, `not-ready` or `ready`. */
  readonly nodeState?: string;
  readonly generation?: number;
  readonly observedGeneration?: number;
  /** The latest warning event of the object that is to blame. */
  readonly event?: { readonly reason: string; readonly message: string };
  /** The last lines of the container that ended, cleaned, oldest first. */
  readonly logs?: readonly string[];
  /** What was looked at without finding a cause, in Kubernetes' names: `deployments/web`, `pods`, `events`. */
  readonly lookedAt?: readonly string[];
  /** Arguments of the one command that would help most. */
  readonly command: readonly string[];
}

/** A diagnosis and whether waiting can mend it. What cannot heal fails at once, the rest when it stays unbroken. */
export interface Trouble {
  readonly heals: boolean;
  readonly diagnosis: Diagnosis;
  /** Object whose events explain it. */
  readonly involvedUid: string;
  /** Whose log explains it: of the container as it is, because it has just ended, or of the one before. */
  readonly log?: "present" | "previous";
}

/** Trouble that only somebody else, or time, can end: it is told, and left to the stall timeout. */
export const waitsForSomebody: ReadonlySet<Cause> = new Set<Cause>([
  "paused",
  "blocked-ordinal",
  "scheduling-gated",
  "probe",
  "terminating",
  "not-observed",
]);

/**
 * Pods that are refused. While others are made and get ready the rollout is slow and not stuck: a quota with room for one
 * new pod at a time refuses the next one until an old one has gone.
 */
export const brokenByProgress: ReadonlySet<Cause> = new Set<Cause>(["quota", "admission", "create-failed"]);

/** The first true cause first. */
export function inOrder(troubles: readonly Trouble[]): readonly Trouble[] {
  const place = ({ diagnosis }: Trouble) => causes.indexOf(diagnosis.cause);
  return [...troubles].sort((left, right) => place(left) - place(right));
}

/** A command line of kubectl about what is in the workload's namespace. */
export function kubectl(workload: Workload, words: readonly string[]): readonly string[] {
  return ["kubectl", "--context", workload.ref.cluster, "-n", workload.ref.namespace, ...words];
}

/** The command that tells most about the workload itself. */
export function describeWorkload(workload: Workload): readonly string[] {
  return kubectl(workload, ["describe", workload.ref.kind.toLowerCase(), workload.ref.name]);
}

/** Leaves out what is undefined, so that an absent fact is an absent field. */
export function facts(all: Readonly<Record<string, string | number | undefined>>): Partial<Diagnosis> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== ""));
}
