import { afterEach, describe, expect, it } from "vitest";
import { createScene, onTerminal, type Scene, until, untouched } from "./executable.ts";

const escapeKey = "\u001b";
const ctrlY = "\u0019";

let scene: Scene;
afterEach(() => scene.close());

describe("the terminal UI", () => {
  it("filters, marks, plans and restarts two workloads, and leaves the receipt", async () => {
    scene = await createScene();
    const terminal = onTerminal([], scene.env, { cols: 140, rows: 24 });
    await terminal.shows("dev live");
    expect(terminal.modes()).toEqual({ alternateScreen: true, cursorHidden: true, bracketedPaste: true, raw: true });
    await terminal.press("/", "a", "p", "i");
    await terminal.shows("1 of 2");
    await terminal.press("\r", " ", escapeKey);
    await terminal.shows("1 marked (0 hidden)");
    await terminal.press("/", "w");
    await terminal.shows("1 marked (1 hidden)");
    await terminal.press("\r", " ", "r");
    await terminal.shows(/1 +deployment\/api in shop/);
    await terminal.shows(/2 +deployment\/web in shop/);
    await terminal.shows("y restart these 2 (6 pods)");
    await terminal.press("y");
    await terminal.shows("Restart on dev   2 of 2 done");
    await terminal.press("q", escapeKey, "q", "q");
    expect(await terminal.exited).toBe(0);
    const lines = terminal.screen().split("\n");
    expect(lines[0]).toMatch(/^run \S+$/);
    expect(lines[1]).toMatch(/^ {2}deployment\.apps\/api in shop on dev: healthy in .*: 3 pods replaced/);
    expect(lines[2]).toMatch(/^ {2}deployment\.apps\/web in shop on dev: healthy in .*: 3 pods replaced/);
    expect(lines).toHaveLength(3);
    expect(terminal.modes()).toEqual(untouched);
    expect(scene.patches()).toBe(2);
  });

  it("sends to a protected cluster when its name is typed, and then by Ctrl-Y alone", async () => {
    scene = await createScene(100, "prod");
    const terminal = onTerminal([], scene.env, { cols: 100, rows: 24 });
    await terminal.shows("prod PROD live");
    await terminal.press("r");
    await terminal.shows("Type prod (prod is protected)");
    await terminal.press("d", "e", "v", "\r");
    await terminal.shows("Enter never sends");
    await terminal.press(ctrlY);
    await terminal.shows("That is not what has to be typed.");
    await terminal.press("\u007f", "\u007f", "\u007f", "p", "r", "o", "d");
    await terminal.shows(/\[prod *\]/);
    await terminal.press("\r");
    await terminal.shows("Enter never sends");
    expect(scene.patches()).toBe(0);
    await terminal.press(ctrlY);
    await terminal.shows("Restart on prod");
    await until(() => scene.patches() === 1);
    await terminal.shows("1 of 1 done");
    await terminal.press("q", "q", "q");
    expect(await terminal.exited).toBe(0);
    expect(terminal.screen()).toMatch(/deployment\.apps\/api in shop on prod: healthy/);
  });

  it("asks whoever quits while a restart is followed, and says afterwards what goes on", async () => {
    scene = await createScene(1500);
    const terminal = onTerminal([], scene.env, { cols: 100, rows: 24 });
    await terminal.shows("dev live");
    await terminal.press("*", "r");
    await terminal.shows("y restart these 2");
    await terminal.press("y");
    await terminal.shows("0 of 2 done");
    await until(() => scene.patches() === 1);
    await terminal.press("q", "q", "q");
    await terminal.shows("1 restart is still being followed.");
    await terminal.shows("1 workload not started yet will not be restarted.");
    await terminal.press("n");
    await terminal.hides("still being followed");
    await terminal.press("q");
    await terminal.shows("still being followed");
    await terminal.press("y");
    expect(await terminal.exited).toBe(0);
    expect(terminal.screen()).toContain("api in shop on dev: restarted; what it has begun goes on in the cluster");
    expect(terminal.screen()).toContain("web in shop on dev: not started");
    expect(terminal.modes()).toEqual(untouched);
    expect(scene.patches()).toBe(1);
  });
});
