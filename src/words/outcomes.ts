import type { Outcome, RunEvent } from "../core/index.ts";
import { diagnosisPhrase, evidenceLines } from "./diagnosis.ts";
import { formatDuration } from "./duration.ts";
import { findingSentence } from "./findings.ts";
import { commandLine, count, objectName } from "./names.ts";
import { deadlineLine } from "./rollout-lines.ts";

export type Finished = RunEvent & { readonly type: "target.finished" };

/** The words for an outcome in a summary. */
export const outcomeWords: Readonly<Record<Outcome, string>> = {
  healthy: "healthy",
  requested: "requested",
  failed: "failed",
  stalled: "stalled",
  superseded: "superseded",
  reverted: "reverted",
  deleted: "deleted",
  "re-created": "re-created",
  aborted: "aborted",
  lost: "lost",
  locked: "locked",
  "outside-window": "outside its window",
  drifted: "changed since the plan",
  blocked: "blocked",
  skipped: "skipped",
  "not-started": "not started",
  interrupted: "interrupted",
};

/** `healthy in 3.2 s: 3 pods replaced, at least 2 of 3 ready, 1 old pod still terminating, expected 5 s`. */
export function receipt({ seconds, progress, terminating = 0, lowestReady, forecast }: Finished): string {
  const { desired = 0, partition = 0, updated = 0, newPodsReady } = progress ?? {};
  const replaced = newPodsReady ?? updated;
  const pods =
    desired === 0
      ? "no pods to replace"
      : partition > 0
        ? `${replaced} of ${count(desired, "pod")} replaced`
        : `${count(replaced, "pod")} replaced`;
  const going = terminating > 0 ? `, ${count(terminating, "old pod")} still terminating` : "";
  const expected = forecast?.seconds === undefined ? "" : `, expected ${formatDuration(forecast.seconds * 1000)}`;
  // Nothing was missed when as many served as ever: the word is for what was worse than that.
  const low =
    lowestReady === undefined || lowestReady >= desired ? "" : `, at least ${lowestReady} of ${desired} ready`;
  const worse = low !== "" && forecast !== undefined && (lowestReady ?? 0) < forecast.lowestReady;
  const instead = worse ? ` instead of ${forecast.lowestReady}` : "";
  return `healthy in ${formatDuration(seconds * 1000)}: ${pods}${low}${instead}${going}${expected}`;
}

/** `2 workloads in 40 s: 1 healthy, 1 failed`. */
export function runSummary({ outcomes, seconds }: RunEvent & { readonly type: "run.finished" }): string {
  const entries = Object.entries(outcomes) as readonly (readonly [keyof typeof outcomeWords, number])[];
  const total = entries.reduce((sum, [, number]) => sum + number, 0);
  const words = entries.map(([outcome, number]) => `${number} ${outcomeWords[outcome]}`);
  return `${count(total, "workload")} in ${formatDuration(seconds * 1000)}: ${words.join(", ")}`;
}

/**
 * Why a target did not end well, and what would help: one sentence and its evidence, a line each. `kubeconfigs` are the
 * files that were named on the command line; of a log at most `logLines` are shown.
 */
export function failureLines(event: Finished, kubeconfigs: readonly string[], logLines = 20): readonly string[] {
  const name = objectName({ ...event.target, name: event.target.metadata.name });
  const left = event.outcome === "blocked" ? [] : (event.findings ?? []);
  return [
    ...outcomeLines(event, kubeconfigs, logLines),
    ...left.map((finding) => `  ${findingSentence(finding, name)}`),
  ];
}

function outcomeLines(event: Finished, kubeconfigs: readonly string[], logLines: number): readonly string[] {
  const { target, outcome, seconds, diagnosis, error, by } = event;
  const name = objectName({ ...target, name: target.metadata.name });
  const after = seconds > 0 ? ` after ${formatDuration(seconds * 1000)}` : "";
  const writer = by === undefined ? "somebody" : by;
  const because = error === undefined ? "" : `: ${error.message}`;
  switch (outcome) {
    case "failed":
    case "stalled": {
      if (diagnosis === undefined) {
        // Nobody could look any more.
        const late = outcome === "stalled" && because === "" ? ": out of time" : because;
        return [`error: ${name} ${outcome}${after}${late}`];
      }
      const deadline =
        diagnosis.cause === "progress-deadline" ? [`error: ${deadlineLine(target.kind, target.metadata.name)}`] : [];
      return [
        ...deadline,
        `error: ${name} ${outcome}${after}: ${diagnosisPhrase(diagnosis)}`,
        ...evidenceLines(diagnosis, kubeconfigs, logLines),
      ];
    }
    case "superseded":
      return [`error: ${writer} changed the pod template of ${name}${after}: this restart is superseded`];
    case "reverted":
      return [`error: ${writer} took the restart of ${name} back${after}`];
    case "deleted":
      return [`error: ${name} was deleted${after}${because}`];
    case "re-created":
      return [`error: ${name} was deleted and made anew${after}`];
    case "lost":
      return [`error: the cluster of ${name} was lost${after}${because}`, ...comeBack(event, kubeconfigs)];
    case "interrupted":
      return [`interrupted: what ${name} has begun goes on in the cluster`, ...comeBack(event, kubeconfigs)];
    case "not-started":
      return [`not started: ${name}`];
    case "drifted":
      return [`error: ${name} is not as it was planned${because}: nothing was changed`];
    case "blocked":
      return [`error: ${name} was refused${because}`];
    default:
      return [`error: ${name}: ${outcomeWords[outcome]}${because}`];
  }
}

function comeBack({ target }: Finished, kubeconfigs: readonly string[]): readonly string[] {
  const { namespace, name } = target.metadata;
  const words = [
    "restart",
    "status",
    `${target.kind.toLowerCase()}/${name}`,
    "-n",
    namespace,
    "--context",
    target.cluster,
    ...kubeconfigs.flatMap((file) => ["--kubeconfig", file]),
  ];
  return [`  to see how it ends: ${commandLine(words)}`];
}
