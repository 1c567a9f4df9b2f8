import { describe, expect, it } from "vitest";
import { createStage, last, plan, run, type Stage, workload } from "./simulated.ts";

async function forecast(stage: Stage, kind: string, name = "web") {
  const planned = await plan(stage, [[kind, name]], { allow: ["on-delete", "rollout-in-progress"] });
  return planned.targets[0]?.forecast;
}

/** Pods become ready so long after they were made. */
const slow = (milliseconds: number) => ({ trouble: { "fake/ready-delay": String(milliseconds) } });

describe("a forecast", () => {
  it("counts the batches of a rolling update with the start times of the present pods", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", slow(8000)));
    const seen = await forecast(stage, "Deployment");
    expect(seen).toMatchObject({ pods: 3, lowestReady: 3, atOnce: 1, surge: 1 });
    expect(seen?.startSeconds).toBeGreaterThanOrEqual(8);
    expect(seen?.startSeconds).toBeLessThan(11);
    expect(seen?.seconds).toBe(3 * (seen?.startSeconds ?? 0));
  });

  it("adds minReadySeconds to each batch", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { ...slow(4000), spec: { minReadySeconds: 10 } }));
    const seen = await forecast(stage, "Deployment");
    expect(seen?.seconds).toBe(3 * ((seen?.startSeconds ?? 0) + 10));
  });

  it.each([
    ["StatefulSet", {}, { pods: 3, lowestReady: 2, atOnce: 1, surge: 0 }],
    ["Deployment", { strategy: { type: "Recreate" } }, { pods: 3, lowestReady: 0, atOnce: 3, surge: 0 }],
    [
      "Deployment",
      { replicas: 10, strategy: { rollingUpdate: { maxSurge: "30%", maxUnavailable: "20%" } } },
      { pods: 10, lowestReady: 8, atOnce: 5, surge: 3 },
    ],
    [
      "StatefulSet",
      { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } },
      { pods: 1, lowestReady: 2, atOnce: 1 },
    ],
    ["Deployment", { replicas: 0 }, { pods: 0, lowestReady: 0, seconds: undefined }],
  ])("of a %s with %j", async (kind, spec, expected) => {
    const stage = await createStage();
    await stage.apply(workload(kind, "web", { spec }));
    expect(await forecast(stage, kind)).toMatchObject(expected);
  });

  it("stands at the end beside what was seen", async () => {
    const stage = await createStage();
    await stage.apply(workload("StatefulSet", "web", slow(5000)));
    const end = last(await run(stage, await plan(stage, [["StatefulSet", "web"]])), "target.finished");
    expect(end).toMatchObject({ outcome: "healthy", lowestReady: 2, forecast: { lowestReady: 2, seconds: 15 } });
    expect(end.seconds).toBeGreaterThanOrEqual(15);
  });

  it("shows when fewer stayed ready than were to be expected", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", slow(5000)));
    const planned = await plan(stage, [["Deployment", "web"]]);
    let evicted = false;
    const during = async ({ type }: { readonly type: string }) => {
      if (type !== "target.observed" || evicted) return;
      evicted = true;
      for (const pod of stage.sim.store.list("pods", "shop").slice(0, 2)) {
        const path = `/api/v1/namespaces/shop/pods/${pod.metadata.name}`;
        await stage.sim.handle(new Request(`https://stage.example${path}`, { method: "DELETE" }));
      }
    };
    const end = last(await run(stage, planned, { during }), "target.finished");
    expect(end).toMatchObject({ outcome: "healthy", lowestReady: 1, forecast: { lowestReady: 3 } });
  });

  it("starts from what is ready now, when that is less", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { trouble: { "fake/never-ready": "true" } }));
    expect(await forecast(stage, "Deployment")).toMatchObject({ lowestReady: 0, seconds: undefined });
  });
});
