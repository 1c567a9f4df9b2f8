import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createScene, inShell, onTerminal, type Scene, until, untouched } from "./executable.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await createScene(1500);
});
afterAll(() => scene.close());

const restart = async (name: string) => {
  const { exitCode } = await inShell(`$restart deploy/${name} --yes --no-wait`, scene.env);
  expect(exitCode).toBe(0);
};

describe("restart get --watch", () => {
  it("redraws in place while something rolls out, and leaves the terminal as it was", async () => {
    const program = onTerminal(["get", "deploy", "-w"], scene.env, { rows: 12 });
    await program.shows(/web +3\/3 .*complete/);
    await restart("web");
    await program.shows(/web +3\/3 .*rolling/);
    await program.shows(/web +3\/3 .*complete +\d+s/);
    expect(program.screen().match(/^(NAME|api|web) /gm)).toEqual(["NAME ", "api ", "web "]);
    program.type("\u0003");
    expect(await program.exited).toBe(130);
    expect(program.modes()).toEqual(untouched);
  });

  it("finds its own lines again on a terminal that became narrower", async () => {
    const program = onTerminal(["get", "deploy", "-w"], scene.env, { cols: 100, rows: 12 });
    await program.shows(/web +3\/3 .*complete/);
    program.resize(48, 12);
    const { exitCode } = await inShell("$restart deploy/api --yes", scene.env);
    expect(exitCode).toBe(0);
    await program.shows(/api +3\/3 /);
    await program.shows(/web +3\/3 .*…/);
    expect(program.screen().match(/^(NAME|api|web) /gm)).toEqual(["NAME ", "api ", "web "]);
    program.type("\u0003");
    expect(await program.exited).toBe(130);
  });

  it("writes a line for each change into a pipe, and ends when nobody reads any more", async () => {
    const reading = inShell("$restart get deploy/api -w | head -3; exit $PIPESTATUS", scene.env);
    const before = scene.cluster.requests.length;
    await until(() => scene.cluster.requests.slice(before).some(({ query }) => query.includes("watch=")));
    await restart("api");
    const { out, err, exitCode } = await reading;
    expect({ err, exitCode }).toEqual({ err: "", exitCode: 0 });
    expect(out).toMatch(/^NAME +READY .*\napi +3\/3 .*complete .*\napi +3\/3 .*rolling .*\n$/);
    expect(out).not.toContain("\u001b");
  });
});
