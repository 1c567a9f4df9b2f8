/** How much a finding weighs: `block` refuses the target unless it is allowed. */
export type FindingLevel = "info" | "warn" | "block";

/** One preflight fact about one workload. */
export interface Finding {
  readonly code: string;
  readonly level: FindingLevel;
  /** Facts for the sentence that a surface makes; cleaned, never secrets. */
  readonly evidence: Readonly<Record<string, string>>;
}
