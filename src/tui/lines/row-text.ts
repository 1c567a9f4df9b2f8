import type { WorkloadRow } from "../../core/index.ts";
import { phaseWords } from "../../words/rollout-phase.ts";
import { type ListEntry, ownerLabel } from "../state/list-entry.ts";
import { shortAge } from "./short-age.ts";
import { column, nameColumn, textWidth } from "./text-width.ts";

/** What every row of a list is drawn with. */
export interface RowLook {
  readonly columns: number;
  readonly now: number;
  readonly ascii: boolean;
  /** Several clusters are open. */
  readonly severalClusters: boolean;
  readonly longest: LongestTexts;
}

export interface RowMarks {
  readonly cursor: boolean;
  readonly marked: boolean;
  /** What is shown may not be true any more. */
  readonly old: boolean;
}

interface Column {
  readonly head: string;
  readonly width: (look: RowLook) => number;
  readonly side?: "left" | "right";
  /** Narrower screens leave it out. */
  readonly from: number;
  readonly text: (entry: ListEntry, look: RowLook) => string;
}

const lead = 4;

// The name comes last in the reckoning: it gets what the others leave.
const columns: readonly Column[] = [
  {
    head: "CLUSTER",
    width: ({ longest }) => Math.min(16, Math.max(7, longest.cluster)),
    from: 80,
    text: ({ row }) => row.ref.cluster,
  },
  { head: "KIND", width: () => 4, from: 60, text: ({ kind }) => kind },
  {
    head: "NAMESPACE",
    width: ({ longest, columns: all }) => Math.min(all >= 120 ? 24 : 12, Math.max(9, longest.namespace)),
    from: 60,
    text: ({ row }) => row.ref.namespace,
  },
  { head: "NAME", width: () => 0, from: 0, text: ({ row }) => row.ref.name },
  { head: "READY", width: () => 7, side: "right", from: 0, text: ({ row }) => readyText(row) },
  { head: "UPD", width: () => 4, side: "right", from: 100, text: ({ row }) => String(row.counts.updated) },
  { head: "AVAIL", width: () => 5, side: "right", from: 100, text: ({ row }) => String(row.counts.available) },
  { head: "ROLLOUT", width: () => 13, from: 0, text: ({ row }) => phaseWords(row.phase) },
  { head: "STRATEGY", width: () => 13, from: 120, text: ({ row }) => row.strategy },
  { head: "RESTARTED", width: () => 9, from: 66, text: ({ row }, { now }) => restartedText(row, now) },
  { head: "IMAGE", width: () => 28, from: 150, text: ({ row }) => imageText(row) },
  { head: "OWN", width: () => 6, from: 76, text: ({ row }) => ownerLabel(row) },
];

/** The line above the rows. */
export function headText(look: RowLook): string {
  return `${" ".repeat(lead)}${cells(look, ({ head }) => head)}`;
}

/** One workload as one line of exactly the screen's width. */
export function rowText(entry: ListEntry, marks: RowMarks, look: RowLook): string {
  const trouble = isTrouble(entry.row) ? "!" : " ";
  const front = `${marks.cursor ? ">" : " "}${marks.marked ? "*" : " "}${marks.old ? "~" : trouble} `;
  return `${front}${cells(look, ({ text }) => text(entry, look))}`;
}

function cells(look: RowLook, text: (column: Column) => string): string {
  const shown = columns.filter((each) => isShown(each, look));
  const fixed = shown.reduce((sum, each) => sum + each.width(look) + 1, lead);
  const room = Math.max(4, look.columns - fixed);
  const nameWidth = look.columns >= 120 ? Math.min(room, Math.max(24, look.longest.name)) : room;
  const line = shown
    .map((each) =>
      each.head === "NAME"
        ? nameColumn(text(each), nameWidth, look.ascii)
        : column(text(each), each.width(look), each.side, look.ascii),
    )
    .join(" ");
  return column(line, look.columns - lead, "left", look.ascii);
}

function isShown({ head, from }: Column, { columns: all, severalClusters }: RowLook): boolean {
  return all >= from && (head !== "CLUSTER" || severalClusters);
}

function readyText({ counts }: WorkloadRow): string {
  return `${counts.ready}/${counts.desired}`;
}

/** When a row was restarted last; undefined when never, or when nobody can read the time. */
export function restartedMoment({ restartedAt }: WorkloadRow): number | undefined {
  const at = Date.parse(restartedAt ?? "");
  return Number.isNaN(at) ? undefined : at;
}

function restartedText(row: WorkloadRow, now: number): string {
  const at = restartedMoment(row);
  if (at !== undefined) return shortAge(now - at);
  return row.restartedAt === undefined ? "never" : "unknown";
}

/** Without its registry; the first of several. */
function imageText({ images }: WorkloadRow): string {
  const [first = "-", ...more] = images;
  return `${first.slice(first.lastIndexOf("/") + 1)}${more.length === 0 ? "" : ` +${more.length}`}`;
}

/** Needs looking at, and does not mend itself. */
export function isTrouble({ phase }: WorkloadRow): boolean {
  return phase.phase === "stalled" || phase.phase === "failing" || phase.phase === "degraded";
}

export interface LongestTexts {
  readonly cluster: number;
  readonly namespace: number;
  readonly name: number;
}

const measured = new WeakMap<readonly ListEntry[], LongestTexts>();

/** The longest texts of a list, which its columns are as wide as; measured once a list. */
export function longestTexts(entries: readonly ListEntry[]): LongestTexts {
  const known = measured.get(entries);
  if (known !== undefined) return known;
  const longest = { cluster: 0, namespace: 0, name: 0 };
  for (const { row } of entries) {
    for (const field of ["cluster", "namespace", "name"] as const) {
      longest[field] = Math.max(longest[field], textWidth(row.ref[field]));
    }
  }
  measured.set(entries, longest);
  return longest;
}
