import {
  deadlineTrouble,
  type EventBody,
  eventTarget,
  exitCodes,
  followRollout,
  type Outcome,
  progressOf,
  RestartError,
  type RunEvent,
  rolloutEvent,
  runExitCode,
  toSeconds,
  type Workload,
} from "../../core/index.ts";
import { cleaned, toJson } from "../../words/clean.ts";
import { deadlineLine, doneLine, waitingLine } from "../../words/rollout-lines.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { type Candidate, findTargets } from "../find-targets.ts";
import { nothingFound } from "../nothing-found.ts";
import { openClusters } from "../open-clusters.ts";
import { printDocument } from "../print/document.ts";
import { createProgressPrinter } from "../print/progress.ts";
import { reportProblems } from "../print/report.ts";
import type { Problem } from "../problem.ts";
import { readSelection } from "../read-selection.ts";

/** `restart status TARGET…`: follows rollouts that anyone has started, one after the other. Resolves with the exit code. */
export async function statusCommand(host: CliHost, given: Invocation): Promise<number> {
  const { format } = given;
  const leave = AbortSignal.any(Object.values(host.signals));
  const { selection, invocation } = await readSelection(host, given, leave);
  const other = selection.items.find(({ type }) => !type.restartable);
  if (other !== undefined) throw new RestartError("Blocked", `a ${other.type.kind.kind} has no rollout to follow`);
  const clusters = await openClusters(host, invocation);
  const { candidates, missing, notes, seen } = await findTargets(clusters, selection, invocation, leave);
  for (const note of notes) await host.streams.err(`${cleaned(note)}\n`);
  if (missing.length > 0) return reportProblems(host, format, missing, exitCodes.nothingMatched);
  if (candidates.length === 0) {
    const entries = clusters.map(({ entry }) => entry);
    return reportProblems(host, format, [nothingFound(entries, invocation, selection, seen)], exitCodes.nothingMatched);
  }
  const byHand = candidates.flatMap(({ found }) => (found.type === "found" ? handProblems(found.item.workload) : []));
  if (byHand.length > 0) return reportProblems(host, format, byHand, exitCodes.blocked);
  return invocation.wait ? follow(host, invocation, candidates, leave) : look(host, invocation, candidates);
}

/** kubectl's refusal (kubectl pkg/polymorphichelpers/rollout_status.go): nothing rolls that is replaced by hand. */
function handProblems({ ref, strategy }: Workload): readonly Problem[] {
  if (strategy !== "OnDelete") return [];
  const error = new RestartError("Blocked", "rollout status is only available for RollingUpdate strategy type");
  return [{ error, target: eventTarget({ ref, clusterUid: "" }) }];
}

/** The present line of each, and no more: exit 0 as kubectl's --watch=false, but where kubectl calls it failed. */
async function look(host: CliHost, { format }: Invocation, candidates: readonly Candidate[]): Promise<number> {
  const looked = candidates.map(({ found }) => {
    if (found.type !== "found") throw found.error;
    const { workload, kind } = found.item;
    const progress = progressOf(workload, workload.generation);
    const { kind: name } = workload.ref;
    const failed = progress.observed && deadlineTrouble(workload) !== undefined;
    const line = failed
      ? deadlineLine(name, workload.ref.name)
      : (waitingLine(name, workload.ref.name, progress) ?? doneLine(name, workload.ref.name, progress));
    const target = eventTarget({ ref: workload.ref, clusterUid: "" });
    return { failed, item: { target, progress, complete: kind.complete(workload), line } };
  });
  const exitCode = looked.some(({ failed }) => failed) ? exitCodes.halted : exitCodes.healthy;
  const items = looked.map(({ item }) => item);
  const lines = (failed: boolean, prefix: string): string =>
    looked
      .flatMap(({ item, ...other }) => (other.failed === failed ? [`${prefix}${cleaned(item.line)}\n`] : []))
      .join("");
  if (format === "text") await host.streams.out(lines(false, ""));
  else if (format === "jsonl") await host.streams.out(items.map((item) => `${toJson(item)}\n`).join(""));
  else await printDocument(host, format, { schema: "restart/v1", kind: "RolloutList", exitCode, items });
  await host.streams.err(lines(true, "error: "));
  return exitCode;
}

async function follow(
  host: CliHost,
  invocation: Invocation,
  candidates: readonly Candidate[],
  leave: AbortSignal,
): Promise<number> {
  const { format, stallTimeout, failAfter, timeout, waitTerminated } = invocation;
  const { clock, streams } = host;
  const printer = createProgressPrinter(host, invocation, {
    targets: candidates.map(({ found }) =>
      eventTarget({ ref: found.type === "found" ? found.item.workload.ref : found.ref, clusterUid: "" }),
    ),
    receipts: false,
  });
  const outcomes: Outcome[] = [];
  const items: EventBody[] = [];
  let seq = 0;
  const end = timeout === undefined ? undefined : clock.now() + timeout;
  for (const { cluster, found } of candidates) {
    if (found.type !== "found") throw found.error;
    const { kind, workload } = found.item;
    const named = eventTarget({ ref: workload.ref, clusterUid: "" });
    const started = clock.now();
    const target = {
      kind,
      workload,
      generation: workload.generation,
      restartedAt: undefined,
      previousRestartedAt: undefined,
      template: undefined,
      staleDeadline: false,
    };
    // kubectl gives it to each, so that several may take several times as long.
    const left = end === undefined ? undefined : Math.max(0, end - started);
    const limits = { stallTimeout, failAfter, timeout: left, waitTerminated };
    for await (const step of followRollout(cluster.api, target, limits, leave)) {
      const body = rolloutEvent(step, named, toSeconds(clock.now() - started));
      seq += 1;
      const time = new Date(clock.now()).toISOString();
      const event: RunEvent = { schema: "restart/v1", seq, time, run: "", ...body };
      if (format === "jsonl") await streams.out(`${toJson(event)}\n`);
      await printer.event(event);
      if (body.type !== "target.finished") continue;
      outcomes.push(body.outcome);
      items.push(body);
    }
    if (leave.aborted) break;
  }
  await printer.close();
  const exitCode = runExitCode(outcomes);
  if (format === "json" || format === "yaml") {
    await printDocument(host, format, { schema: "restart/v1", kind: "RolloutList", exitCode, items });
  }
  return exitCode;
}
