import { describe, expect, it } from "vitest";
import { RestartError } from "../../src/core/index.ts";
import { type Action, initialState, reduce, route, type State } from "../../src/tui/state.ts";
import { source } from "./frame.ts";
import { row, snapshot } from "./rows.ts";
import { plan } from "./running.ts";

const { entries } = source([{ name: "stage" }, { name: "prod-eu" }, { name: "lab" }]);
const first = initialState({
  entries,
  currentContext: "prod-eu",
  opened: [],
  namespaces: undefined,
  readOnly: false,
  version: "1",
  columns: 80,
  rows: 24,
});

function on(state: State, ...actions: readonly Action[]): State {
  return actions.reduce(reduce, state);
}

const stage = on(first, { type: "context.moved", by: -1 }, { type: "context.opened" });
const rows = [row("api"), row("db"), row("web")];
const seen: Action = { type: "list.snapshot", cluster: "stage", snapshot: snapshot(rows) };
const listed = on(stage, seen);
const lost: Action = { type: "list.snapshot", cluster: "stage", snapshot: snapshot(rows, { state: "lost" }) };
const started: Action = { type: "run.started", plan, at: 0 };

describe("contexts", () => {
  it("begin at the current one and open it alone", () => {
    const state = on(first, { type: "context.opened" });
    expect([state.opened, route(state).screen]).toEqual([["prod-eu"], "workloads"]);
  });

  it("open together when marked, in their order", () => {
    const state = on(
      first,
      { type: "context.marked" },
      { type: "context.moved", by: -9 },
      { type: "context.marked" },
      { type: "context.opened" },
    );
    expect(state.opened).toEqual(["stage", "prod-eu"]);
    const other = on(state, { type: "back" }, { type: "context.moved", by: 9 }, { type: "context.opened" });
    expect(other.opened).toEqual(["lab"]);
  });

  it("keep what was seen when the same one is opened again, and drop it for another", () => {
    const marked = on(listed, { type: "list.marked" }, { type: "back" });
    expect(on(marked, { type: "context.opened" }).list.marks.size).toBe(1);
    const other = on(marked, { type: "context.moved", by: 1 }, { type: "context.opened" });
    expect([other.opened, other.list.entries.length, other.list.marks.size]).toEqual([["prod-eu"], 0, 0]);
  });
});

describe("back", () => {
  it("closes what lies on top, then the filter, then the screen, then the program", () => {
    const deep = on(listed, { type: "list.filtered", text: "web" }, { type: "overlay.opened", overlay: "help" });
    const closed = on(deep, { type: "back" });
    expect([closed.overlay, closed.list.filter]).toEqual([undefined, "web"]);
    const cleared = on(closed, { type: "back" });
    expect([cleared.list.filter, route(cleared).screen]).toEqual(["", "workloads"]);
    const contexts = on(cleared, { type: "back" });
    expect([route(contexts).screen, contexts.left]).toEqual(["contexts", undefined]);
    expect(on(contexts, { type: "back" }).left).toBe(0);
  });

  it("out of the field of the filter clears it", () => {
    const typing = on(listed, { type: "overlay.opened", overlay: "filter" }, { type: "list.filtered", text: "we" });
    const state = on(typing, { type: "back" });
    expect([state.overlay, state.list.filter]).toEqual([undefined, ""]);
  });
});

describe("leaving", () => {
  it("with Ctrl-C is 130, and the first reason counts", () => {
    expect(on(listed, { type: "interrupted" }).left).toBe(130);
    expect(on(listed, { type: "left", exitCode: 0 }, { type: "interrupted" }).left).toBe(0);
  });

  it("asks while a restart is under way", () => {
    const running = on(listed, started);
    const asked = on(running, { type: "interrupted" });
    expect([asked.left, asked.overlay]).toEqual([undefined, "quit"]);
    expect(on(asked, { type: "interrupted" }).left).toBe(130);
    expect(on(asked, { type: "overlay.closed" }).overlay).toBeUndefined();
  });
});

describe("a restart", () => {
  const names = (state: State) =>
    state.plan?.subjects.map(({ ref, hidden }) => `${ref.name}${hidden ? " hidden" : ""}`);

  it("is of the row under the cursor, or of the marked ones, the hidden ones said", () => {
    expect(names(on(listed, { type: "plan.asked" }))).toEqual(["api"]);
    const marked = on(listed, { type: "list.marked" }, { type: "list.marked" }, { type: "list.filtered", text: "db" });
    expect(names(on(marked, { type: "plan.asked" }))).toEqual(["api hidden", "db"]);
  });

  it.each([
    ["read-only", { ...listed, readOnly: true }, /read-only/],
    ["nothing there", stage, /nothing to restart/],
    ["a cluster that does not answer", on(listed, lost), /does not answer/],
  ])("is refused: %s", (_, state, message) => {
    const asked = on(state, { type: "plan.asked" });
    expect([asked.plan, route(asked).screen]).toEqual([undefined, "workloads"]);
    expect(asked.message).toMatch(message);
  });

  it("takes the marks with it when it begins", () => {
    const state = on(listed, { type: "list.marked" }, { type: "plan.asked" }, started);
    expect([state.list.marks.size, route(state).screen, state.plan]).toEqual([0, "progress", undefined]);
  });
});

describe("namespaces", () => {
  const picking = on(
    listed,
    { type: "overlay.opened", overlay: "namespace" },
    { type: "picker.listed", names: ["shop-dev", "a-shop", "shop", "kube-system"] },
  );

  it.each([
    ["the first one", [], ["a-shop"]],
    ["the one under the cursor", [{ type: "picker.moved", by: 3 }], ["shop-dev"]],
    ["an exact name before longer ones", [{ type: "picker.typed", text: "shop" }], ["shop"]],
    ["a name that no list has", [{ type: "picker.typed", text: "payments" }], ["payments"]],
    ["several", [{ type: "picker.typed", text: "a, b" }], ["a", "b"]],
  ] as const)("Enter takes %s", (_, actions, expected) => {
    const state = on(picking, ...actions, { type: "picker.entered" });
    expect([state.namespaces, state.overlay, state.list.entries.length]).toEqual([expected, undefined, 0]);
  });

  it("may be typed where they may not be listed", () => {
    const refused: Action = { type: "picker.failed", error: new RestartError("Forbidden", "no") };
    const typed = on(stage, { type: "overlay.opened", overlay: "namespace" }, refused, {
      type: "picker.typed",
      text: "x",
    });
    expect(on(typed, { type: "picker.erased" }, { type: "picker.entered" }).namespaces).toBeUndefined();
    expect(on(typed, { type: "picker.entered" }).namespaces).toEqual(["x"]);
  });
});
