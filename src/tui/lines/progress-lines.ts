import { type ClusterEntry, protectionOf } from "../../core/index.ts";
import { cleaned } from "../../words/clean.ts";
import { diagnosisPhrase } from "../../words/diagnosis.ts";
import { formatAge, formatDuration } from "../../words/duration.ts";
import { count, listed } from "../../words/names.ts";
import { failureLines, outcomeWords, receipt, runSummary } from "../../words/outcomes.ts";
import {
  cursorOf,
  failedTargets,
  isGood,
  isOver,
  type PodState,
  type RunPod,
  type RunsState,
  type RunTarget,
  type RunView,
  shownRun,
  unsentTargets,
} from "../state/runs-state.ts";
import { type Line, labelled, shorten, type Tone } from "./line.ts";

/** What the progress screen is drawn with. */
export interface ProgressLook {
  readonly columns: number;
  readonly rows: number;
  readonly now: number;
  readonly ascii: boolean;
  readonly entries: readonly ClusterEntry[];
}

/** The run that is shown: its head, and as many of its targets as fit around the cursor, that one with its pods. */
export function progressLines(runs: RunsState, look: ProgressLook): readonly Line[] {
  const run = shownRun(runs);
  if (run === undefined) return [{ text: " Nothing was restarted yet." }];
  const head = headLines(run, look);
  const foot = footLines(run, runs, look);
  const room = Math.max(0, look.rows - head.length - foot.length);
  const cursor = cursorOf(runs, run);
  const blocks = run.targets.map((target, index) =>
    targetLines(run, target, index === cursor && run.targets.length > 1, index === cursor, look),
  );
  return [...head, ...fitted(blocks, cursor, room), ...foot];
}

/** The blocks around the cursor; its own is shown whole if it can be. */
function fitted(blocks: readonly (readonly Line[])[], cursor: number, room: number): readonly Line[] {
  const lines = blocks.flat();
  const before = blocks.slice(0, cursor).reduce((sum, block) => sum + block.length, 0);
  const own = blocks[cursor]?.length ?? 0;
  const start = Math.max(0, Math.min(before, Math.max(before + own - room, 0), lines.length - 1));
  const shown = lines.slice(start, start + room);
  return [...shown, ...Array.from({ length: room - shown.length }, () => ({ text: "" }))];
}

/** Rows below which there is no room for what can be missed. */
const small = 10;

function headLines(run: RunView, { columns, rows, now, entries }: ProgressLook): readonly Line[] {
  const clusters = [...new Set(run.targets.map(({ target }) => target.cluster))].map((name) => {
    const entry = entries.find((candidate) => candidate.name === name);
    return cleaned(`${name}${entry !== undefined && protectionOf(entry) !== undefined ? " (PROD)" : ""}`);
  });
  const done = run.targets.filter(({ finished }) => finished !== undefined).length;
  const time = (run.finishedAt ?? now) - run.startedAt;
  const spent = isOver(run) ? `took ${formatDuration(time)}` : `elapsed ${formatAge(time)}`;
  const lost = [...run.lost].flatMap(([cluster, message]) =>
    labelled(" ", `${cluster} does not answer: ${message}; waiting for it`, columns - 1, "caution"),
  );
  const stopping: readonly Line[] =
    !isOver(run) && (run.state.draining || run.drainAsked)
      ? [{ text: " Stopping: nothing new is started, what is in flight is followed.", tone: "caution" }]
      : [];
  return [
    ...labelled(
      " ",
      `Restart on ${listed(clusters)}   ${done} of ${run.targets.length} done   ${spent}`,
      columns - 1,
      "strong",
    ),
    ...(rows < small ? [] : [{ text: ` run ${run.id}`, tone: "dim" as const }]),
    ...lost,
    ...stopping,
    ...(rows < small ? [] : [{ text: "" }]),
  ];
}

