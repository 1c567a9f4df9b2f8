import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createScene, executable, onTerminal, type Scene, untouched } from "./executable.ts";

let scene: Scene;
beforeEach(async () => {
  scene = await createScene();
});
afterEach(() => scene.close());

const inUse = { alternateScreen: true, cursorHidden: true, bracketedPaste: true, raw: true };

describe("the terminal of the UI", () => {
  it("may shrink until nothing fits and grow again", async () => {
    const terminal = onTerminal([], scene.env, { cols: 80, rows: 24 });
    await terminal.shows("dev live");
    await terminal.shows("n namespace");
    terminal.resize(60, 15);
    await terminal.hides(/ {2}n namespace$/m);
    await terminal.shows(/^>.*api/m);
    expect(terminal.screen().split("\n").length).toBeLessThanOrEqual(15);
    terminal.resize(30, 5);
    await terminal.shows("too small: 30x5, needs 40x8");
    terminal.resize(80, 24);
    await terminal.hides("too small");
    await terminal.shows("dev live");
    await terminal.press("j");
    await terminal.shows(/^>.*web/m);
    await terminal.press("q", "q");
    expect(await terminal.exited).toBe(0);
    expect(terminal.modes()).toEqual(untouched);
  });

  it("is the shell's after Ctrl-Z, and the UI's again after fg", async () => {
    const rc = join(scene.folder, "rc");
    writeFileSync(rc, "PS1='ready>'\n");
    const terminal = onTerminal(["--rcfile", rc, "-i"], scene.env, { cols: 80, rows: 24, command: ["bash"] });
    await terminal.shows("ready>");
    await terminal.press(`${executable}; echo ended $?\r`);
    await terminal.shows("dev live");
    await terminal.press("\u001a");
    await terminal.shows(/Stopped[\s\S]*ready>$/);
    const { alternateScreen, cursorHidden } = terminal.modes();
    expect({ alternateScreen, cursorHidden }).toEqual({ alternateScreen: false, cursorHidden: false });
    await terminal.press("fg\r");
    await terminal.shows("dev live");
    expect(terminal.modes()).toEqual(inUse);
    await terminal.press("j");
    await terminal.shows(/^>.*web/m);
    await terminal.press("q", "q");
    await terminal.shows("ready>");
    expect(terminal.modes().alternateScreen).toBe(false);
    await terminal.press("exit\r");
    await terminal.exited;
  });

  it("is sent no colour where NO_COLOR is set", async () => {
    const colour = /\[(?:[0-9]+;)*(?:3[0-7]|38|4[0-7]|48|9[0-7]|10[0-7])[0-9;]*m/;
    const written = async (env: Readonly<Record<string, string>>) => {
      const terminal = onTerminal([], { ...scene.env, ...env });
      await terminal.shows("dev live");
      await terminal.press("r");
      await terminal.shows("y restart it");
      await terminal.press("y");
      await terminal.shows("1 of 1 done");
      await terminal.press("q", "q", "q");
      expect(await terminal.exited).toBe(0);
      return new TextDecoder().decode(terminal.written());
    };
    expect(await written({})).toMatch(colour);
    expect(await written({ NO_COLOR: "1" })).not.toMatch(colour);
  });

  it("is drawn on with ASCII alone under --ascii", async () => {
    const terminal = onTerminal(["--ascii"], scene.env, { cols: 80, rows: 24 });
    await terminal.shows("dev live");
    await terminal.press("?");
    await terminal.shows("close");
    await terminal.press("?", "\r");
    await terminal.shows("RollingUpdate");
    await terminal.press("q", "*", "r");
    await terminal.shows("y restart these 2");
    await terminal.press("y");
    await terminal.shows("2 of 2 done");
    await terminal.press("q", "q", "q");
    expect(await terminal.exited).toBe(0);
    const beyond = [...terminal.written()].filter((byte) => byte > 0x7f);
    expect(beyond).toEqual([]);
  });

  it("is refused where it cannot be drawn on", async () => {
    const terminal = onTerminal([], { ...scene.env, TERM: "dumb" });
    expect(await terminal.exited).toBe(2);
    expect(terminal.written()).not.toContain(0x1b);
    expect(terminal.screen()).toContain("this terminal cannot move its cursor");
  });
});
