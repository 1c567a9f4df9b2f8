import { describe, expect, it } from "vitest";
import { workload } from "../../core/simulated.ts";
import { createStage } from "../stage.ts";

async function suggestions(...words: readonly string[]) {
  const stage = await createStage("dev", "shop-prod");
  await stage.apply(workload("Deployment", "web"), workload("Deployment", "worker"), workload("StatefulSet", "db"));
  const { out, exitCode, err } = await stage.run(["__complete", ...words]);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
  return out.trimEnd().split("\n").filter(Boolean);
}

describe("completion", () => {
  it.each<readonly [words: readonly string[], expected: readonly string[]]>([
    [["sta"], ["status", "statefulset", "statefulsets"]],
    [["deploy/w"], ["deploy/web", "deploy/worker"]],
    [["deploy", "wo"], ["worker"]],
    [["get", "sts", ""], ["db"]],
    [
      ["deploy/web", "--sk"],
      ["--skip-invalid", "--skip-missing", "--skip-blocked"],
    ],
    [["get", "--skip-b"], []],
    [["deploy/web", "--context", "sh"], ["shop-prod"]],
    [["deploy/web", "-n", "sh"], ["shop"]],
    [
      ["status", "-o", "j"],
      ["json", "jsonl"],
    ],
    [
      ["--allow", "pa"],
      ["paused", "partition"],
    ],
    [["--owner", "h"], ["helm"]],
    [
      ["get", "--sort-by", "na"],
      ["name", "namespace"],
    ],
    [["explain", "zero"], ["zero-replicas"]],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["--bogus", "x", "deploy/"], []],
  ])("suggests for %j", async (words, expected) => {
    expect(await suggestions(...words)).toEqual(expected);
  });

  it("gives up on a cluster that takes too long", async () => {
    const stage = await createStage();
    stage.sim.intercept(() => new Promise<Response>(() => {}));
    const started = stage.clock.now();
    const { out, exitCode } = await stage.run(["__complete", "deploy/"]);
    expect({ out, exitCode }).toEqual({ out: "", exitCode: 0 });
    expect(stage.clock.now() - started).toBeLessThanOrEqual(3000);
  });

  it.each(["bash", "zsh", "fish"])("prints a script for %s", async (shell) => {
    const stage = await createStage();
    const { out, exitCode } = await stage.run(["completion", shell]);
    expect(exitCode).toBe(0);
    expect(out).toContain("restart __complete");
  });
});
