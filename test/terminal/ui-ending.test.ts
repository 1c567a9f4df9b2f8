import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createScene, type OnTerminal, onTerminal, type Scene, until, untouched } from "./executable.ts";

let scene: Scene;
beforeEach(async () => {
  scene = await createScene(1500);
});
afterEach(() => scene.close());

/** Two workloads, of which the first is on its way. */
async function restarting(): Promise<OnTerminal> {
  const terminal = onTerminal([], scene.env, { cols: 100, rows: 24 });
  await terminal.shows("dev live");
  await terminal.press("*", "r");
  await terminal.shows("y restart these 2");
  await terminal.press("y");
  await until(() => scene.patches() === 1);
  await terminal.shows(/replacing +deployment\/api/);
  return terminal;
}

describe("the terminal UI with a restart in flight", () => {
  it.each([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGINT", 130],
  ] as const)("leaves on %s, gives the terminal back and says what goes on", async (signal, exitCode) => {
    const terminal = await restarting();
    terminal.signal(signal);
    expect(await terminal.exited).toBe(exitCode);
    expect(terminal.modes()).toEqual(untouched);
    const [first = "", ...more] = terminal.screen().split("\n");
    expect(first).toMatch(/^run \S+$/);
    expect(more).toEqual([
      "  deployment.apps/api in shop on dev: restarted; what it has begun goes on in the cluster",
      "  deployment.apps/web in shop on dev: not started",
    ]);
    expect(scene.patches()).toBe(1);
  });

  it("ends when its terminal is closed, and starts nothing more", async () => {
    const terminal = await restarting();
    terminal.hangUp();
    expect(await terminal.exited).toBe(129);
    expect(scene.patches()).toBe(1);
  });

  it("leaves on Ctrl-C with 130 after the question", async () => {
    const terminal = await restarting();
    await terminal.press("\u0003");
    await terminal.shows("still being followed");
    await terminal.press("\u0003");
    expect(await terminal.exited).toBe(130);
    expect(terminal.modes()).toEqual(untouched);
    expect(terminal.screen()).toContain("api in shop on dev: restarted; what it has begun goes on in the cluster");
  });
});
