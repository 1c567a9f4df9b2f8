import { describe, expect, it } from "vitest";
import { workload } from "../core/simulated.ts";
import { keys } from "./frame.ts";
import { openRestarting } from "./restarting.ts";
import { unreachable } from "./scene.ts";

describe("a restart on the screen", () => {
  it("goes from two marked workloads over the plan to both healthy, and leaves a receipt", async () => {
    const { screen, stage } = await openRestarting();
    await screen.shows("web");
    await screen.press(" ", " ", "r");
    await screen.shows("y restart these 2 (6 pods)");
    const plan = await screen.text();
    expect(plan).toContain("Restart 2 workloads on stage as dev");
    expect(plan).toContain("statefulset/db in shop");
    expect(plan).toContain("deployment/web in shop");
    expect(stage.patches()).toEqual([]);
    await screen.press("y");
    await screen.shows(/replacing +statefulset\/db in shop +\[---/);
    expect(await screen.text()).toContain("waiting      deployment/web in shop");
    await screen.shows(/healthy +statefulset\/db in shop/);
    await screen.shows(/2 workloads in .*: 2 healthy/);
    expect(stage.patches().map(({ path }) => path)).toEqual([
      "/apis/apps/v1/namespaces/shop/statefulsets/db",
      "/apis/apps/v1/namespaces/shop/deployments/web",
    ]);
    await screen.press(keys.escape);
    // What was marked is done: the next r is about the row alone.
    expect(await screen.text()).not.toContain("marked");
    await screen.press("q", "q");
    const { exitCode, receipt } = await screen.result;
    expect(exitCode).toBe(0);
    expect(receipt.map((text) => text.replace(/in \d+.*?s:/, "in …:"))).toEqual([
      expect.stringMatching(/^run 2026/),
      "  statefulset.apps/db in shop on stage: healthy in …: 3 pods replaced, at least 2 of 3 ready, expected 15 s",
      "  deployment.apps/web in shop on stage: healthy in …: 3 pods replaced, 1 old pod still terminating, expected 15 s",
    ]);
  });

  it("sends nothing by Enter, which cancels", async () => {
    const { screen, stage } = await openRestarting();
    await screen.shows("web");
    await screen.press("r");
    await screen.shows("y restart it (3 pods)");
    await screen.press(keys.enter);
    expect(await screen.text()).toContain("KIND");
    await stage.clock.advance(5000);
    expect(stage.patches()).toEqual([]);
  });

  it("of a protected cluster waits for its name and ctrl-y, and for nothing less", async () => {
    const { screen, stage } = await openRestarting({ name: "prod-eu" });
    await screen.shows("web");
    await screen.press("r");
    await screen.shows("Type prod-eu (prod-eu is protected)");
    await screen.press("y", "o", keys.ctrl("u"));
    await screen.press(keys.ctrl("y"));
    await screen.shows("That is not what has to be typed.");
    await screen.press("\u007f", "\u007f", "prod-eu", keys.enter);
    await screen.shows("Enter never sends");
    await stage.clock.advance(5000);
    expect(stage.patches()).toEqual([]);
    await screen.press(keys.ctrl("y"));
    await screen.shows("1 healthy");
    expect(stage.patches()).toHaveLength(1);
  });

  it("refused for one of two is sent for the other only, once that is asked for", async () => {
    const paused = workload("Deployment", "held", { spec: { paused: true } });
    const { screen, stage } = await openRestarting({ workloads: [workload("Deployment", "web"), paused] });
    await screen.shows("held");
    await screen.press(" ", " ", "r");
    await screen.shows("1 workload of 2 refused: nothing can be sent like this.");
    expect(await screen.text()).toContain("BLOCK deployment/held in shop is paused");
    await screen.press("y");
    expect(stage.patches()).toEqual([]);
    await screen.press("o", "y");
    await screen.shows("1 healthy");
    expect(stage.patches().map(({ path }) => path)).toEqual(["/apis/apps/v1/namespaces/shop/deployments/web"]);
  });

  it("that is not what was shown half a minute ago is shown again", async () => {
    const { screen, stage } = await openRestarting();
    await screen.shows("web");
    await screen.press("G", "r");
    await screen.shows("y restart it (3 pods)");
    await stage.clock.advance(31_000);
    const path = "https://stage.example/apis/apps/v1/namespaces/shop/deployments/web";
    const body = JSON.stringify({ spec: { paused: true } });
    const headers = { "content-type": "application/strategic-merge-patch+json" };
    await stage.sim.handle(new Request(path, { method: "PATCH", headers, body }));
    const before = stage.patches().length;
    await screen.press("y");
    await screen.shows("BLOCK deployment/web in shop is paused");
    expect(stage.patches().length).toBe(before);
  });

  it("that was shown for a minute and is as it was is sent, with a time of now", async () => {
    const { screen, stage } = await openRestarting();
    await screen.shows("web");
    await screen.press("G", "r");
    await screen.shows("y restart it (3 pods)");
    await stage.clock.advance(60_000);
    const now = stage.clock.now();
    await screen.press("y");
    await screen.shows("1 healthy");
    const [patch] = stage.patches();
    const [, restartedAt = ""] = /restartedAt":"([^"]+)"/.exec(patch?.body ?? "") ?? [];
    expect(Date.parse(restartedAt)).toBeGreaterThanOrEqual(Math.floor(now / 1000) * 1000);
  });

  it("that fails says why, and what it would try again", async () => {
    const crash = workload("Deployment", "web", { trouble: { "fake/crash": "true" } });
    const { screen } = await openRestarting({ workloads: [crash] });
    await screen.shows("web");
    await screen.press("r");
    await screen.shows("y restart it");
    await screen.press("y");
    await screen.shows(/1 workload in .*: 1 failed/);
    expect(await screen.text()).toMatch(/CrashLoopBackOff|exit code/);
    await screen.press("R");
    await screen.shows("Restart 1 workload on stage");
  });

  it("asks before it leaves a run, says what goes on, and starts nothing more", async () => {
    const { screen, stage } = await openRestarting();
    await screen.shows("web");
    await screen.press(" ", " ", "r");
    await screen.shows("y restart these 2");
    await screen.press("y");
    await screen.shows("replacing");
    await screen.press("b", keys.ctrl("c"));
    await screen.shows("1 workload not started yet will not be restarted.");
    await screen.press("y");
    const { receipt } = await screen.result;
    await stage.clock.advance(120_000);
    expect(stage.patches()).toHaveLength(1);
    expect(receipt.slice(1)).toEqual([
      "  statefulset.apps/db in shop on stage: restarted; what it has begun goes on in the cluster",
      "  deployment.apps/web in shop on stage: not started",
    ]);
  });

  it("starts nothing new once that was asked and agreed to", async () => {
    const { screen, stage } = await openRestarting();
    await screen.shows("web");
    await screen.press(" ", " ", "r");
    await screen.shows("y restart these 2");
    await screen.press("y");
    await screen.shows("replacing");
    await screen.press("x");
    await screen.shows("Start nothing new?");
    await screen.press("y");
    await screen.shows("Stopping: nothing new is started");
    await screen.shows(/1 healthy, 1 not started/);
    expect(stage.patches()).toHaveLength(1);
  });

  it("is not offered where nothing may be written", async () => {
    const { screen, stage } = await openRestarting({ readOnly: true });
    await screen.shows("web");
    await screen.press("r");
    await screen.shows("read-only");
    await screen.press("y", keys.enter, "r", "y");
    expect(stage.patches()).toEqual([]);
  });

  it("names what the filter hides, because it is restarted, too", async () => {
    const { screen } = await openRestarting();
    await screen.shows("web");
    await screen.press(" ", " ", "/", "web", keys.enter, "r");
    await screen.shows("y restart these 2");
    expect(await screen.text()).toMatch(/statefulset\/db in shop .*\n +\(hidden by filter\)/);
  });

  it("cannot be planned while the cluster is away, and is once it is back", async () => {
    const { screen, stage, fail } = await openRestarting();
    await screen.shows("web");
    await screen.press("r");
    await screen.shows("y restart it");
    fail(unreachable);
    await screen.press("R");
    await screen.shows("FAILED stage: connection refused");
    await screen.press("y");
    expect(stage.patches()).toEqual([]);
    fail(undefined);
    await screen.press("R");
    await screen.shows("y restart it");
  });

  it("is followed to its end although the cluster goes away in between", async () => {
    const { screen, fail } = await openRestarting();
    await screen.shows("web");
    await screen.press("r");
    await screen.shows("y restart it");
    await screen.press("y");
    await screen.shows("replacing");
    fail(unreachable);
    await screen.shows("stage does not answer: connection refused; waiting for it");
    fail(undefined);
    await screen.shows("1 healthy");
    expect(await screen.text()).not.toContain("does not answer");
  });

  it("tells its end wherever one has gone meanwhile, and can be looked at until one leaves", async () => {
    const { screen } = await openRestarting();
    await screen.shows("web");
    await screen.press("r");
    await screen.shows("y restart it");
    await screen.press("y");
    await screen.shows("replacing");
    await screen.press("b");
    await screen.shows("1 run in flight");
    await screen.shows(/restarted 1 workload in .*: 1 healthy; P shows it/);
    await screen.press("P");
    await screen.shows(/healthy +statefulset\/db/);
  });
});
