import { describe, expect, it } from "vitest";
import { workload } from "../core/simulated.ts";
import { createStage, createStageWith, type Stage } from "./stage.ts";

const rollout = { ...workload("Rollout", "web"), apiVersion: "argoproj.io/v1alpha1" };

async function serving(): Promise<Stage> {
  const stage = await createStageWith("rollouts.argoproj.io");
  await stage.apply(rollout);
  return stage;
}

describe("an Argo Rollout", () => {
  it.each(["rollout", "rollouts", "ro", "rollouts.argoproj.io", "rollout.v1alpha1.argoproj.io"])(
    "is restarted as %s/web, in lines of its own",
    async (type) => {
      const stage = await serving();
      const { out, err, exitCode } = await stage.run([`${type}/web`, "-y"]);
      expect([err, exitCode]).toEqual(["", 0]);
      const lines = out.trimEnd().split("\n");
      expect(lines[0]).toBe("rollout.argoproj.io/web restarted");
      expect(lines).toContain('Waiting for rollout "web" to finish: 1 of 3 pods replaced...');
      expect(lines.at(-2)).toBe('rollout "web" successfully rolled out');
    },
  );

  it("is listed with its pods and its last restart", async () => {
    const stage = await serving();
    await stage.run(["ro/web", "-y"]);
    const { out } = await stage.run(["get", "-o", "json"]);
    expect(JSON.parse(out).items).toEqual([
      expect.objectContaining({
        kind: "Rollout",
        readyReplicas: 3,
        rollout: { phase: "complete" },
        restartedBy: "restart",
        restartedAt: expect.any(String),
      }),
    ]);
  });

  it("is named to whoever asks for one of its pods", async () => {
    const stage = await serving();
    const [pod] = stage.sim.store.list("pods", "shop");
    const { err, exitCode } = await stage.run([`pod/${pod?.metadata.name}`, "-y"]);
    expect([err, exitCode]).toEqual([expect.stringContaining("rollout/web"), 4]);
  });

  it("says by its status when it was seen through", async () => {
    const stage = await serving();
    expect(await stage.run(["status", "ro/web", "--no-wait"])).toMatchObject({
      out: 'rollout "web" successfully rolled out\n',
      exitCode: 0,
    });
  });
});

describe("a cluster without Argo Rollouts", () => {
  it("is told so by name and by kind, and nothing is looked for that cannot be there", async () => {
    const stage = await createStage();
    const named = await stage.run(["rollout/web", "-y"]);
    expect([named.err, named.exitCode]).toEqual([
      "error: the cluster serves no rollouts in argoproj.io/v1alpha1 (context dev)\n",
      3,
    ]);
    for (const words of [
      ["rollouts", "--yes=1"],
      ["get", "ro"],
      ["get", "ro/web"],
      ["status", "ro/web"],
    ]) {
      const { err, exitCode } = await stage.run(words);
      expect([err, exitCode]).toEqual([expect.stringContaining("the cluster serves no rollouts"), 3]);
    }
  });

  it("goes on with other kinds where what is missing may be left out", async () => {
    const stage = await createStage();
    const web = workload("Deployment", "web");
    await stage.apply({ ...web, metadata: { ...web.metadata, labels: { app: "web" } } });
    const { err, exitCode } = await stage.run(["deploy,ro", "-l", "app=web", "--skip-missing", "-y"]);
    expect([err, exitCode]).toEqual([expect.stringMatching(/^skipped: the cluster serves no rollouts/), 0]);
  });

  it("lists its workloads without a word about them", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    expect(await stage.run(["get", "-A"])).toMatchObject({ err: "", exitCode: 0 });
  });

  it("lists them in silence for somebody who may see nothing else, too", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const rule = { verbs: ["get", "list"], apiGroups: ["apps"], resources: ["*"] };
    stage.useToken("t", [rule]);
    expect(await stage.run(["get"])).toMatchObject({ err: "", exitCode: 0 });
    expect((await stage.run(["rollout/web", "-y"])).err).toContain("the cluster serves no rollouts");
  });

  it("says who may not list them, where they are served", async () => {
    const stage = await serving();
    stage.useToken("t", [{ verbs: ["get", "list"], apiGroups: ["apps"], resources: ["*"] }]);
    const { err, exitCode } = await stage.run(["get"]);
    expect([err, exitCode]).toEqual([expect.stringContaining('cannot list resource "rollouts"'), 4]);
  });
});
