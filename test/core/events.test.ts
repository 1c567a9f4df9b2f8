import { describe, expect, it } from "vitest";
import { type EventBody, emptyRunState, fold, type RunEvent, type RunState } from "../../src/core/events.ts";

const target = {
  cluster: "prod",
  clusterUid: "c-1",
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { namespace: "shop", name: "web", uid: "u-1" },
};

function events(...bodies: readonly EventBody[]): readonly RunEvent[] {
  return bodies.map((body, index) => ({
    schema: "restart/v1",
    seq: index + 1,
    time: "2026-11-25T12:00:00.000Z",
    run: "r",
    ...body,
  }));
}

const story = events(
  { type: "run.started", targets: 1, wait: true },
  { type: "target.intent", target, restartedAt: "2026-11-25T12:00:00Z" },
  { type: "target.patched", target, restartedAt: "2026-11-25T12:00:00Z", previousRestartedAt: "", generation: 2 },
  { type: "target.finished", target, outcome: "healthy", seconds: 3.2 },
  { type: "run.finished", exitCode: 0, outcomes: { healthy: 1 }, seconds: 3.2 },
);

const folded = (list: readonly RunEvent[]): RunState => list.reduce(fold, emptyRunState);

describe("folding the events of a run", () => {
  it("gives every target its one outcome and the run its exit code", () => {
    const state = folded(story);
    expect([...state.targets.values()].map(({ outcome, seconds }) => [outcome, seconds])).toEqual([["healthy", 3.2]]);
    expect(state.exitCode).toBe(0);
  });

  it("shows what was in flight when the story breaks off", () => {
    expect([...folded(story.slice(0, 3)).targets.values()].map(({ state }) => state)).toEqual(["patched"]);
  });

  it("is not moved by an event that was folded already", () => {
    const state = folded(story);
    expect(story.reduce(fold, state)).toBe(state);
  });
});
