import { describe, expect, it } from "vitest";
import { type Condition, withCondition, withFreshCondition } from "../../../src/sim/controllers/conditions.ts";

const early: Condition = {
  type: "Progressing",
  status: "True",
  reason: "ReplicaSetUpdated",
  message: "first",
  lastTransitionTime: "08:00",
  lastUpdateTime: "08:00",
};
const late = { lastTransitionTime: "09:00", lastUpdateTime: "09:00" } as const;

describe("the conditions of the simulated controllers", () => {
  it("stay as they are, message and times included, for the same status and reason", () => {
    expect(withCondition([early], { ...early, ...late, message: "second" })).toEqual([early]);
  });

  it("keep their time of transition when only the reason changes", () => {
    const next = { ...early, ...late, reason: "NewReplicaSetAvailable" };
    expect(withCondition([early], next)).toEqual([{ ...next, lastTransitionTime: "08:00" }]);
  });

  it("move their time of transition with the status, and go to the end", () => {
    const next: Condition = { ...early, ...late, status: "False" };
    const other: Condition = { type: "Available", status: "True" };
    expect(withCondition([early, other], next)).toEqual([other, next]);
  });

  it("say each time that there was progress when asked to", () => {
    const next = { ...early, ...late, message: "second" };
    expect(withFreshCondition([early], next)).toEqual([{ ...next, lastTransitionTime: "08:00" }]);
  });
});
