import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import { RestartError } from "../../src/kube/error.ts";
import { createStage, ends, plan, run, workload } from "./simulated.ts";

describe("the PATCH", () => {
  it("carries the decided body, content type, manager and validation, after its intent is in the journal", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const planned = await plan(stage, [["Deployment", "web"]]);
    let patchesAtIntent = -1;
    await run(stage, planned, {
      journal: async (event) => {
        if (event.type === "target.intent") patchesAtIntent = stage.patches().length;
      },
    });
    const [sent] = stage.patches();
    const uid = planned.targets[0]?.ref.uid;
    const restartedAt = planned.targets[0]?.restartedAt;
    expect(sent).toMatchObject({
      path: "/apis/apps/v1/namespaces/shop/deployments/web",
      contentType: "application/strategic-merge-patch+json",
      query: "fieldManager=restart&fieldValidation=Strict",
    });
    expect(JSON.parse(sent?.body ?? "")).toEqual({
      metadata: { uid },
      spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": restartedAt } } } },
    });
    expect(patchesAtIntent).toBe(0);
  });

  it("does not leave when the journal cannot take its intent", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const journal = async (event: RunEvent) => {
      if (event.type === "target.intent") throw new Error("disk full");
    };
    await expect(run(stage, await plan(stage, [["Deployment", "web"]]), { journal })).rejects.toThrow("disk full");
    expect(stage.patches()).toEqual([]);
  });

  it("is sent again with the same value when its answer is lost, and restarts once", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const planned = await plan(stage, [["Deployment", "web"]]);
    let lost = 0;
    stage.sim.intercept((request) => {
      if (request.method !== "PATCH" || lost > 0) return undefined;
      lost += 1;
      // The write happens; its answer does not come back.
      return stage.sim
        .handle(request)
        .then(() => Promise.reject(new RestartError("Unreachable", "reset", { detail: { sent: "yes" } })));
    });
    const events = await run(stage, planned);
    expect(ends(events)).toEqual(["healthy", 0]);
    expect(stage.sim.store.list("replicasets.apps", "shop")).toHaveLength(2);
  });

  it("is superseded when its answers are lost and somebody else restarts later", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const planned = await plan(stage, [["Deployment", "web"]]);
    let lost = 0;
    stage.sim.intercept((request) => {
      if (request.method !== "PATCH" || request.headers.has("x-again")) return undefined;
      lost += 1;
      // Theirs comes behind the last try of ours, half an hour younger.
      const text = request.clone().text();
      const theirs = text.then((body) => body.replace(/T12:\d\d:\d\d/, "T12:30:00"));
      const answered = lost < 5 ? text : theirs;
      const { url } = request;
      const headers = new Headers(request.headers);
      headers.set("x-again", "1");
      return answered
        .then((body) => stage.sim.handle(new Request(url, { method: "PATCH", headers, body })))
        .then(() => Promise.reject(new RestartError("Unreachable", "reset", { detail: { sent: "yes" } })));
    });
    const events = await run(stage, planned);
    expect(ends(events)).toEqual(["superseded", 5]);
    expect(lost).toBe(5);
  });
});
