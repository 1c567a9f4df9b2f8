import type { KubeApi } from "../../kube/cluster.ts";
import type { FoundWorkload } from "../found-workload.ts";
import type { ClusterFacts, NamespaceFacts, Read } from "./facts.ts";

/** How much a finding weighs: `block` refuses the target unless it is allowed. */
export type FindingLevel = "info" | "warn" | "block";

/** One preflight fact about one workload. */
export interface Finding {
  readonly code: string;
  readonly level: FindingLevel;
  /** Facts for the sentence that a surface makes, several names separated by commas; cleaned, never secrets. */
  readonly evidence: Readonly<Record<string, string>>;
}

/** A finding's code with the levels that it has by default, the usual one first. */
export interface FindingCode {
  readonly code: string;
  readonly levels: readonly FindingLevel[];
  /** No `--allow` lowers it, because the API server or the kind itself refuses. */
  readonly final?: true;
  /** As a note it is for who asks for the plan, not for every run. */
  readonly aside?: true;
}

/** What the object says, and whether its pods would be deleted by us where nobody else replaces them. */
export interface StateSubject extends Pick<FoundWorkload, "kind" | "workload"> {
  readonly deletePods: boolean;
}

/** A check of what the object itself says: it asks the cluster nothing. */
export interface StateCheck {
  readonly codes: readonly FindingCode[];
  readonly check: (seen: StateSubject) => readonly Finding[];
}

/** What a check that asks the cluster is given. */
export interface Subject {
  readonly api: KubeApi;
  readonly found: FoundWorkload;
  readonly cluster: ClusterFacts;
  readonly namespace: NamespaceFacts;
  /** `T0` of the planned restart. */
  readonly restartedAt: string;
  readonly fieldManager: string;
  /** The run deletes the old pods itself. */
  readonly deletePods: boolean;
  /** The rollout will be followed. */
  readonly wait: boolean;
  readonly signal: AbortSignal | undefined;
  /** The value that was read; undefined when it may not be read, which the finding `unknown` then says. */
  readonly ask: <T>(read: Promise<Read<T>>) => Promise<T | undefined>;
}

/** A check that asks the cluster. It changes nothing, and rejects only for what is not about this target. */
export interface ClusterCheck {
  readonly codes: readonly FindingCode[];
  readonly check: (subject: Subject) => Promise<readonly Finding[]>;
}
