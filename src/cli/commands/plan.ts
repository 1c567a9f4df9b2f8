import { exitCodes } from "../../core/index.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { preparePlan } from "../prepare-plan.ts";
import { printForecast } from "../print/forecast.ts";
import { printPlan } from "../print/plan.ts";
import { reportProblems } from "../print/report.ts";
import { readPlanned } from "../read-selection.ts";

/**
 * `restart plan [TARGET…]`: what a restart would do and what stands in its way. Changes nothing. A plan with a block is
 * written all the same, with exit code 4.
 */
export async function planCommand(host: CliHost, given: Invocation): Promise<number> {
  const signal = AbortSignal.any(Object.values(host.signals));
  const read = await readPlanned(host, { ...given, dryRun: true }, signal);
  const { format } = read.invocation;
  const print = format === "text" || format === "wide" ? printForecast : printPlan;
  const prepared = await preparePlan(host, read, signal);
  if (prepared.type === "ready") {
    await print(host, read.invocation, prepared.plan);
    return exitCodes.healthy;
  }
  if (prepared.plan === undefined) return reportProblems(host, format, prepared.problems, prepared.exitCode);
  await print(host, read.invocation, prepared.plan);
  return reportProblems(host, "text", prepared.problems, prepared.exitCode);
}