function footLines(run: RunView, { question }: RunsState, { columns }: ProgressLook): readonly Line[] {
  if (question === "drain") {
    const left = unsentTargets(run).length;
    const goes =
      left === 0
        ? "Nothing is left to start; stop following? What was sent goes on in the cluster."
        : `Start nothing new? ${count(left, "workload")} not yet started will not be restarted; what was sent goes on.`;
    return [{ text: "" }, ...labelled(" ", `${goes}  y yes   n or esc no`, columns - 1, "caution")];
  }
  if (run.error !== undefined) {
    return [
      { text: "" },
      ...labelled(" ", `The run cannot be followed any more: ${run.error.message}`, columns - 1, "bad"),
    ];
  }
  if (run.finished === undefined) return [];
  const bad = failedTargets(run).length > 0;
  return [{ text: "" }, ...labelled(" ", runSummary(run.finished), columns - 1, bad ? "bad" : "good")];
}

/** Where a target is, in a word. */
export function targetWord(run: RunView, target: RunTarget): string {
  if (target.finished !== undefined) {
    return target.finished.outcome === "drifted" ? "drifted" : outcomeWords[target.finished.outcome];
  }
  if (target.startedAt === undefined) return run.state.draining || run.drainAsked ? "held" : "waiting";
  if (run.lost.has(target.target.cluster)) return "lost";
  const state = run.state.targets.get(target.key);
  if (state === undefined || state.state === "intent") return target.retry === undefined ? "sending" : "retrying";
  const { progress } = state;
  if (progress === undefined) return state.state === "observed" ? "observed" : "accepted";
  const { newPodsReady = progress.updated, desired, partition, oldPods = 0 } = progress;
  return newPodsReady >= desired - partition && oldPods === 0 ? "settling" : "replacing";
}

function targetLines(
  run: RunView,
  target: RunTarget,
  marked: boolean,
  open: boolean,
  look: ProgressLook,
): readonly Line[] {
  const { finished } = target;
  const word = targetWord(run, target);
  const tone = targetTone(run, target);
  const { columns, now, ascii } = look;
  const name = cleaned(placedName(target));
  const room = columns - 1 - 14;
  const candidates = finished === undefined ? flightFacts(run, target, now, ascii) : endFacts(target);
  const fitting = candidates.find((words) => name.length + 2 + words.length <= room);
  const facts = fitting ?? candidates[0] ?? "";
  const toned = tone === undefined ? {} : { tone };
  const first = `${marked ? ">" : " "}${word.padEnd(13)}`;
  // A name is spelled out, if need be on a line of its own.
  const rows: readonly Line[] =
    fitting === undefined
      ? [
          { text: `${first}${facts}`, ...toned },
          { text: `   ${shorten(name, columns - 4, ascii)}`, ...toned },
        ]
      : [{ text: `${first}${name}${facts === "" ? "" : `  ${facts}`}`, ...toned }];
  const trouble = troubleLines(run, target, look);
  if (!open) return [...rows, ...trouble.slice(0, 1)];
  if (finished?.outcome === "healthy") {
    const { length } = facts;
    return candidates[0]?.length === length
      ? rows
      : [...rows, ...labelled("   ", receipt(finished), columns - 1, "good")];
  }
  return [...rows, ...countLines(run, target), ...podLines(target, look), ...trouble];
}

function targetTone(run: RunView, { finished, key }: RunTarget): Tone | undefined {
  if (finished === undefined) return run.state.targets.get(key)?.warning === undefined ? undefined : "caution";
  if (isGood(finished.outcome)) return "good";
  return finished.outcome === "not-started" ? "dim" : "bad";
}

/** What a row says of a target in flight, from the fullest to the shortest. */
function flightFacts(run: RunView, target: RunTarget, now: number, ascii: boolean): readonly string[] {
  if (target.startedAt === undefined) return [count(target.planned.affected, "pod")];
  const progress = run.state.targets.get(target.key)?.progress;
  const age = formatAge(now - target.startedAt);
  if (progress === undefined) return [age];
  const wanted = progress.desired - progress.partition;
  const { newPodsReady = progress.updated } = progress;
  const done = `${newPodsReady}/${wanted} new`;
  return [`${bar(newPodsReady, wanted, ascii)} ${done}  ${age}`, `${done}  ${age}`];
}

