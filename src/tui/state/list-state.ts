import type { CatalogSnapshot, RestartError } from "../../core/index.ts";
import { applyFilter } from "./filter.ts";
import { entryOf, type ListEntry } from "./list-entry.ts";

export type SortKey = "name" | "rollout" | "restarted" | "ready";

/** The live list of workloads of every open cluster. */
export interface ListState {
  readonly catalogs: ReadonlyMap<string, CatalogSnapshot>;
  /** Clusters that could not even be opened: no credentials, a broken entry. */
  readonly openErrors: ReadonlyMap<string, RestartError>;
  /** Sorted. */
  readonly entries: readonly ListEntry[];
  /** Those that the filter lets through. */
  readonly visible: readonly ListEntry[];
  readonly filter: string;
  readonly sort: SortKey;
  readonly descending: boolean;
  /** Index into `visible`; it stays with its row while rows come and go. */
  readonly cursor: number;
  /** Keys of marked rows; they survive the filter. */
  readonly marks: ReadonlySet<string>;
}

export type ListAction =
  | { readonly type: "list.snapshot"; readonly cluster: string; readonly snapshot: CatalogSnapshot }
  | { readonly type: "list.openFailed"; readonly cluster: string; readonly error: RestartError }
  /** Everything is opened anew, other clusters or other namespaces; what was marked is out of sight and is dropped. */
  | { readonly type: "list.reset" }
  | { readonly type: "list.moved"; readonly by: number }
  | { readonly type: "list.filtered"; readonly text: string }
  | { readonly type: "list.sorted"; readonly by: SortKey }
  | { readonly type: "list.marked" }
  | { readonly type: "list.allMarked" }
  | { readonly type: "list.unmarked" };

export const emptyList: ListState = {
  catalogs: new Map(),
  openErrors: new Map(),
  entries: [],
  visible: [],
  filter: "",
  sort: "name",
  descending: false,
  cursor: 0,
  marks: new Set(),
};

/** The entry under the cursor. */
export function current({ visible, cursor }: ListState): ListEntry | undefined {
  return visible[cursor];
}

/** Marked entries in the order of the list. */
export function marked({ entries, marks }: ListState): readonly ListEntry[] {
  return marks.size === 0 ? [] : entries.filter(({ key }) => marks.has(key));
}

/** How many marked entries the filter hides. */
export function hiddenMarks(list: ListState): number {
  return marked(list).length - list.visible.filter(({ key }) => list.marks.has(key)).length;
}

export function reduceList(list: ListState, action: ListAction): ListState {
  switch (action.type) {
    case "list.snapshot": {
      const catalogs = new Map(list.catalogs).set(action.cluster, action.snapshot);
      const entries = sorted(
        [...catalogs.values()].flatMap(({ rows }) => rows.map(entryOf)),
        list,
      );
      const openErrors = new Map(list.openErrors);
      openErrors.delete(action.cluster);
      return settled({ ...list, catalogs, openErrors, entries }, list);
    }
    case "list.openFailed":
      return { ...list, openErrors: new Map(list.openErrors).set(action.cluster, action.error) };
    case "list.reset":
      return { ...emptyList, filter: list.filter, sort: list.sort, descending: list.descending };
    case "list.moved":
      return { ...list, cursor: clamp(list.cursor + action.by, list.visible.length) };
    case "list.filtered": {
      const before = { text: list.filter, entries: list.visible };
      const visible = applyFilter(list.entries, action.text, before);
      return { ...list, filter: action.text, visible, cursor: cursorIn(visible, current(list)?.key, 0) };
    }
    case "list.sorted": {
      const descending = action.by === list.sort ? !list.descending : false;
      const next = { ...list, sort: action.by, descending };
      return settled({ ...next, entries: sorted(list.entries, next) }, list);
    }
    case "list.marked": {
      const key = current(list)?.key;
      if (key === undefined) return list;
      const marks = new Set(list.marks);
      if (!marks.delete(key)) marks.add(key);
      return { ...list, marks, cursor: clamp(list.cursor + 1, list.visible.length) };
    }
    case "list.allMarked":
      return { ...list, marks: new Set([...list.marks, ...list.visible.map(({ key }) => key)]) };
    case "list.unmarked":
      return { ...list, marks: new Set() };
  }
}

function settled(next: ListState, before: ListState): ListState {
  const visible = applyFilter(next.entries, next.filter, undefined);
  return { ...next, visible, cursor: cursorIn(visible, current(before)?.key, before.cursor) };
}

function cursorIn(visible: readonly ListEntry[], key: string | undefined, otherwise: number): number {
  const at = key === undefined ? -1 : visible.findIndex((entry) => entry.key === key);
  return at >= 0 ? at : clamp(otherwise, visible.length);
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(index, length - 1));
}

// Trouble first.
const phases = [
  "failing",
  "stalled",
  "degraded",
  "rolling",
  "deleting",
  "paused",
  "on-delete",
  "scaled-to-zero",
  "complete",
];

function sorted(
  entries: readonly ListEntry[],
  { sort, descending }: Pick<ListState, "sort" | "descending">,
): readonly ListEntry[] {
  const by = (one: ListEntry, other: ListEntry): number => {
    if (sort === "rollout") return phases.indexOf(one.row.phase.phase) - phases.indexOf(other.row.phase.phase);
    if (sort === "ready") return missing(other) - missing(one);
    if (sort === "restarted") return compare(other.row.restartedAt ?? "", one.row.restartedAt ?? "");
    return 0;
  };
  const direction = descending ? -1 : 1;
  return [...entries].sort((one, other) => direction * (by(one, other) || compare(one.order, other.order)));
}

function missing({ row }: ListEntry): number {
  return row.counts.desired - row.counts.ready;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
