import { describe, expect, it } from "vitest";
import { RestartError } from "../../../src/core/index.ts";
import {
  canBeSent,
  canLeaveOut,
  chosenTargets,
  isAsShown,
  type PlanAction,
  type PlanState,
} from "../../../src/tui/state/plan-state.ts";
import { act, checked, downtime, entry, gone, noon, paused, ref, target } from "../planned.ts";

const y: PlanAction = { type: "plan.accepted", key: "y" };
const ctrlY: PlanAction = { type: "plan.accepted", key: "ctrl-y" };
const enter: PlanAction = { type: "plan.entered" };
const type = (text: string): PlanAction => ({ type: "plan.typed", text });

const plain = checked([target("web")]);
const warned = checked([target("web", [downtime])]);
const prod = checked([target("web", [], { ref: ref("web", { cluster: "prod-eu" }) })], {
  clusters: [entry("prod-eu")],
});
const eleven = checked(Array.from({ length: 11 }, (_, index) => target(`web-${index}`)));
const blocked = checked([target("web", [paused])]);
const partly = checked([target("web"), target("db", [paused])]);
const missing = checked([target("web")], { lost: [{ ref: ref("old"), error: gone }] });

describe("what sends a plan", () => {
  const cases: readonly (readonly [string, PlanState, readonly PlanAction[], PlanState["phase"] | "closed"])[] = [
    ["y, of one plain workload", plain, [y], "sending"],
    ["y, with a warning that was shown", warned, [y], "sending"],
    ["ctrl-y alone, where nothing is to be typed", plain, [ctrlY], "ready"],
    ["Enter, which cancels", plain, [enter], "closed"],
    ["y on a protected cluster", prod, [y], "ready"],
    ["ctrl-y on a protected cluster with nothing typed", prod, [ctrlY], "ready"],
    ["its name and Enter", prod, [type("prod-eu"), enter], "ready"],
    ["its name and y", prod, [type("prod-eu"), y], "ready"],
    ["another name and ctrl-y", prod, [type("prod-us"), ctrlY], "ready"],
    ["its name and ctrl-y", prod, [type("prod"), type("-eu"), ctrlY], "sending"],
    ["its name after a correction", prod, [type("prod-eux"), { type: "plan.erased" }, ctrlY], "sending"],
    ["y for eleven workloads", eleven, [y], "ready"],
    ["their number and ctrl-y", eleven, [type("11"), ctrlY], "sending"],
    ["y for a refused workload", blocked, [y], "ready"],
    ["y when one of two is refused", partly, [y], "ready"],
    ["y after the refused one was left out", partly, [{ type: "plan.unblocked" }, y], "sending"],
    ["y when one is gone", missing, [y], "ready"],
    ["y after the one that is gone was left out", missing, [{ type: "plan.unblocked" }, y], "sending"],
    ["y while it is read again", plain, [{ type: "plan.again" }, y], "checking"],
  ];
  it.each(cases)("%s", (_, plan, actions, phase) => {
    expect(act(plan, ...actions)?.phase ?? "closed").toBe(phase);
  });

  it("says why Enter and a wrong answer do nothing, and goes on with what was typed", () => {
    const entered = act(prod, type("prod-eu"), enter);
    expect([entered?.notice, entered?.answer]).toEqual(["enter-never-sends", "prod-eu"]);
    expect(act(prod, type("x"), ctrlY)?.notice).toBe("wrong-answer");
  });
});

describe("a plan", () => {
  it("drops the answer to a look that is not the last one", () => {
    const again = act(plain, { type: "plan.again" });
    const late: PlanAction = { type: "plan.checked", look: 1, targets: [target("other")], lost: [], at: noon };
    expect(act(again, late)).toBe(again);
    const failed: PlanAction = { type: "plan.failed", look: 1, error: new RestartError("Unreachable", "gone") };
    expect(act(again, failed)).toBe(again);
  });

  it("takes a typed answer back when it is read again", () => {
    expect(act(prod, type("prod-eu"), { type: "plan.again" })?.answer).toBe("");
  });

  it("goes back to the person when the last look found something else", () => {
    const sending = act(prod, type("prod-eu"), ctrlY);
    const changed = act(sending, {
      type: "plan.changed",
      look: 1,
      targets: [target("web", [paused])],
      lost: [],
      at: noon,
    });
    expect([changed?.phase, changed?.notice, changed?.answer]).toEqual(["ready", "changed", ""]);
  });

  it("offers to leave out what is refused only when something is left", () => {
    expect([canLeaveOut(partly), canLeaveOut(blocked), canLeaveOut(plain)]).toEqual([true, false, false]);
    const left = act(partly, { type: "plan.unblocked" });
    expect(left && chosenTargets(left).map((one) => one.ref.name)).toEqual(["web"]);
    expect(left && canBeSent(left)).toBe(true);
  });

  it("opened again, asks anew", () => {
    const again = act(prod, type("prod-eu"), { type: "plan.open", subjects: prod.subjects, clusters: prod.clusters });
    expect([again?.look, again?.phase, again?.answer]).toEqual([2, "checking", ""]);
  });
});

describe("a second look", () => {
  const cases: readonly (readonly [string, Parameters<typeof target>, boolean])[] = [
    ["the same", ["web"], true],
    ["something to know", ["web", [{ code: "identity-unverified", level: "info", evidence: {} }]], true],
    ["a new warning", ["web", [downtime]], false],
    ["a refusal", ["web", [paused]], false],
    ["another template", ["web", [], { templateHash: "def" }], false],
    ["another object", ["web", [], { ref: ref("web", { uid: "other" }) }], false],
    ["another cluster", ["web", [], { clusterUid: "other" }], false],
    ["a restart by somebody else", ["web", [], { previousRestartedAt: "2026-11-25T11:59:59Z" }], false],
  ];
  it.each(cases)("that finds %s", (_, now, same) => {
    expect(isAsShown([target("web")], [target(...now)])).toBe(same);
  });
});