/** `1 of 3 new pods ready, 2 old pods serving`. */
function countLines(run: RunView, { key, finished }: RunTarget): readonly Line[] {
  const progress = run.state.targets.get(key)?.progress;
  if (finished !== undefined || progress?.newPodsReady === undefined) return [];
  const { desired, partition, newPodsReady, oldPods = 0, terminatingPods = 0 } = progress;
  const words = [
    `${newPodsReady} of ${count(desired - partition, "new pod")} ready`,
    ...(oldPods > 0 ? [`${count(oldPods, "old pod")} serving`] : []),
    ...(terminatingPods > 0 ? [`${terminatingPods} terminating`] : []),
  ];
  return [{ text: `   ${words.join(", ")}`, tone: "dim" }];
}

function placedName({ target: { kind, metadata } }: RunTarget): string {
  return `${kind.toLowerCase()}/${metadata.name} in ${metadata.namespace}`;
}

/** Ten steps: `[######----]`. */
export function bar(done: number, wanted: number, ascii: boolean): string {
  const filled = wanted <= 0 ? 10 : Math.min(10, Math.floor((done / wanted) * 10));
  return `[${(ascii ? "#" : "█").repeat(filled)}${(ascii ? "-" : "░").repeat(10 - filled)}]`;
}

function endFacts({ finished }: RunTarget): readonly string[] {
  if (finished === undefined || finished.seconds === 0) return [""];
  const duration = formatDuration(finished.seconds * 1000);
  return finished.outcome === "healthy"
    ? [receipt(finished).replace(/^healthy /, ""), `in ${duration}`]
    : [`after ${duration}`];
}

const podWords: Readonly<Record<PodState, string>> = {
  created: "created",
  scheduled: "scheduled",
  started: "started",
  ready: "ready",
  unready: "not ready",
  terminating: "terminating",
  gone: "gone",
};

function podLines({ pods, finished }: RunTarget, { now, columns, ascii }: ProgressLook): readonly Line[] {
  const inOrder = [...pods.values()].sort(
    (one, other) => Number(other.revision === "new") - Number(one.revision === "new"),
  );
  const width = Math.min(columns - 38, Math.max(0, ...inOrder.map(({ name }) => name.length)));
  return inOrder.map((pod: RunPod) => ({
    text: `   ${pod.revision === "new" ? "NEW" : "OLD"}  ${shorten(pod.name, width, ascii).padEnd(width)}  ${podWords[pod.state].padEnd(11)}  ${
      finished === undefined ? formatAge(Math.max(0, now - pod.since)) : ""
    }`.trimEnd(),
    ...(pod.state === "ready" ? { tone: "good" as const } : pod.revision === "old" ? { tone: "dim" as const } : {}),
  }));
}

/** Why it does not move, or why it did not end well. */
function troubleLines(run: RunView, target: RunTarget, { columns }: ProgressLook): readonly Line[] {
  const { finished, retry } = target;
  if (finished === undefined) {
    const warning = run.state.targets.get(target.key)?.warning;
    return [
      ...(retry === undefined
        ? []
        : labelled("   ", `no answer (${retry.error.message}); looking whether it arrived`, columns - 1, "caution")),
      ...(warning === undefined ? [] : labelled("   ", diagnosisPhrase(warning), columns - 1, "caution")),
    ];
  }
  if (isGood(finished.outcome) || finished.outcome === "not-started") return [];
  // The whole log is a key away.
  return failureLines(finished, [], 4).flatMap((line) =>
    labelled("   ", line.replace(/^error: /, "").trim(), columns - 1, "bad"),
  );
}
