import type { WorkloadRow } from "../../core/index.ts";
import { cleaned, toJson } from "../../words/clean.ts";
import { objectName } from "../../words/names.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { createLiveBlock } from "./live-block.ts";
import { formatTable } from "./table.ts";
import { type WorkloadColumns, workloadCells, workloadHeader, workloadItem, workloadTable } from "./workloads.ts";

/** Shows rows that change. */
export interface WatchPrinter {
  /**
   * Shows the rows, in their order; `settled` are the clusters that have told all they have. Resolves false when nobody
   * reads any more.
   */
  readonly show: (rows: readonly WorkloadRow[], settled: ReadonlySet<string>) => Promise<boolean>;
  /** A line on standard error. */
  readonly note: (line: string) => Promise<void>;
  /** The moment at which something of what is shown reads differently though nothing has happened. */
  readonly nextAt: () => number;
  /** Leaves the screen in order. */
  readonly close: () => Promise<void>;
}

/** In place on a terminal that can, else a line for each change. */
export function createWatchPrinter(host: CliHost, invocation: Invocation, columns: WorkloadColumns): WatchPrinter {
  const { format, plain } = invocation;
  const isTable = format === "text" || format === "wide";
  const redraws = isTable && host.streams.stdoutIsTerminal && !plain && !host.dumbTerminal;
  return redraws ? createScreen(host, columns) : createLines(host, invocation, columns);
}

function createScreen({ streams, clock }: CliHost, columns: WorkloadColumns): WatchPrinter {
  const block = createLiveBlock(streams, streams.out);
  let shown: readonly WorkloadRow[] = [];
  let drawn: readonly string[] = [];
  const draw = async (): Promise<boolean> => {
    const lines = workloadTable(shown, columns, clock.now()).trimEnd().split("\n");
    const room = Math.max(2, streams.rows() - 1);
    const hidden = lines.length - room + 1;
    const next =
      lines.length <= room
        ? lines
        : [...lines.slice(0, room - 1), `and ${hidden} more, for which the window is too low`];
    if (next.length === drawn.length && next.every((line, index) => line === drawn[index])) return true;
    drawn = next;
    return block.draw(next);
  };
  return {
    show: (rows, settled) => {
      shown = rows;
      // Nothing is no answer before somebody has given it.
      return rows.length === 0 && settled.size === 0 ? Promise.resolve(true) : draw();
    },
    note: async (line) => {
      await block.erase();
      drawn = [];
      await streams.err(`${cleaned(line)}\n`);
      if (shown.length > 0) await draw();
    },
    nextAt: () => nextAge(shown.slice(0, streams.rows()), clock.now()),
    close: async () => {
      if (drawn.length > 0) await streams.out("\n");
    },
  };
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Ages are shown by the second for ten minutes, by the minute for eight hours, and then by the hour. */
function nextAge(rows: readonly WorkloadRow[], now: number): number {
  const moments = rows.flatMap(({ creationTimestamp, restartedAt = "" }) => [creationTimestamp, restartedAt]);
  const next = moments.map((text) => {
    const then = Date.parse(text);
    if (Number.isNaN(then)) return Number.POSITIVE_INFINITY;
    const age = Math.max(0, now - then);
    const unit = age < 10 * minute ? second : age < 8 * hour ? minute : hour;
    return then + (Math.floor(age / unit) + 1) * unit;
  });
  return Math.min(Number.POSITIVE_INFINITY, ...next);
}

type Change = "added" | "modified" | "deleted";

/** Every cluster's rows once they are there, then a line for each that changes, as kubectl get --watch has them. */
function createLines({ streams, clock }: CliHost, { format }: Invocation, columns: WorkloadColumns): WatchPrinter {
  const known = new Map<string, WorkloadRow>();
  const started = new Set<string>();
  let widths: readonly number[] = [];
  let isFirst = true;
  const write = (changes: readonly { readonly row: WorkloadRow; readonly change: Change }[]): Promise<boolean> => {
    if (format === "jsonl") {
      return streams.out(changes.map(({ row, change }) => `${toJson({ change, ...workloadItem(row) })}\n`).join(""));
    }
    if (format === "name") return streams.out(changes.map(({ row }) => `${cleaned(objectName(row.ref))}\n`).join(""));
    const now = clock.now();
    const cells = changes.map(({ row, change }) =>
      workloadCells(row, columns, now, change === "deleted" ? "deleted" : undefined),
    );
    const header = workloadHeader(columns);
    const lines = [header, ...cells];
    widths = header.map((_, column) =>
      Math.max(widths[column] ?? 0, ...lines.map((line) => line[column]?.length ?? 0)),
    );
    const table = formatTable(header, cells, widths);
    const text = isFirst ? table : table.slice(table.indexOf("\n") + 1);
    isFirst = false;
    return streams.out(text);
  };
  return {
    show: async (rows, settled) => {
      for (const cluster of settled) started.add(cluster);
      const present = rows.filter(({ ref }) => started.has(ref.cluster));
      const keys = new Set(present.map(keyOf));
      const gone = [...known].filter(([key]) => !keys.has(key));
      const changes = [
        ...gone.map(([, row]) => ({ row, change: "deleted" as const })),
        ...present.flatMap((row) => {
          const before = known.get(keyOf(row));
          return before === row
            ? []
            : [{ row, change: before === undefined ? ("added" as const) : ("modified" as const) }];
        }),
      ];
      for (const [key] of gone) known.delete(key);
      for (const row of present) known.set(keyOf(row), row);
      return changes.length === 0 ? true : write(changes);
    },
    note: async (line) => {
      await streams.err(`${cleaned(line)}\n`);
    },
    nextAt: () => Number.POSITIVE_INFINITY,
    close: () => Promise.resolve(),
  };
}

function keyOf({ ref, uid }: WorkloadRow): string {
  return `${ref.cluster}/${uid}`;
}
