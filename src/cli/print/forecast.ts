import type { Plan, PlanTarget } from "../../core/index.ts";
import { cleaned } from "../../words/clean.ts";
import { formatDuration } from "../../words/duration.ts";
import { findingSentence } from "../../words/findings.ts";
import { durationWords, strategyWords } from "../../words/forecast.ts";
import { count, objectName } from "../../words/names.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { formatTable } from "./table.ts";

/** Shows a plan as a table of what is expected, the findings below it, and their sum. */
export async function printForecast(host: CliHost, { format }: Invocation, plan: Plan): Promise<void> {
  const targets = cleaned(plan.targets);
  const findings = targets.flatMap((target) => findingLines(target, format === "wide"));
  const parts = [table(targets), findings.map((line) => `${line}\n`).join(""), `${summary(targets)}\n`];
  await host.streams.out(parts.filter((part) => part !== "").join("\n"));
}

function table(targets: readonly PlanTarget[]): string {
  const several = new Set(targets.map(({ ref }) => ref.cluster)).size > 1;
  const header = ["NAMESPACE", "NAME", "PODS", "FEWEST READY", "HOW", "TIME", "FINDINGS"];
  const rows = targets.map(({ ref, strategy, forecast, affected, replicas, findings }) => [
    ref.namespace,
    objectName(ref),
    affected === replicas ? String(affected) : `${affected}/${replicas}`,
    forecast === undefined ? "?" : `${forecast.lowestReady}/${replicas}`,
    strategyWords(strategy, forecast),
    forecast === undefined ? "unknown" : durationWords(forecast),
    findingCounts(findings),
  ]);
  if (!several) return formatTable(header, rows);
  return formatTable(
    ["CLUSTER", ...header],
    rows.map((row, index) => [targets[index]?.ref.cluster ?? "", ...row]),
  );
}

function findingCounts(findings: PlanTarget["findings"]): string {
  const words = (["block", "warn", "info"] as const).flatMap((level) => {
    const number = findings.filter((finding) => finding.level === level).length;
    return number === 0 ? [] : [`${number} ${level}`];
  });
  return words.length === 0 ? "none" : words.join(", ");
}

/** Notes are for who asks for them: a plan of hundreds would drown in them. */
function findingLines({ ref, findings }: PlanTarget, notes: boolean): readonly string[] {
  return findings
    .filter(({ level }) => notes || level !== "info")
    .map((finding) => `${finding.level} ${finding.code}: ${findingSentence(finding, objectName(ref))}`);
}

function summary(targets: readonly PlanTarget[]): string {
  const pods = targets.reduce((sum, { affected }) => sum + affected, 0);
  const blocked = targets.filter(({ findings }) => findings.some(({ level }) => level === "block")).length;
  const seconds = targets.map(({ forecast }) => forecast?.seconds);
  const known = seconds.filter((value) => value !== undefined);
  const total = known.reduce((sum, value) => sum + value, 0);
  const time =
    known.length === 0
      ? "time unknown"
      : `about ${formatDuration(total * 1000)} one after the other${known.length < seconds.length ? `, ${seconds.length - known.length} of them unknown` : ""}`;
  const refused = blocked === 0 ? "" : `; ${blocked} blocked`;
  return `${count(targets.length, "workload")}, ${count(pods, "pod")}, ${time}${refused}`;
}
