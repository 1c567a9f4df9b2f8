import type { WireReader } from "../../kube/wire.ts";
import type { Workload, WorkloadObject, WorkloadRef } from "../workload.ts";

/** The body of a restart and the content type that belongs to it. */
export interface RestartPatch {
  readonly contentType: string;
  readonly body: unknown;
}

/** Where a kind keeps the revisions of its pod template. */
export interface RevisionSource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly listKind: string;
  /** The revisions make the pods, own them and are warned about them; else the workload itself is and does. */
  readonly makePods: boolean;
}

/** Everything the core knows about one restartable kind. One file a kind; `index.ts` is the list. */
export interface WorkloadKind {
  readonly apiVersion: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** What the API calls a list of them. */
  readonly listKind: string;
  /** Plural, as in the URL. */
  readonly resource: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly revisions: RevisionSource;
  /** The label on pods that names their revision. */
  readonly revisionLabel: string;
  /**
   * For a kind whose restart keeps the revision: whether a pod of this age is one that the restart made. Both times are
   * the API server's.
   */
  readonly isRestarted?: (creationTimestamp: string, restartedAt: string) => boolean;
  /** The value is a time that its controller compares with the ages of pods: it is taken from the API server's clock. */
  readonly serverTime?: boolean;
  /** A custom resource: clusters without its definition have none of it. */
  readonly optional?: boolean;
  /** The command that lets a paused one go on; without it, that of `kubectl rollout resume`. */
  readonly resume?: (ref: WorkloadRef) => readonly string[];
  /** Its controller evicts pods, so disruption budgets hold it up. */
  readonly evicts?: boolean;
  /** In which order its pods are deleted, by name, when nobody but us replaces them; without it they are not. */
  readonly deletionOrder?: (left: string, right: string) => number;
  /** The body that restarts it. `uid`, when known, makes the API server refuse a re-created object. */
  readonly patch: (restartedAt: string, uid: string | undefined) => RestartPatch;
  readonly project: (object: WorkloadObject, cluster: string) => Workload;
  /** Reads what `project` needs of a list in the API server's binary encoding; a kind without it is listed as JSON. */
  readonly wire?: WireReader<unknown>;
  /** True when, by the workload's own status, its present generation has been rolled out. */
  readonly complete: (workload: Workload) => boolean;
  /** True while a rollout is under way; pods that flap after it are none. */
  readonly rolling: (workload: Workload) => boolean;
  /** One pod on each node that is meant: no count of its own to be zero, and no node where another pod takes over. */
  readonly perNode?: boolean;
  /** A new pod does not come before the old one whose place it takes is gone; without it they do not wait. */
  readonly awaitsOldPods?: (workload: Workload) => boolean;
  /** How many pods a restart replaces. */
  readonly affected: (workload: Workload) => number;
}
