import { describe, expect, it } from "vitest";
import { workload } from "../../core/simulated.ts";
import { createStage } from "../stage.ts";

const paused = { spec: { paused: true } };

describe("restart plan", () => {
  it("says how many pods, how few stay ready, how and how long, and sends nothing", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"), workload("StatefulSet", "db"));
    const { out, err, exitCode } = await stage.run(["plan", "deploy/web", "sts/db"]);
    expect([err, exitCode]).toEqual(["", 0]);
    const [header, web, db] = out.split("\n").map((line) => line.split(/ {2,}/));
    expect(header).toEqual(["NAMESPACE", "NAME", "PODS", "FEWEST READY", "HOW", "TIME", "FINDINGS"]);
    expect(web?.slice(0, 6)).toEqual([
      "shop",
      "deployment.apps/web",
      "3",
      "3/3",
      "1 at a time, new ones first",
      expect.stringMatching(/^about [\d.]+ s$/),
    ]);
    expect(db?.slice(0, 5)).toEqual(["shop", "statefulset.apps/db", "3", "2/3", "1 at a time, old ones first"]);
    expect(out).toMatch(/\n2 workloads, 6 pods, about [\d.]+ s one after the other\n$/);
    expect(stage.patches()).toEqual([]);
  });

  it("writes the plan with its blocks and exits 4", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"), workload("Deployment", "still", paused));
    const { out, err, exitCode } = await stage.run(["plan", "deploy", "web", "still"]);
    expect(exitCode).toBe(4);
    expect(out).toContain("block paused: deployment.apps/still is paused");
    expect(out).toMatch(/^2 workloads, .*; 1 blocked$/m);
    expect(err).toContain("error: deployment.apps/still is paused");
    const json = await stage.run(["plan", "deploy", "web", "still", "-o", "json"]);
    expect(json.exitCode).toBe(4);
    const { kind, targets } = JSON.parse(json.out) as { kind: string; targets: readonly { forecast: unknown }[] };
    expect(kind).toBe("Plan");
    expect(targets.map(({ forecast }) => forecast)).toMatchObject([
      { pods: 3, lowestReady: 3, atOnce: 1, surge: 1, seconds: expect.any(Number) },
      { pods: 3 },
    ]);
  });

  it("needs no type where it is said where to look, and no consent", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"), workload("DaemonSet", "agent"));
    const { out, exitCode } = await stage.run(["plan", "-A", "-o", "name"]);
    expect([out, exitCode]).toEqual(["deployment.apps/web\ndaemonset.apps/agent\n", 0]);
    expect((await stage.run(["plan"])).exitCode).toBe(2);
  });

  it("goes on with the rest with --skip-blocked", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"), workload("Deployment", "still", paused));
    const { out, err, exitCode } = await stage.run(["plan", "deploy", "-n", "shop", "--skip-blocked", "-o", "name"]);
    expect([out, exitCode]).toEqual(["deployment.apps/web\n", 0]);
    expect(err).toContain("skipped: deployment.apps/still is paused");
  });

  it("raises a finding with --block, and records it", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { spec: { strategy: { type: "Recreate" } } }));
    expect((await stage.run(["plan", "deploy/web"])).exitCode).toBe(0);
    const { out, exitCode } = await stage.run(["plan", "deploy/web", "--block", "downtime", "-o", "json"]);
    expect(exitCode).toBe(4);
    expect(JSON.parse(out)).toMatchObject({ block: ["downtime"] });
    expect((await stage.run(["deploy/web", "--yes", "--block", "downtime"])).exitCode).toBe(4);
    expect(stage.patches()).toEqual([]);
    expect((await stage.run(["plan", "deploy/web", "--block", "downtimes"])).err).toContain("did you mean downtime?");
  });
});
