import type { PodRow, WorkloadView } from "../../core/index.ts";
import { cleaned } from "../../words/clean.ts";
import { count, listed, objectName } from "../../words/names.ts";
import { type DetailState, podCursor } from "../state/detail-state.ts";
import { type Line, labelled, windowStart } from "./line.ts";
import { nextAge, shortAge } from "./short-age.ts";
import { sourceLines } from "./source-lines.ts";
import { column, nameColumn, textWidth } from "./text-width.ts";

/** What the screens of one workload are drawn with. */
export interface DetailLook {
  readonly columns: number;
  readonly rows: number;
  readonly now: number;
  readonly ascii: boolean;
}

/** Widths of the columns of a list of pods. */
export interface PodColumns {
  readonly name: number;
  readonly state: number;
  readonly node: number;
}

/** The pods of one workload, the one under the cursor marked. */
export function podsLines(
  detail: DetailState,
  look: DetailLook,
  before: number,
): { readonly lines: readonly Line[]; readonly start: number } {
  const { ref, view, error } = detail;
  const { columns, rows, now } = look;
  const title = cleaned(`Pods of ${objectName(ref)} in ${ref.namespace} on ${ref.cluster}`);
  const pods = view?.pods ?? [];
  const head: readonly Line[] = [
    ...labelled(" ", pods.length === 0 ? title : `${title}   ${podSummary(pods)}`, columns - 1, "strong"),
    ...(error === undefined ? [] : labelled(" ", error.message, columns - 1, "bad")),
    ...(view === undefined && error === undefined ? [{ text: " reading ...", tone: "dim" as const }] : []),
    ...(view?.gone ? [{ text: " The workload is gone.", tone: "caution" as const }] : []),
    ...(view === undefined ? [] : sourceLines("pods", view.source.pods, now, columns)),
  ];
  if (pods.length === 0) {
    const none = view?.source.pods.state === "live" ? [{ text: " It has no pods." }] : [];
    return { lines: [...head, ...none], start: 0 };
  }
  const widths = podColumns(pods, columns);
  const cursor = podCursor(detail);
  const current = pods[cursor];
  const said = current === undefined || rows < 10 ? [] : messageLines(current, columns);
  const gap: readonly Line[] = said.length === 0 ? [] : [{ text: "" }];
  const room = Math.max(1, rows - head.length - 1 - gap.length - said.length);
  const start = windowStart(before, cursor, room, pods.length);
  const shown = pods.slice(start, start + room);
  const body = shown.map((pod, index) => podLine(pod, widths, look, start + index === cursor ? ">" : " "));
  const blank = Array.from({ length: room - body.length }, (): Line => ({ text: "" }));
  return { lines: [...head, { text: podHead(widths), tone: "dim" }, ...body, ...blank, ...gap, ...said], start };
}

/** What the cluster says of the pod under the cursor. */
function messageLines({ state }: PodRow, columns: number): readonly Line[] {
  if (state.message === "") return [];
  return labelled(
    " ",
    `${state.reason === "" ? "" : `${state.reason}: `}${state.message}`,
    columns - 1,
    "caution",
  ).slice(0, 3);
}

export function podColumns(pods: readonly PodRow[], columns: number): PodColumns {
  const state = Math.max(5, ...pods.map((pod) => textWidth(podWords(pod))));
  const node = Math.max(4, ...pods.map((pod) => textWidth(pod.node)));
  const longest = Math.max(4, ...pods.map(({ name }) => textWidth(name)));
  // Mark, revision, restarts and age take what is left beside the gaps.
  const fixed = 1 + 5 + 2 + 2 + 8 + 2 + 4 + 2;
  const stateWidth = Math.min(state, 24);
  const name = Math.min(longest, Math.max(16, columns - 1 - fixed - stateWidth - Math.min(node, 16)));
  return { name, state: stateWidth, node: Math.max(0, Math.min(node, columns - 1 - fixed - stateWidth - name)) };
}

export function podHead({ name, state, node }: PodColumns): string {
  return `  ${column("REV", 4)}${column("POD", name)}  ${column("STATE", state)}  RESTARTS   AGE  ${column("NODE", node)}`.trimEnd();
}

export function podLine(
  pod: PodRow,
  { name, state, node }: PodColumns,
  { now, ascii }: DetailLook,
  mark: string,
): Line {
  const created = Date.parse(pod.creationTimestamp);
  const age = Number.isNaN(created) ? "" : shortAge(now - created);
  const tone = pod.terminating ? "dim" : pod.ready ? undefined : "caution";
  return {
    text: `${mark} ${pod.isNew ? "new " : "old "}${nameColumn(pod.name, name, ascii)}  ${column(podWords(pod), state, "left", ascii)}  ${String(pod.restarts).padStart(8)}  ${age.padStart(4)}  ${column(pod.node, node, "left", ascii)}`.trimEnd(),
    ...(tone !== undefined && { tone }),
  };
}

/** What a pod is doing, in a word or two. */
export function podWords({ terminating, ready, state }: PodRow): string {
  if (terminating) return "terminating";
  if (ready) return "ready";
  if (state.reason !== "") return state.reason;
  return state.what === "running" ? "not ready" : state.what;
}

/** `3 of 3 ready, 1 restarting`. */
function podSummary(pods: readonly PodRow[]): string {
  const going = pods.filter(({ terminating }) => terminating).length;
  const fresh = pods.filter(({ isNew }) => isNew).length;
  return listed([
    `${readyCount(pods)} of ${count(pods.length, "pod")} ready`,
    ...(fresh > 0 && fresh < pods.length ? [`${fresh} of the new revision`] : []),
    ...(going > 0 ? [`${going} terminating`] : []),
  ]);
}

export function readyCount(pods: readonly PodRow[]): number {
  return pods.filter(({ ready }) => ready).length;
}

/** The moment at which an age of a pod or of an event reads differently. */
export function nextPodAge(view: WorkloadView | undefined, now: number): number | undefined {
  const times = [
    ...(view?.pods ?? []).map(({ creationTimestamp }) => Date.parse(creationTimestamp)),
    ...(view?.events ?? []).map(({ time }) => Date.parse(time)),
  ].filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : Math.min(...times.map((time) => nextAge(time, now)));
}
