import { describe, expect, it } from "vitest";
import { createStage, type Stage } from "../cli/stage.ts";
import { workload } from "../core/simulated.ts";

async function shop(...objects: readonly ReturnType<typeof workload>[]): Promise<Stage> {
  const stage = await createStage();
  await stage.apply(...objects);
  return stage;
}

const set = (partition: number) =>
  workload("StatefulSet", "db", { spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition } } } });
const web = (spec: object) => workload("Deployment", "web", { spec });

describe("what a strategy makes of a restart", () => {
  it.each([
    ["StatefulSet", "statefulset"],
    ["DaemonSet", "daemonset"],
  ])("row 42: an OnDelete %s is not reported as restarted, and is told what does it", async (kind, word) => {
    const stage = await shop(workload(kind, "db", { spec: { updateStrategy: { type: "OnDelete" } } }));
    const { out, err, exitCode } = await stage.run([`${word}/db`, "--yes"]);
    expect([exitCode, out]).toEqual([4, ""]);
    expect(err).toContain(`${word}.apps/db has the strategy OnDelete`);
    expect(err).toContain("--delete-pods deletes its pods one after the other");
    expect(stage.patches()).toEqual([]);
  });

  it("row 43: a partition of 2 in 3 is 1 of 3 pods, and done with the one", async () => {
    const stage = await shop(set(2));
    const pods = () => stage.sim.store.list("pods", "shop").map(({ metadata }) => metadata.uid);
    const before = pods();
    const { out, exitCode } = await stage.run(["sts/db", "--yes"]);
    expect(exitCode).toBe(0);
    expect(out).toContain("1 of 3 pods");
    expect(pods().filter((uid) => before.includes(uid))).toHaveLength(2);
  });

  it("row 44: a partition that leaves no pod is refused: nothing would restart", async () => {
    for (const partition of [3, 5]) {
      const stage = await shop(set(partition));
      const { err, exitCode } = await stage.run(["sts/db", "--yes"]);
      expect(exitCode).toBe(4);
      expect(err).toContain("no pod would be replaced");
      expect(stage.patches()).toEqual([]);
    }
  });

  it("row 45: an unready pod of an ordered StatefulSet is warned of, and named by the wait", async () => {
    const stage = await shop(workload("StatefulSet", "db", { trouble: { "fake/never-ready": "true" } }));
    await stage.clock.advance(300_000);
    const looked = await stage.run(["sts/db", "--dry-run", "--allow", "rollout-in-progress"]);
    expect(looked.out).toMatch(/^ {2}warn .*statefulset\.apps\/db.*\bdb-0\b.* holds the rollout/m);
    const args = ["sts/db", "--yes", "--allow", "rollout-in-progress", "--stall-timeout", "2m"];
    const { err, exitCode } = await stage.run(args);
    expect(err).toMatch(/error: statefulset\.apps\/db (stalled|failed) after .*: pod db-0/);
    expect([5, 6]).toContain(exitCode);
  });

  it("row 46: Recreate is warned of in the question", async () => {
    const stage = await shop(web({ strategy: { type: "Recreate" } }));
    const { err, exitCode } = await stage.run(["deploy/web"], { types: ["n"] });
    expect(exitCode).toBe(4);
    expect(err).toMatch(/^warning: .*deployment\.apps\/web.*Recreate/m);
  });

  it("row 47: one replica is only called a downtime where nothing surges", async () => {
    const downtime = async (spec: object) => {
      const stage = await shop(web({ replicas: 1, ...spec }));
      const { out } = await stage.run(["deploy/web", "--dry-run", "-o", "json"]);
      const [{ findings }] = JSON.parse(out).targets;
      return findings.filter(({ code }: { readonly code: string }) => code === "downtime");
    };
    expect(await downtime({})).toEqual([]);
    const rollingUpdate = { maxSurge: 0, maxUnavailable: 1 };
    expect(await downtime({ strategy: { type: "RollingUpdate", rollingUpdate } })).toMatchObject([{ level: "warn" }]);
  });

  it.each(["Deployment", "StatefulSet"])(
    "row 48: a %s without replicas is done at once, and that is said",
    async (kind) => {
      const stage = await shop(workload(kind, "web", { spec: { replicas: 0 } }));
      const begun = stage.clock.now();
      const { out, err, exitCode } = await stage.run([`${kind.toLowerCase()}/web`, "--yes"]);
      expect(exitCode).toBe(0);
      expect(err).toContain("has no replicas");
      expect(out).toContain("no pods to replace");
      expect(stage.clock.now() - begun).toBeLessThan(5000);
    },
  );

  it("row 49: a rollout that moves is refused, or left out on request", async () => {
    const stage = await shop(
      workload("Deployment", "web", { trouble: { "fake/ready-delay": "25000" } }),
      workload("Deployment", "api"),
    );
    await stage.run(["deploy/web", "--yes", "--no-wait"]);
    const { err, exitCode } = await stage.run(["deploy", "web", "api", "--yes"]);
    expect(exitCode).toBe(4);
    expect(err).toContain("a rollout of deployment.apps/web is in progress");
    expect(stage.patches()).toHaveLength(1);
    const skipping = await stage.run(["deploy", "web", "api", "--yes", "--skip-blocked"]);
    expect(skipping.exitCode).toBe(0);
    expect(stage.patches().map(({ path }) => path.split("/").at(-1))).toEqual(["web", "api"]);
  });
});
