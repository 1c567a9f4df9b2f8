import { describe, expect, it } from "vitest";
import type { WorkloadRow } from "../../../src/core/index.ts";
import {
  emptyList,
  hiddenMarks,
  type ListAction,
  type ListState,
  marked,
  reduceList,
} from "../../../src/tui/state/list-state.ts";
import { row, snapshot } from "../rows.ts";

const degraded: Partial<WorkloadRow> = {
  phase: { phase: "degraded", available: 1, desired: 3 },
  counts: { desired: 3, replicas: 3, updated: 3, ready: 1, available: 1 },
};
const rows = [
  row("web", { restartedAt: "2026-11-24T12:00:00Z" }),
  row("api", degraded),
  row("db", { kind: "StatefulSet", restartedAt: "2026-11-25T12:00:00Z" }),
  row("agent", { kind: "DaemonSet", namespace: "kube-system", phase: { phase: "stalled" } }),
];

function listAfter(...actions: readonly ListAction[]): ListState {
  return actions.reduce(reduceList, reduceList(emptyList, seen(rows)));
}

function seen(of: readonly WorkloadRow[], cluster = "stage"): ListAction {
  return { type: "list.snapshot", cluster, snapshot: snapshot(of) };
}

const names = ({ visible }: ListState) => visible.map((entry) => entry.row.ref.name);
const at = ({ visible, cursor }: ListState) => visible[cursor]?.row.ref.name;

describe("order", () => {
  it.each([
    ["name", ["agent", "api", "db", "web"]],
    ["rollout", ["agent", "api", "db", "web"]],
    ["ready", ["api", "agent", "db", "web"]],
    ["restarted", ["db", "web", "agent", "api"]],
  ] as const)("by %s", (by, expected) => {
    const sorted = by === "name" ? listAfter() : listAfter({ type: "list.sorted", by });
    expect(names(sorted)).toEqual(expected);
  });

  it("is turned round by the same key", () => {
    expect(names(listAfter({ type: "list.sorted", by: "name" }))).toEqual(["web", "db", "api", "agent"]);
  });
});

describe("the cursor", () => {
  it("stays with its row while rows come, go and are sorted", () => {
    const on = listAfter({ type: "list.moved", by: 2 });
    expect(at(on)).toBe("db");
    expect(at(reduceList(on, seen([row("aaa"), row("bbb"), ...rows])))).toBe("db");
    expect(at(reduceList(on, { type: "list.sorted", by: "restarted" }))).toBe("db");
    expect(at(reduceList(on, { type: "list.filtered", text: "d" }))).toBe("db");
  });

  it("goes to the next one when its row is gone, and stays inside", () => {
    const on = listAfter({ type: "list.moved", by: 2 });
    expect(at(reduceList(on, seen(rows.filter(({ ref }) => ref.name !== "db"))))).toBe("web");
    expect(at(listAfter({ type: "list.moved", by: 99 }))).toBe("web");
    expect(at(listAfter({ type: "list.moved", by: Number.NEGATIVE_INFINITY }))).toBe("agent");
    expect(at(reduceList(emptyList, { type: "list.moved", by: 1 }))).toBeUndefined();
  });
});

describe("marks", () => {
  it("survive the filter and are counted there", () => {
    const list = listAfter({ type: "list.marked" }, { type: "list.marked" }, { type: "list.filtered", text: "api" });
    expect(marked(list).map((entry) => entry.row.ref.name)).toEqual(["agent", "api"]);
    expect(hiddenMarks(list)).toBe(1);
  });

  it("are of the object, not of its name or place", () => {
    const list = listAfter({ type: "list.moved", by: 3 }, { type: "list.marked" });
    const again = { ...row("web"), uid: "another", ref: { ...row("web").ref, uid: "another" } };
    expect(marked(reduceList(list, seen([again])))).toEqual([]);
    expect(marked(reduceList(list, seen([row("web", { cluster: "prod" })], "prod")))).toHaveLength(1);
  });

  it("of all that are shown leave out what the filter hides", () => {
    const list = listAfter(
      { type: "list.filtered", text: "kind:ds" },
      { type: "list.allMarked" },
      { type: "list.filtered", text: "" },
    );
    expect(marked(list).map((entry) => entry.row.ref.name)).toEqual(["agent"]);
    expect(marked(reduceList(list, { type: "list.unmarked" }))).toEqual([]);
  });

  it("go with what was in sight when other namespaces are opened, the filter stays", () => {
    const list = listAfter({ type: "list.marked" }, { type: "list.filtered", text: "web" }, { type: "list.reset" });
    expect(list.marks.size).toBe(0);
    expect(list.entries).toEqual([]);
    expect(list.filter).toBe("web");
  });
});

it("holds the rows of several clusters", () => {
  const list = reduceList(listAfter(), seen([row("web", { cluster: "prod" })], "prod"));
  expect(list.visible.filter((entry) => entry.row.ref.name === "web").map((entry) => entry.row.ref.cluster)).toEqual([
    "prod",
    "stage",
  ]);
});
