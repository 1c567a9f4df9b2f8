import { describe, expect, it } from "vitest";
import { parseKind } from "../../src/core/kinds/index.ts";
import { restart } from "../../src/core/restart.ts";
import { createStage, ends, last, plan, run, type Stage, workload } from "./simulated.ts";

const restartedAt = "2026-11-25T13:00:00Z";
const deployment = workload("Deployment", "web");
const rollout = { ...workload("Rollout", "web"), apiVersion: "argoproj.io/v1alpha1" };

/** Answers each PATCH that stores something with the object as it is, as where a webhook took the change out of it. */
function strip({ sim }: Stage): void {
  sim.intercept((request) => {
    const url = new URL(request.url);
    if (request.method !== "PATCH" || url.searchParams.has("dryRun")) return undefined;
    return sim.handle(new Request(`${url.origin}${url.pathname}`));
  });
}

async function send(
  stage: Stage,
  kindName: string,
  more: { readonly uid?: string; readonly generation?: number } = {},
) {
  const kind = parseKind(kindName);
  if (kind === undefined) throw new Error(kindName);
  const { apiVersion } = kind;
  const ref = { cluster: "stage", apiVersion, kind: kind.kind, namespace: "shop", name: "web" };
  const { uid, generation } = more;
  const options = { restartedAt, generation, fieldManager: "restart" };
  return stage.clock.runUntil(restart(stage.api, kind, { ...ref, ...(uid !== undefined && { uid }) }, options));
}

describe.each([
  ["Deployment", deployment],
  ["Rollout", rollout],
] as const)("the answer to the restart of a %s", (kind, object) => {
  const stageOf = async () => {
    const stage = await createStage({ customResources: ["rollouts.argoproj.io"] });
    await stage.apply(object);
    return stage;
  };

  it("is believed when it has the value and a later generation", async () => {
    expect((await send(await stageOf(), kind, { generation: 1 })).workload).toMatchObject({
      restartedAt,
      generation: 2,
    });
  });

  it("is not a restart without the value", async () => {
    const stage = await stageOf();
    strip(stage);
    await expect(send(stage, kind)).rejects.toMatchObject({ reason: "NotRestarted", detail: { why: "stripped" } });
  });

  it("is not a restart when nothing moved", async () => {
    const stage = await stageOf();
    await send(stage, kind);
    await expect(send(stage, kind, { generation: 2 })).rejects.toMatchObject({
      reason: "NotRestarted",
      detail: { why: "unchanged" },
    });
  });

  it("is of no other object than was meant", async () => {
    const stage = await stageOf();
    const uid = "00000000-0000-4000-8000-000000000000";
    await expect(send(stage, kind, { uid })).rejects.toMatchObject({ reason: "Recreated" });
    expect((await send(stage, kind, { generation: 1 })).workload.generation).toBe(2);
  });

  it("ends the run when the value was taken out of it, and never as done", async () => {
    const stage = await stageOf();
    const planned = await plan(stage, [[kind, "web"]]);
    strip(stage);
    const events = await run(stage, planned);
    expect(ends(events)).toEqual(["failed", 5]);
    expect(last(events, "target.finished").error).toMatchObject({ reason: "NotRestarted" });
    expect(events.map(({ type }) => type)).not.toContain("target.patched");
  });
});
