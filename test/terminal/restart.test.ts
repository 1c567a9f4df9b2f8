import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createScene, onTerminal, type Scene, until } from "./executable.ts";

let scene: Scene;
afterEach(() => scene.close());

describe("restart on a terminal", () => {
  beforeEach(async () => {
    scene = await createScene();
  });

  it("asks, restarts and leaves only what lasts on the screen", async () => {
    const terminal = onTerminal(["deploy/web"], scene.env);
    await terminal.shows("Restart deployment.apps/web in shop on dev (3 pods)? [y/N]");
    expect(scene.patches()).toBe(0);
    terminal.type("y\r");
    expect(await terminal.exited).toBe(0);
    const lines = terminal.screen().split("\n");
    expect(lines[0]).toBe("Restart deployment.apps/web in shop on dev (3 pods)? [y/N] y");
    expect(lines[1]).toBe("deployment.apps/web restarted");
    expect(lines[2]).toBe('deployment "web" successfully rolled out');
    expect(lines[3]).toMatch(/^healthy in .*: 3 pods replaced/);
    expect(lines).toHaveLength(4);
    expect(scene.patches()).toBe(1);
  });

  it("takes Enter alone for a no", async () => {
    const terminal = onTerminal(["deploy/web"], scene.env);
    await terminal.shows("[y/N]");
    terminal.type("\r");
    expect(await terminal.exited).toBe(4);
    expect(terminal.screen()).toContain("not confirmed: nothing was restarted");
    expect(scene.patches()).toBe(0);
  });

  it("ends at the question with 130 on Ctrl-C", async () => {
    const terminal = onTerminal(["deploy/web"], scene.env);
    await terminal.shows("[y/N]");
    terminal.type("\u0003");
    expect(await terminal.exited).toBe(130);
    expect(terminal.screen()).toContain("\nerror: interrupted: nothing was restarted");
  });
});

describe("a rollout that takes its time", () => {
  beforeEach(async () => {
    scene = await createScene(1500);
  });

  it("is redrawn in place, also where the terminal is narrow", async () => {
    const terminal = onTerminal(["deploy/web", "--yes"], scene.env, { cols: 34, rows: 8 });
    await terminal.shows(/Waiting for deployment "web" ro\S*…\n {2}\d of 3 new pods ready/);
    await terminal.shows("2 of 3 new pods ready");
    expect(terminal.screen().match(/Waiting for/g)).toHaveLength(1);
    expect(await terminal.exited).toBe(0);
    expect(terminal.screen()).not.toContain("Waiting for");
  });

  it("goes on in the cluster when Ctrl-C leaves it, and the screen says how to come back", async () => {
    const terminal = onTerminal(["deploy/web", "--yes"], scene.env, { cols: 140 });
    await terminal.shows("Waiting for");
    terminal.type("\u0003");
    expect(await terminal.exited).toBe(130);
    expect(terminal.screen()).toContain("restart status deployment/web -n shop --context dev");
    expect(terminal.screen()).not.toContain("Waiting for");
  });

  it("is left with its own exit code on SIGTERM", async () => {
    const terminal = onTerminal(["deploy/web", "--yes"], scene.env);
    await terminal.shows("Waiting for");
    terminal.signal("SIGTERM");
    expect(await terminal.exited).toBe(143);
  });

  it("is finished without a terminal when that hangs up, and so is what comes after it", async () => {
    const terminal = onTerminal(["deploy", "web", "api", "--yes"], scene.env);
    await terminal.shows("Waiting for");
    terminal.hangUp();
    expect(await terminal.exited).toBe(0);
    expect(scene.patches()).toBe(2);
  });

  it("of somebody else is no longer followed when the terminal hangs up", async () => {
    const restart = onTerminal(["deploy/web", "--yes", "--no-wait"], scene.env);
    expect(await restart.exited).toBe(0);
    const terminal = onTerminal(["status", "deploy/web"], scene.env);
    await terminal.shows("Waiting for");
    terminal.signal("SIGHUP");
    expect(await terminal.exited).toBe(129);
  });

  it("starts nothing new after the first Ctrl-C and leaves at the second", async () => {
    const terminal = onTerminal(["deploy", "web", "api", "--yes"], scene.env);
    await terminal.shows("Waiting for");
    terminal.type("\u0003");
    await terminal.shows("stopping: nothing new is started");
    await terminal.shows("Waiting for");
    terminal.type("\u0003");
    expect(await terminal.exited).toBe(130);
    await until(() => scene.patches() === 1);
    expect(terminal.screen()).toContain("not started: deployment.apps/api");
  });
});
