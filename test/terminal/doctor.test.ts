import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createScene, inShell, onTerminal, type Scene } from "./executable.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());

describe("restart doctor", () => {
  it("says on a terminal that it is one", async () => {
    const program = onTerminal(["doctor"], scene.env, { cols: 110, rows: 40 });
    await program.shows(/ok +reach +answers in/);
    await program.shows(/ok +permissions +in namespace shop: all that a restart takes/);
    await program.shows(/a terminal, 110×40, TERM=xterm-256color, colours/);
    expect(await program.exited).toBe(0);
  });

  it("says in a pipe that it is none, without colours", async () => {
    const { out, err, exitCode } = await inShell("$restart doctor </dev/null 2>&1 | cat; exit $PIPESTATUS", scene.env);
    expect({ err, exitCode }).toEqual({ err: "", exitCode: 0 });
    expect(out).toContain("no terminal, TERM=xterm-256color");
    expect(out).not.toContain("\u001b");
  });

  it("works with a kubeconfig that cannot be read", async () => {
    const broken = join(scene.folder, "broken");
    writeFileSync(broken, "clusters:\n- name: x\n  cluster: {server: 7}\n");
    const { out, exitCode } = await inShell("$restart doctor", { ...scene.env, KUBECONFIG: broken });
    expect(exitCode).toBe(2);
    expect(out).toContain(`fail  file             ${broken}:3: clusters[0].cluster.server must be text, not a number`);
  });
});
