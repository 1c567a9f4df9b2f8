import { missingAtOnce } from "../delete-pods.ts";
import type { WorkloadKind } from "../kinds/workload-kind.ts";
import type { Workload } from "../workload.ts";
import type { Finding, StateCheck } from "./finding.ts";

/** What the object's own spec says about a restart. */
export const state: StateCheck = {
  codes: [
    { code: "deleting", levels: ["block"], final: true },
    { code: "paused", levels: ["block"] },
    { code: "on-delete", levels: ["block"] },
    { code: "partition", levels: ["warn", "block"] },
    { code: "zero-replicas", levels: ["info"] },
  ],
  check: ({ kind, workload, deletePods }) =>
    deletePods ? replacedByUs(kind, workload) : stateFindings(kind, workload),
};

/** A restart during which nothing of the workload serves. */
export const downtime: StateCheck = {
  codes: [{ code: "downtime", levels: ["warn"] }],
  check: ({ kind, workload }) => downtimeFindings(kind, workload),
};

function stateFindings(kind: WorkloadKind, workload: Workload): readonly Finding[] {
  const findings: Finding[] = [];
  const { counts, partition } = workload;
  const say = (code: string, level: Finding["level"], evidence: Record<string, string> = {}) =>
    findings.push({ code, level, evidence });
  if (workload.deleting) say("deleting", "block");
  if (workload.paused) say("paused", "block", kind.resume ? { command: kind.resume(workload.ref).join(" ") } : {});
  if (workload.strategy === "OnDelete") say("on-delete", "block");
  if (kind.perNode !== true && counts.desired === 0) say("zero-replicas", "info");
  else if (partition > 0) {
    const affected = kind.affected(workload);
    say("partition", affected === 0 ? "block" : "warn", {
      partition: String(partition),
      replicas: String(counts.desired),
      affected: String(affected),
    });
  }
  return findings;
}

/** When its pods are deleted by us it is no block, and worth a word. */
function replacedByUs(kind: WorkloadKind, workload: Workload): readonly Finding[] {
  const evidence = { pods: String(kind.affected(workload)), atOnce: String(missingAtOnce(workload)) };
  return stateFindings(kind, workload).map((finding) =>
    finding.code === "on-delete" ? { ...finding, level: "warn", evidence } : finding,
  );
}

function downtimeFindings(kind: WorkloadKind, workload: Workload): readonly Finding[] {
  const { counts, strategy, maxSurge, maxUnavailable } = workload;
  if (kind.perNode === true || counts.desired === 0) return [];
  if (strategy === "Recreate") return [{ code: "downtime", level: "warn", evidence: { why: "recreate" } }];
  const losesAll = maxSurge === 0 && (maxUnavailable ?? 0) >= counts.desired;
  return losesAll ? [{ code: "downtime", level: "warn", evidence: { why: "singleton" } }] : [];
}
