import { findKind, type PodRow, rolloutPhase, type Workload, type WorkloadView } from "../../core/index.ts";
import { cleaned } from "../../words/clean.ts";
import { count, objectName } from "../../words/names.ts";
import { phaseWords } from "../../words/rollout-phase.ts";
import type { DetailState } from "../state/detail-state.ts";
import { type Line, labelled } from "./line.ts";
import { type DetailLook, podColumns, podHead, podLine, readyCount } from "./pods-lines.ts";
import { shortAge } from "./short-age.ts";
import { sourceLines } from "./source-lines.ts";

/** All there is to see of one workload, from its counts to its events. */
export function detailLines(detail: DetailState, look: DetailLook): readonly Line[] {
  const { view, ref, error } = detail;
  const { columns, now } = look;
  const title = cleaned(`${objectName(ref)} in ${ref.namespace} on ${ref.cluster}`);
  if (error !== undefined) {
    return [...labelled(" ", title, columns - 1, "strong"), ...labelled(" ", error.message, columns - 1, "bad")];
  }
  if (view === undefined)
    return [...labelled(" ", title, columns - 1, "strong"), { text: " reading ...", tone: "dim" }];
  const workload = view.workload === undefined ? undefined : cleaned(view.workload);
  const state = view.gone ? "gone" : workload === undefined ? "" : phaseWords(rolloutPhase(kindOf(workload), workload));
  return [
    ...labelled(" ", [title, state].filter(Boolean).join("   "), columns - 1, "strong"),
    ...sourceLines("workload", view.source.workload, now, columns),
    ...(workload === undefined ? [] : factLines(workload, columns, now)),
    ...revisionLines(view, look),
    ...conditionLines(view, columns),
    ...eventLines(view, columns, now),
  ];
}

/** The part of the details that is in sight. */
export function detailWindow(detail: DetailState, look: DetailLook): readonly Line[] {
  const lines = detailLines(detail, look);
  const start = Math.min(detail.scroll, Math.max(0, lines.length - look.rows));
  return lines.slice(start, start + look.rows);
}

function kindOf({ ref }: Workload) {
  return findKind(ref.apiVersion, ref.kind);
}

function factLines(workload: Workload, columns: number, now: number): readonly Line[] {
  const { counts, strategy, maxSurge, maxUnavailable, partition, restartedAt, owner, images } = workload;
  const limits = [
    ...(maxSurge === undefined ? [] : [`surge ${maxSurge}`]),
    ...(maxUnavailable === undefined ? [] : [`unavailable ${maxUnavailable}`]),
    ...(partition > 0 ? [`partition ${partition}`] : []),
  ];
  const restarted = restartedAt === undefined ? NaN : Date.parse(restartedAt);
  const age = Number.isNaN(restarted) ? "" : ` (${shortAge(now - restarted)} ago)`;
  const facts: readonly (readonly [string, string])[] = [
    [
      " Pods       ",
      `${counts.desired} wanted, ${counts.ready} ready, ${counts.updated} of the new revision, ${counts.available} available`,
    ],
    [" Strategy   ", `${strategy}${limits.length === 0 ? "" : ` (${limits.join(", ")})`}`],
    [" Restarted  ", restartedAt === undefined ? "never" : `${restartedAt}${age}`],
    [" Owner      ", owner === undefined ? "nobody" : `${owner.kind}/${owner.name}`],
    [` ${images.length === 1 ? "Image " : "Images"}     `, images.join(", ")],
  ];
  return facts.flatMap(([label, text]) => labelled(label, text, columns - 1));
}

/** Pods of one revision among the details; the screen of the pods has them all. */
const mostPods = 8;

function shownPods(pods: readonly PodRow[]): readonly PodRow[] {
  return [...pods.filter(({ ready }) => !ready), ...pods.filter(({ ready }) => ready)].slice(0, mostPods);
}

function revisionLines({ pods, source }: WorkloadView, look: DetailLook): readonly Line[] {
  const { columns, now } = look;
  const groups = Map.groupBy(
    pods,
    ({ isNew, revision }) => `${isNew ? "NEW" : "OLD"} revision ${revision || "unknown"}`,
  );
  const widths = podColumns(pods, columns);
  const rows = [...groups].flatMap(([name, members]): readonly Line[] => [
    { text: ` ${name}: ${count(members.length, "pod")}, ${readyCount(members)} ready`, tone: "strong" },
    ...shownPods(members).map((pod) => podLine(pod, widths, look, " ")),
    ...(members.length > mostPods
      ? [{ text: `  and ${members.length - mostPods} more: p shows all`, tone: "dim" as const }]
      : []),
  ]);
  const head: readonly Line[] = pods.length === 0 ? [] : [{ text: podHead(widths), tone: "dim" }];
  const none: readonly Line[] = pods.length === 0 && source.pods.state === "live" ? [{ text: " no pods" }] : [];
  return [{ text: "" }, ...sourceLines("pods", source.pods, now, columns), ...head, ...none, ...rows];
}

function conditionLines({ conditions }: WorkloadView, columns: number): readonly Line[] {
  if (conditions.length === 0) return [];
  const lines = conditions.flatMap(({ type, status, reason, message }) => {
    const bad = (type === "Available" || type === "Progressing") === (status !== "True");
    const words = [`${type} ${status}`, reason, message].filter(Boolean);
    return labelled("   ", listedWords(words), columns - 1, bad ? "caution" : undefined);
  });
  return [{ text: "" }, { text: " Conditions", tone: "strong" }, ...lines];
}

function listedWords([first = "", ...more]: readonly string[]): string {
  return more.length === 0 ? first : `${first}: ${more.join(": ")}`;
}

function eventLines({ events, source }: WorkloadView, columns: number, now: number): readonly Line[] {
  const lines = events.flatMap(({ time, type, reason, object, message, count: times }) => {
    const at = Date.parse(time);
    const age = Number.isNaN(at) ? "" : shortAge(now - at);
    const often = times > 1 ? ` (${times}x)` : "";
    const words = `${reason} ${object}${often}: ${message}`;
    return labelled(`  ${age.padStart(4)}  `, words, columns - 1, type === "Warning" ? "caution" : undefined);
  });
  const none: readonly Line[] =
    events.length === 0 && source.events.state === "live" ? [{ text: "   none that the cluster still knows" }] : [];
  return [
    { text: "" },
    { text: " Events", tone: "strong" },
    ...sourceLines("events", source.events, now, columns),
    ...none,
    ...lines,
  ];
}
