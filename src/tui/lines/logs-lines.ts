import { cleaned } from "../../words/clean.ts";
import { count } from "../../words/names.ts";
import type { LogsState } from "../state/logs-state.ts";
import { type Line, labelled } from "./line.ts";
import { cutEnd } from "./text-width.ts";

export interface LogsLook {
  readonly columns: number;
  readonly rows: number;
  readonly ascii: boolean;
}

/** Rows of lines of the log; the rest says whose they are and how it stands. */
export function logRows(rows: number): number {
  return Math.max(1, rows - 3);
}

/** The log of one container: its head, a window of lines, and what has become of it. */
export function logsLines(logs: LogsState, look: LogsLook): readonly Line[] {
  const { lines, follow, top, left } = logs;
  const room = logRows(look.rows);
  const last = Math.max(0, lines.length - room);
  const start = follow ? last : Math.min(top, last);
  const shown = lines.slice(start, start + room);
  const body = shown.map(
    ({ text }): Line => ({ text: cutEnd(` ${left === 0 ? text : text.slice(left)}`, look.columns, look.ascii) }),
  );
  const blank = Array.from({ length: room - body.length }, (): Line => ({ text: "" }));
  return [
    { text: cutEnd(titleOf(logs), look.columns, look.ascii), tone: "strong" },
    ...body,
    ...blank,
    { text: "" },
    ...stateLine(logs, start, shown.length, look),
  ];
}

function titleOf({ cluster, namespace, pod, containers, container, previous }: LogsState): string {
  const name = containers[container] ?? "";
  const which = containers.length > 1 ? ` (${container + 1} of ${containers.length})` : "";
  const where = name === "" ? "" : `, container ${name}${which}`;
  const whose = pod === "" ? "a pod" : `pod ${pod}`;
  const when = previous ? ", as it was before its last restart" : "";
  return ` ${cleaned(`Log of ${whose}${where} in ${namespace} on ${cluster}${when}`)}`;
}

function stateLine(logs: LogsState, start: number, shown: number, { columns }: LogsLook): readonly Line[] {
  const { phase, error, lines, dropped, follow, left } = logs;
  const range =
    lines.length === 0
      ? "no lines"
      : `lines ${dropped + start + 1} to ${dropped + start + shown} of ${dropped + lines.length}`;
  const cut = dropped > 0 ? `, ${count(dropped, "older line")} let go` : "";
  const shift = left > 0 ? `, from column ${left + 1}` : "";
  const place = `${range}${cut}${shift}`;
  switch (phase) {
    case "choosing":
      return [{ text: " looking for the pod ...", tone: "dim" }];
    case "connecting":
      return [{ text: " connecting ...", tone: "dim" }];
    case "following":
      return [
        {
          text: ` ${follow ? "following" : "standing still (f follows)"}, ${place}`,
          tone: follow ? "good" : "caution",
        },
      ];
    case "ended":
      return [{ text: ` the log has ended, ${place}`, tone: "caution" }];
    case "failed": {
      const why = error === undefined ? "it cannot be read" : cleaned(error.message);
      return labelled(" ", `${why}; R tries again, ${place}`, columns - 1, "bad").slice(0, 1);
    }
  }
}
