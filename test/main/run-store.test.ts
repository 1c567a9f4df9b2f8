import { describe, expect, it } from "vitest";
import {
  type ClusterSource,
  type Journal,
  memoryJournal,
  type RunEvent,
  type RunHandle,
} from "../../src/core/index.ts";
import { createRunStore } from "../../src/main/run-store.ts";
import { createStage, ends, plan, type Stage, workload } from "../core/simulated.ts";

function storeOn({ api, clock }: Stage, journal: Journal = memoryJournal) {
  const source: ClusterSource = { entries: [], current: undefined, open: async () => api.cluster };
  return createRunStore({ clock, random: () => 0.5, journal }, source);
}

async function read(handle: RunHandle): Promise<readonly RunEvent[]> {
  return Array.fromAsync(handle.events());
}

describe("a run in this process", () => {
  it("goes on when nobody listens, and tells everything from the first event to whoever comes later", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const planned = await plan(stage, [["Deployment", "web"]]);
    const handle = await storeOn(stage).start(planned);
    await stage.clock.advance(60_000);
    expect(stage.patches()).toHaveLength(1);
    const [one, two] = await stage.clock.runUntil(Promise.all([read(handle), read(handle)]));
    expect(ends(one)).toEqual(["healthy", 0]);
    expect(one[0]).toMatchObject({ type: "run.planned", run: planned.id, seq: 1 });
    expect(two).toEqual(one);
  });

  it("starts nothing new once it is drained, and follows what it began", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"), workload("Deployment", "api"));
    const planned = await plan(stage, [
      ["Deployment", "web"],
      ["Deployment", "api"],
    ]);
    const handle = await storeOn(stage).start(planned);
    const drainEarly = async () => {
      for await (const event of handle.events()) if (event.type === "target.patched") handle.drain();
    };
    await stage.clock.runUntil(drainEarly());
    expect(ends(await read(handle))).toEqual(["healthy", "not-started", 130]);
    expect(stage.patches()).toHaveLength(1);
  });

  it("hands a journal's failure to whoever follows", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const journal: Journal = { append: () => Promise.reject(new Error("disk full")) };
    const handle = await storeOn(stage, journal).start(await plan(stage, [["Deployment", "web"]]));
    await expect(read(handle)).rejects.toThrow("disk full");
  });
});
