import { describe, expect, it } from "vitest";
import { type LogLine, type PodRow, RestartError, type WorkloadView } from "../../../src/core/index.ts";
import { logsLines } from "../../../src/tui/lines/logs-lines.ts";
import { type LogsAction, type LogsState, mostLines, reduceLogs } from "../../../src/tui/state/logs-state.ts";

const subject = { cluster: "stage", namespace: "shop", pod: "web-1", containers: ["app", "proxy"] };
const lines = (from: number, to: number): readonly LogLine[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ time: "", text: `line ${from + index}` }));

function log(...actions: readonly LogsAction[]): LogsState {
  const opened: readonly LogsAction[] = [{ type: "logs.open", subject }, ...actions];
  const state = opened.reduce<LogsState | undefined>(reduceLogs, undefined);
  if (state === undefined) throw new Error("no log is open");
  return state;
}

function shown(state: LogsState, rows = 8): readonly string[] {
  return logsLines(state, { columns: 60, rows, ascii: true }).map(({ text }) => text.trim());
}

describe("a log", () => {
  it("keeps its end in sight while it follows", () => {
    const state = log({ type: "logs.lines", stream: 1, lines: lines(1, 100) });
    expect(shown(state)).toEqual([
      "Log of pod web-1, container app (1 of 2) in shop on stage",
      ...lines(96, 100).map(({ text }) => text),
      "",
      "following, lines 96 to 100 of 100",
    ]);
  });

  it("stands still while one looks back, whatever comes, and follows again at its end", () => {
    const back = log(
      { type: "logs.lines", stream: 1, lines: lines(1, 100) },
      { type: "logs.moved", by: -10, rows: 5 },
      { type: "logs.lines", stream: 1, lines: lines(101, 200) },
    );
    expect(shown(back).slice(1, 3)).toEqual(["line 86", "line 87"]);
    const end = reduceLogs(back, { type: "logs.moved", by: Number.POSITIVE_INFINITY, rows: 5 });
    expect(end?.follow).toBe(true);
  });

  it("lets the oldest lines go, says so, and keeps what is looked at in place", () => {
    const state = log(
      { type: "logs.lines", stream: 1, lines: lines(1, mostLines) },
      { type: "logs.moved", by: -1000, rows: 5 },
      { type: "logs.lines", stream: 1, lines: lines(mostLines + 1, mostLines + 100) },
    );
    expect(state.lines).toHaveLength(mostLines);
    expect(shown(state)[1]).toBe(`line ${mostLines - 1000 - 4}`);
    expect(shown(state).at(-1)).toContain("100 older lines let go");
  });

  it("drops the lines of a stream that is not looked at any more", () => {
    const state = log({ type: "logs.container" }, { type: "logs.lines", stream: 1, lines: lines(1, 5) });
    expect([state.lines, state.container, state.phase]).toEqual([[], 1, "connecting"]);
    expect(reduceLogs(state, { type: "logs.ended", stream: 1 })?.phase).toBe("connecting");
  });

  it("says that the container has ended, and why it cannot be read", () => {
    expect(shown(log({ type: "logs.ended", stream: 1 })).at(-1)).toBe("the log has ended, no lines");
    const error = new RestartError("BadRequest", "container is waiting to start");
    expect(shown(log({ type: "logs.failed", stream: 1, error })).at(-1)).toBe(
      "container is waiting to start; R tries again, no lines",
    );
  });

  it("is of the pod that does not start, when nobody has chosen one", () => {
    const pod = (name: string, ready: boolean, isNew: boolean) =>
      ({ name, uid: name, ready, isNew, terminating: false, containers: ["app"] }) as unknown as PodRow;
    const live = { state: "live", error: undefined, heardAt: 1, lostAt: undefined } as const;
    const view = {
      pods: [pod("web-new-ok", true, true), pod("web-new-bad", false, true), pod("web-old-bad", false, false)],
      source: { workload: live, pods: live, revisions: live, events: live },
    } as unknown as WorkloadView;
    const choosing = reduceLogs(undefined, { type: "logs.open", subject: { ...subject, pod: "", containers: [] } });
    expect(choosing?.phase).toBe("choosing");
    const chosen = reduceLogs(choosing, { type: "logs.known", view });
    expect([chosen?.pod, chosen?.phase]).toEqual(["web-new-bad", "connecting"]);
    const none = reduceLogs(choosing, { type: "logs.known", view: { ...view, pods: [] } });
    expect(none && shown(none).at(-1)).toContain("it has no pod at present");
    expect(reduceLogs(none, { type: "logs.known", view })?.pod).toBe("web-new-bad");
  });

  it("is cut at the edge and can be moved sideways", () => {
    const text = `${"x".repeat(100)}END`;
    const state = log({ type: "logs.lines", stream: 1, lines: [{ time: "", text }] }, { type: "logs.shifted", by: 80 });
    expect(shown(state)[1]).toBe(`${"x".repeat(20)}END`);
  });
});
