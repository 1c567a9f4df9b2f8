import type { WorkloadKind } from "../kinds/workload-kind.ts";
import type { Workload } from "../workload.ts";
import type { Finding } from "./finding.ts";

/** What the object's own spec says about a restart: nothing here asks the cluster again. */
export function stateFindings(kind: WorkloadKind, workload: Workload): readonly Finding[] {
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

// Controllers that this tool restarts itself; everything else that owns a workload would put the template back.
const ownGroups = new Set(["apps", "argoproj.io"]);

/** A workload that an operator owns: the operator rebuilds the template, which looks like a finished restart. */
export function ownerFindings({ owner }: Workload): readonly Finding[] {
  if (owner === undefined || ownGroups.has(owner.apiVersion.split("/")[0] ?? "")) return [];
  return [{ code: "operator-owned", level: "block", evidence: { ...owner } }];
}

/** A restart during which nothing of the workload serves. */
export function downtimeFindings(kind: WorkloadKind, workload: Workload): readonly Finding[] {
  const { counts, strategy, maxSurge, maxUnavailable } = workload;
  if (kind.perNode === true || counts.desired === 0) return [];
  if (strategy === "Recreate") return [{ code: "downtime", level: "warn", evidence: { why: "recreate" } }];
  const losesAll = maxSurge === 0 && (maxUnavailable ?? 0) >= counts.desired;
  return losesAll ? [{ code: "downtime", level: "warn", evidence: { why: "singleton" } }] : [];
}
