import { describe, expect, it } from "vitest";
import { workload } from "../../core/simulated.ts";
import { createStage } from "../stage.ts";

/** A stage on which a restart that takes its time was requested. */
async function rolling(kind: string, options: Parameters<typeof workload>[2] = {}) {
  const stage = await createStage();
  await stage.apply(workload(kind, "web", options));
  const word = `${kind.toLowerCase()}/web`;
  await stage.run([word, "--yes", "--no-wait", "--allow=rollout-in-progress"]);
  return { stage, word };
}

describe("restart status", () => {
  it("prints kubectl's lines and nothing else", async () => {
    const { stage, word } = await rolling("Deployment");
    const { out, err, exitCode } = await stage.run(["status", word]);
    expect(exitCode).toBe(0);
    expect(err).toBe("");
    const lines = out.trimEnd().split("\n");
    expect(lines.at(-1)).toBe('deployment "web" successfully rolled out');
    for (const line of lines.slice(0, -1)) {
      expect(line).toMatch(
        /^Waiting for deployment (spec update to be observed|"web" rollout to finish: (\d out of 3 new replicas have been updated|\d old replicas are pending termination|\d of 3 updated replicas are available))\.\.\.$/,
      );
    }
    expect(stage.patches()).toHaveLength(1);
  });

  it("is done at once when nothing rolls", async () => {
    const stage = await createStage();
    await stage.apply(workload("DaemonSet", "agent"));
    expect(await stage.run(["status", "ds/agent"])).toEqual({
      out: 'daemon set "agent" successfully rolled out\n',
      err: "",
      exitCode: 0,
    });
  });

  it("prints the present line once with --watch=false, exit 0 as kubectl", async () => {
    const { stage, word } = await rolling("StatefulSet", { trouble: { "fake/ready-delay": "600000" } });
    for (const flag of ["--watch=false", "-w=false", "--no-wait"]) {
      const { out, exitCode } = await stage.run(["status", word, flag]);
      expect(exitCode).toBe(0);
      expect(out).toMatch(/^Waiting for (\d pods to be ready|statefulset spec update to be observed)\.\.\.\n$/);
    }
  });

  it("shows the last lines of a crash loop that somebody else began, of the container that ended", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { trouble: { "fake/crash": "true" } }));
    // In the middle of a back-off.
    await stage.clock.advance(1_000);
    const { err, exitCode } = await stage.run(["status", "deploy/web"]);
    expect(exitCode).toBe(5);
    expect(err).toMatch(/failed.*: pod web-\S+, container app: keeps crashing, exit code 1, \d restarts\n/);
    expect(err).toContain("  last lines of its log:\n    INFO starting app");
    expect(err).toContain("    FATAL cannot start without a database, exiting with code 1\n  look at it: kubectl");
    const asked = stage.sim.requests.filter(({ path }) => path.endsWith("/log"));
    expect(asked.map(({ query }) => /previous=true/.test(query))).toEqual([true]);
  });

  it("ends with 5 and the reason when the rollout cannot heal", async () => {
    const { stage, word } = await rolling("Deployment", { trouble: { "fake/config-error": "true" } });
    const { err, exitCode } = await stage.run(["status", word]);
    expect(exitCode).toBe(5);
    expect(err).toMatch(/error: deployment\.apps\/web failed.*Secret "db-credentials" does not exist/);
  });

  it("says kubectl's sentence when the progress deadline is over", async () => {
    const { stage, word } = await rolling("Deployment", {
      trouble: { "fake/never-ready": "true" },
      spec: { progressDeadlineSeconds: 5 },
    });
    const { err, exitCode } = await stage.run(["status", word]);
    expect(exitCode).toBe(5);
    expect(err).toContain('error: deployment "web" exceeded its progress deadline\n');
    expect(await stage.run(["status", word, "--watch=false"])).toEqual({
      out: "",
      err: 'error: deployment "web" exceeded its progress deadline\n',
      exitCode: 5,
    });
  });

  it("refuses what is replaced only by hand", async () => {
    const stage = await createStage();
    await stage.apply(workload("StatefulSet", "db", { spec: { updateStrategy: { type: "OnDelete" } } }));
    const { err, exitCode } = await stage.run(["status", "sts/db"]);
    expect(exitCode).toBe(4);
    expect(err).toBe("error: rollout status is only available for RollingUpdate strategy type\n");
  });

  it("follows several one after the other and ends with the worst", async () => {
    const { stage } = await rolling("Deployment", { trouble: { "fake/config-error": "true" } });
    await stage.apply(workload("DaemonSet", "agent"));
    const { out, exitCode } = await stage.run(["status", "deploy/web", "ds/agent"]);
    expect(exitCode).toBe(5);
    expect(out).toContain('daemon set "agent" successfully rolled out');
  });

  it("gives --timeout to all together", async () => {
    const { stage, word } = await rolling("Deployment", { trouble: { "fake/ready-delay": "600000" } });
    await stage.apply(workload("StatefulSet", "db", { trouble: { "fake/ready-delay": "600000" } }));
    // A command is loaded when it is first used, which the clock would jump over.
    await stage.run(["status", word, "--watch=false"]);
    const begun = stage.clock.now();
    const { err, exitCode } = await stage.run(["status", word, "sts/db", "--timeout=20s"]);
    expect(exitCode).toBe(6);
    expect(stage.clock.now() - begun).toBeLessThan(25_000);
    expect(err).toMatch(
      /error: deployment\.apps\/web stalled[\s\S]*error: statefulset\.apps\/db stalled: out of time\n/,
    );
  });

  it("writes documents and events, too", async () => {
    const { stage, word } = await rolling("Deployment");
    const jsonl = await stage.run(["status", word, "-o", "jsonl"]);
    const events = jsonl.out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { readonly type: string });
    expect(events.at(-1)).toMatchObject({ type: "target.finished", outcome: "healthy" });
    const json = await stage.run(["status", word, "-o", "json"]);
    expect(JSON.parse(json.out)).toMatchObject({ kind: "RolloutList", exitCode: 0, items: [{ outcome: "healthy" }] });
  });

  it("leaves with 130 on Ctrl-C", async () => {
    const { stage, word } = await rolling("Deployment", { trouble: { "fake/ready-delay": "600000" } });
    const { exitCode } = await stage.run(["status", word], {
      watch: (screen, { drain }) => {
        if (screen.includes("Waiting")) drain();
      },
    });
    expect(exitCode).toBe(130);
  });
});
