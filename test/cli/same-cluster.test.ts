import { describe, expect, it } from "vitest";
import { workload } from "../core/simulated.ts";
import { createStage } from "./stage.ts";

/** The contexts `dev` and `test` lead to one cluster with two Deployments. */
async function oneCluster() {
  const stage = await createStage("dev", "test");
  await stage.apply(workload("Deployment", "web"), workload("Deployment", "api"));
  const { sim } = stage;
  stage.clusters["test"]?.intercept((request) => sim.handle(request));
  return stage;
}

const targets = ["deploy/web", "deploy/api", "--context", "*"];
const sentence = "the contexts dev and test lead to the same cluster: name one of them";

describe("two contexts that lead to one cluster", () => {
  it("are refused in one sentence for all workloads, with what lets them go", async () => {
    const stage = await oneCluster();
    const { err, exitCode } = await stage.run([...targets, "--yes"]);
    expect(exitCode).toBe(4);
    expect(err.split(sentence)).toHaveLength(2);
    expect(err).toContain("--allow single-cluster-identity restarts each workload once");
    expect(stage.patches()).toEqual([]);
  });

  it.each([
    ["restart plan", ["plan", ...targets]],
    ["--dry-run", [...targets, "--dry-run"]],
  ])("stand in what %s writes, at each workload, with exit code 4", async (_, words) => {
    const stage = await oneCluster();
    const { out, exitCode } = await stage.run([...words, "-o", "json"]);
    expect(exitCode).toBe(4);
    const plan = JSON.parse(out);
    expect(plan.kind).toBe("Plan");
    const finding = { code: "single-cluster-identity", level: "block", evidence: { contexts: "dev,test" } };
    expect(plan.targets).toHaveLength(4);
    for (const target of plan.targets) expect(target.findings).toContainEqual(finding);
  });

  it("restart each workload once when that is allowed, through the context that is named first", async () => {
    const stage = await oneCluster();
    const { out, exitCode } = await stage.run([
      ...targets,
      "--yes",
      "--allow",
      "single-cluster-identity",
      "-o",
      "jsonl",
    ]);
    expect(exitCode).toBe(0);
    const patched = stage.patches().map(({ path }) => path.split("/").at(-1));
    expect([...patched].sort()).toEqual(["api", "web"]);
    const ends = out.split("\n").filter((line) => line.includes('"target.finished"'));
    expect(ends).toHaveLength(2);
    for (const line of ends) expect(line).toContain('"cluster":"dev"');
  });
});
