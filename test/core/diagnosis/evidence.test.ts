import { describe, expect, it } from "vitest";
import { createStage, last, plan, run, type Stage, workload } from "../simulated.ts";

async function crash(stage: Stage) {
  await stage.apply(workload("Deployment", "web", { trouble: { "fake/crash-after-restart": "true" } }));
  const planned = await plan(stage, [["Deployment", "web"]]);
  return last(await run(stage, planned), "target.finished");
}

describe("the last lines of a container that crashed", () => {
  it("are of the run that ended, without the times, at most twenty", async () => {
    const { diagnosis } = await crash(await createStage());
    expect(diagnosis?.logs?.at(-1)).toBe("FATAL cannot start without a database, exiting with code 1");
    expect(diagnosis?.logs?.length).toBeLessThanOrEqual(20);
  });

  it("are asked for once, with a limit, of the container that has just ended", async () => {
    const stage = await createStage();
    await crash(stage);
    const [asked, ...more] = stage.sim.requests.filter(({ path }) => path.endsWith("/log"));
    expect(more).toEqual([]);
    expect(asked?.query).toContain("tailLines=20");
    expect(asked?.query).not.toMatch(/previous|follow/);
  });

  it("keep nobody waiting when they do not come", async () => {
    const usual = await crash(await createStage());
    const stage = await createStage();
    stage.sim.intercept((request) =>
      new URL(request.url).pathname.endsWith("/log")
        ? new Promise((_, reject) => {
            request.signal.addEventListener("abort", () => reject(request.signal.reason));
          })
        : undefined,
    );
    const { diagnosis, outcome, seconds } = await crash(stage);
    expect([outcome, diagnosis?.cause, diagnosis?.logs]).toEqual(["failed", "crash-loop", undefined]);
    expect(seconds - usual.seconds).toBeLessThanOrEqual(2);
  });

  it("are left out for who may not read them", async () => {
    const stage = await createStage();
    const denied = { apiVersion: "v1", kind: "Status", status: "Failure", reason: "Forbidden", code: 403 };
    stage.sim.intercept((request) =>
      new URL(request.url).pathname.endsWith("/log") ? Response.json(denied, { status: 403 }) : undefined,
    );
    const { diagnosis } = await crash(stage);
    expect([diagnosis?.cause, diagnosis?.logs]).toEqual(["crash-loop", undefined]);
  });
});
