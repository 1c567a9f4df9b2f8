import { describe, expect, it } from "vitest";
import { workload } from "../core/simulated.ts";
import { createStage, type Stage } from "./stage.ts";

async function codes(stage: Stage, target: string, ...more: readonly string[]) {
  const { out, exitCode } = await stage.run([target, "--yes", "-o", "json", ...more]);
  const { findings = [] } = JSON.parse(out) as {
    readonly findings?: readonly { readonly code: string; readonly level: string }[];
  };
  return [exitCode, ...findings.map(({ code, level }) => `${code}:${level}`)];
}

describe("not-restartable", () => {
  it.each(["pod", "clonesets.apps.kruise.io"])("blocks a %s, and is not to be allowed", async (kind) => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const [pod] = stage.sim.store.list("pods", "shop");
    const target = `${kind}/${pod?.metadata.name}`;
    expect(await codes(stage, target)).toEqual([4, "not-restartable:block"]);
    expect(await codes(stage, target, "--allow", "not-restartable")).toEqual([4, "not-restartable:block"]);
    expect(stage.patches()).toEqual([]);
  });

  it("is not found of a workload", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    expect(await codes(stage, "deploy/web")).toEqual([0]);
  });
});
