import { describe, expect, it } from "vitest";
import { RestartError } from "../../../src/core/index.ts";
import {
  cursorOf,
  failedTargets,
  type RunView,
  reduceRuns,
  runsInFlight,
  shownRun,
  unsentTargets,
  worstPod,
} from "../../../src/tui/state/runs-state.ts";
import { noon } from "../planned.ts";
import { failed, plan, refund, running, told, troubled, underWay } from "../running.ts";

function shown(state: ReturnType<typeof running>): RunView {
  const run = shownRun(state);
  if (run === undefined) throw new Error("no run is shown");
  return run;
}
const names = (targets: RunView["targets"]) => targets.map(({ target }) => target.metadata.name);

describe("runs", () => {
  it("fold what happens to each target and its pods", () => {
    const run = shown(running(underWay));
    expect(names(unsentTargets(run))).toEqual(["tax-api"]);
    const [, second] = run.targets;
    expect(second && [...second.pods.values()].map(({ name, revision, state }) => [name, revision, state])).toEqual([
      ["refund-api-7d9f8-2xk9p", "new", "ready"],
      ["refund-api-7d9f8-zz7wd", "new", "started"],
      ["refund-api-5c6b4-pp0lw", "old", "terminating"],
    ]);
    expect(second && worstPod(second)?.name).toBe("refund-api-7d9f8-zz7wd");
  });

  it("take an event that comes twice once", () => {
    const ready = {
      type: "target.pod",
      target: refund,
      pod: "refund-api-7d9f8-zz7wd",
      revision: "new",
      state: "ready",
    } as const;
    const run = shown(running([...underWay, [40, ready]], { type: "run.events", id: plan.id, events: told(underWay) }));
    expect(run.targets[1]?.pods.get("new refund-api-7d9f8-zz7wd")?.state).toBe("ready");
  });

  it("keep a StatefulSet's new pod apart from the old one of its name", () => {
    const run = shown(
      running([
        ...underWay,
        [32, { type: "target.pod", target: refund, pod: "db-0", revision: "old", state: "terminating" }],
        [33, { type: "target.pod", target: refund, pod: "db-0", revision: "new", state: "created" }],
        [33, { type: "target.pod", target: refund, pod: "db-0", revision: "old", state: "gone" }],
      ]),
    );
    expect([...(run.targets[1]?.pods.values() ?? [])].filter(({ name }) => name === "db-0")).toMatchObject([
      { revision: "new", state: "created" },
    ]);
  });

  it("follow what is in flight with the cursor, then what failed, until it is moved", () => {
    expect(cursorOf({ cursor: undefined }, shown(running(underWay)))).toBe(1);
    expect(cursorOf({ cursor: undefined }, shown(running(failed)))).toBe(1);
    const moved = running(underWay, { type: "run.moved", by: 1 }, { type: "run.moved", by: 5 });
    expect(cursorOf(moved, shown(moved))).toBe(2);
    const up = reduceRuns(moved, { type: "run.moved", by: -10 });
    expect(cursorOf(up, shown(up))).toBe(0);
  });

  it("are in flight until they are finished or cannot be followed any more", () => {
    expect(runsInFlight(running(troubled))).toHaveLength(1);
    expect(runsInFlight(running(failed))).toHaveLength(0);
    const error = new RestartError("Unknown", "the journal is full");
    expect(runsInFlight(running(underWay, { type: "run.failed", id: plan.id, error, at: noon }))).toHaveLength(0);
  });

  it("name what did not end well, for another try", () => {
    expect(names(failedTargets(shown(running(failed))))).toEqual(["refund-api", "tax-api"]);
  });

  it("are drained only after a yes, and asked once", () => {
    const asked = running(underWay, { type: "run.drain" });
    expect([asked.question, shown(asked).drainAsked]).toEqual(["drain", false]);
    const no = reduceRuns(asked, { type: "run.answered", yes: false });
    expect([no.question, shown(no).drainAsked]).toEqual([undefined, false]);
    const yes = reduceRuns(asked, { type: "run.answered", yes: true });
    expect([yes.question, shown(yes).drainAsked]).toEqual([undefined, true]);
    expect(reduceRuns(yes, { type: "run.drain" }).question).toBeUndefined();
    expect(running(failed, { type: "run.drain" }).question).toBeUndefined();
  });
});
