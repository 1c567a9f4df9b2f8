import type { FindingLevel } from "./finding.ts";

/** A finding's code with the level it has by default, where there is one; the levels of some depend on what was found. */
export interface FindingCode {
  readonly code: string;
  readonly levels: readonly FindingLevel[];
}

/** Every finding there is. `restart explain` and completion read this list. */
export const findingCodes: readonly FindingCode[] = [
  { code: "not-restartable", levels: ["block"] },
  { code: "deleting", levels: ["block"] },
  { code: "paused", levels: ["block"] },
  { code: "on-delete", levels: ["block"] },
  { code: "operator-owned", levels: ["block"] },
  { code: "rollout-in-progress", levels: ["block", "warn"] },
  { code: "no-permission", levels: ["block"] },
  { code: "admission", levels: ["block"] },
  { code: "no-watch", levels: ["block"] },
  { code: "partition", levels: ["warn", "block"] },
  { code: "downtime", levels: ["warn"] },
  { code: "zero-replicas", levels: ["info"] },
  { code: "identity-unverified", levels: ["info"] },
];

/** Findings that no `--allow` lowers, because the API server or the kind itself refuses. */
export const finalFindings: ReadonlySet<string> = new Set([
  "not-restartable",
  "deleting",
  "no-permission",
  "admission",
  "no-watch",
]);
