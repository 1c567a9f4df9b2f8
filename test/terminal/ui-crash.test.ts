import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createScene, onTerminal, type Scene, untouched } from "./executable.ts";

const root = join(import.meta.dirname, "../..");
let scene: Scene;
let folder: string;
let crashing: string;
beforeAll(async () => {
  scene = await createScene();
  folder = mkdtempSync(join(tmpdir(), "restart-crash-"));
  crashing = join(folder, "restart");
  const entry = join(import.meta.dirname, "crashing-ui.ts");
  const build = Bun.spawn([process.execPath, "scripts/compile.ts", "--entry", entry, "--outfile", crashing], {
    cwd: root,
    stdout: "ignore",
  });
  expect(await build.exited).toBe(0);
});
afterAll(async () => {
  await scene.close();
  rmSync(folder, { recursive: true, force: true });
});

it.each(["timer", "rejection"])("gives the terminal back before the sentence of a crash: %s", async (how) => {
  const terminal = onTerminal([how], scene.env, { cols: 80, rows: 24, command: [crashing] });
  await terminal.shows("dev live");
  expect(await terminal.exited).toBe(1);
  expect(terminal.screen()).toBe("error: it broke red and on");
  expect(terminal.modes()).toEqual(untouched);
});
