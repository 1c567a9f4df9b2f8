import { cleaned } from "../../words/clean.ts";
import { count, listed } from "../../words/names.ts";
import { phaseWords } from "../../words/rollout-phase.ts";
import { type ClusterStanding, isOld, standingOf } from "../state/cluster-standing.ts";
import type { ListEntry } from "../state/list-entry.ts";
import { current } from "../state/list-state.ts";
import type { State } from "../state.ts";
import { kindsWords, namespaceWords, standingSentence } from "../text.ts";
import { type Line, labelled, windowStart } from "./line.ts";
import { headText, isTrouble, longestTexts, type RowLook, restartedMoment, rowText } from "./row-text.ts";
import { nextAge, shortAge } from "./short-age.ts";

export interface WorkloadsLook {
  readonly columns: number;
  readonly rows: number;
  readonly now: number;
  readonly ascii: boolean;
  /** First row that was shown before: the window moves no more than it must. */
  readonly start: number;
}

export interface WorkloadsLines {
  readonly lines: readonly Line[];
  readonly start: number;
  /** Moment at which something of it reads differently though nothing has happened. */
  readonly next: number | undefined;
}

/** The list of workloads, `rows` lines high: its head, a window of rows or why there are none, and the row's own words. */
export function workloadsLines(state: State, look: WorkloadsLook): WorkloadsLines {
  const { list, opened } = state;
  const standings = opened.map((cluster) => standingOf(list, cluster));
  const notices = noticeLines(state, standings, look);
  const rule: readonly Line[] =
    look.rows >= 14 ? [{ text: (look.ascii ? "-" : "─").repeat(look.columns), tone: "dim" }] : [];
  const row = current(list);
  const foot: readonly Line[] = look.rows >= 8 && row !== undefined ? [sentenceLine(row, look)] : [];
  const rowLook: RowLook = {
    columns: look.columns,
    now: look.now,
    ascii: look.ascii,
    severalClusters: opened.length > 1,
    longest: longestTexts(list.entries),
  };
  const head: readonly Line[] = list.entries.length === 0 ? [] : [{ text: headText(rowLook), tone: "strong" }, ...rule];
  const room = Math.max(1, look.rows - head.length - notices.length - foot.length);
  const start = windowStart(look.start, list.cursor, room, list.visible.length);
  const shown = list.visible.slice(start, start + room);
  const old = new Set(standings.filter(isOld).map(({ cluster }) => cluster));
  const body = shown.map((entry, index) => rowLine(entry, start + index === list.cursor, state, old, rowLook));
  const blank = Array.from({ length: Math.max(0, room - body.length) }, (): Line => ({ text: "" }));
  return {
    lines: [...head, ...notices, ...body, ...blank, ...foot].slice(0, look.rows),
    start,
    next: nextChange(shown, look),
  };
}

function rowLine(entry: ListEntry, cursor: boolean, { list }: State, old: ReadonlySet<string>, look: RowLook): Line {
  const isPast = old.has(entry.row.ref.cluster);
  const text = rowText(entry, { cursor, marked: list.marks.has(entry.key), old: isPast }, look);
  if (cursor) return { text, tone: "chosen" };
  if (isPast) return { text, tone: "dim" };
  if (isTrouble(entry.row)) return { text, tone: "bad" };
  return entry.row.phase.phase === "rolling" ? { text, tone: "caution" } : { text };
}

/** The row under the cursor in words: the columns may have cut its name. */
function sentenceLine({ row, kind }: ListEntry, { columns, now }: WorkloadsLook): Line {
  const { ref, counts } = row;
  const at = restartedMoment(row);
  const restarted = at === undefined ? "" : `, restarted ${shortAge(now - at)} ago`;
  const what = `${kind} ${ref.namespace}/${ref.name}: ${phaseWords(row.phase)}, ${counts.ready} of ${count(counts.desired, "pod")} ready`;
  return { text: ` ${what}${restarted}`.slice(0, columns), tone: "dim" };
}

function noticeLines(state: State, standings: readonly ClusterStanding[], look: WorkloadsLook): readonly Line[] {
  const { list } = state;
  const lines = standings.flatMap((standing): readonly Line[] => {
    const sentence = standingSentence(standing, state.namespaces, look.now);
    if (sentence === undefined) return [];
    const tone = standing.standing === "loading" || standing.standing === "opening" ? "dim" : "caution";
    const why =
      standing.error === undefined ? [] : labelled("   ", cleaned(standing.error.message), look.columns - 2, "dim");
    return [...labelled(" ", sentence, look.columns - 2, tone), ...why];
  });
  if (list.entries.length > 0) {
    const some = list.visible.length === 0 ? hiddenByFilter(state, look) : [];
    // The rows are what the screen is for: a notice leaves at least half of it to them.
    return [...lines.slice(0, Math.max(1, Math.floor(look.rows / 4))), ...some];
  }
  const all = standings.every(({ standing }) => standing === "live" || standing === "partly");
  return [{ text: "" }, ...lines, ...(all ? emptyLines(state, look) : [])];
}

function hiddenByFilter({ list }: State, look: WorkloadsLook): readonly Line[] {
  const all = count(list.entries.length, "workload");
  return labelled(" ", `The filter "${list.filter}" hides all ${all}. Esc clears it.`, look.columns - 2);
}

function emptyLines({ opened, namespaces, entries }: State, look: WorkloadsLook): readonly Line[] {
  const where = namespaceWords(opened, namespaces, entries);
  const more = namespaces === "all" ? "" : " A shows every namespace, n another one.";
  return labelled(" ", `There are no ${kindsWords()} in ${where} of ${listed(opened)}.${more}`, look.columns - 2);
}

function nextChange(shown: readonly ListEntry[], { now }: WorkloadsLook): number | undefined {
  const moments = shown.flatMap(({ row }) => {
    const at = restartedMoment(row);
    return at === undefined ? [] : [nextAge(at, now)];
  });
  return moments.length === 0 ? undefined : Math.min(...moments);
}
