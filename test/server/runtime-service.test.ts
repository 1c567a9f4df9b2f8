import { describe, expect, it } from "vitest";
import { workload } from "../core/simulated.ts";
import { createServerStage, seed, web } from "./stage.ts";

describe("the seed contract", () => {
  it("restarts with six fields and answers an empty object, with one audit line", async () => {
    const stage = await createServerStage();
    await stage.apply(workload("Deployment", "web"));
    const { status, body, header } = await stage.call(seed, web);
    expect({ status, body }).toEqual({ status: 200, body: {} });
    expect(stage.patches()).toHaveLength(1);
    expect(stage.audit).toEqual([
      expect.objectContaining({
        user: "tester",
        cluster: "",
        name: "web",
        code: "ok",
        requestId: header.get("x-request-id"),
      }),
    ]);
  });

  it("moves the template with every OK, also twice in one second and four times at once", async () => {
    const stage = await createServerStage();
    await stage.apply(workload("Deployment", "web"));
    const generation = () => stage.sim.store.get("deployments.apps", "shop", "web")?.metadata.generation ?? 0;
    const before = generation();
    expect((await stage.call(seed, web)).status).toBe(200);
    expect((await stage.call(seed, web)).status).toBe(200);
    expect(generation()).toBe(before + 2);
    const all = await Promise.all([1, 2, 3, 4].map(() => stage.call(seed, web)));
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(generation()).toBe(before + 6);
  });

  it.each([
    {
      what: "a paused Deployment",
      object: workload("Deployment", "web", { spec: { paused: true } }),
      message: /is paused/,
    },
    {
      what: "a StatefulSet whose pods somebody deletes",
      object: workload("StatefulSet", "web", { spec: { updateStrategy: { type: "OnDelete" } } }),
      message: /OnDelete/,
    },
    {
      what: "a partition above every pod",
      object: workload("StatefulSet", "web", { spec: { updateStrategy: { rollingUpdate: { partition: 3 } } } }),
      message: /partition/,
    },
    {
      what: "a workload of an operator",
      object: {
        ...workload("Deployment", "web"),
        metadata: {
          name: "web",
          namespace: "shop",
          ownerReferences: [{ apiVersion: "example.com/v1", kind: "Shop", name: "mine", uid: "u-1", controller: true }],
        },
      },
      message: /belongs to Shop\/mine/,
    },
  ])("refuses $what", async ({ object, message }) => {
    const stage = await createServerStage();
    await stage.apply(object);
    const { status, body } = await stage.call(seed, { ...web, resource: `${object.kind.toLowerCase()}s` });
    expect({ status, code: body["code"] }).toEqual({ status: 400, code: "failed_precondition" });
    expect(body["message"]).toMatch(message);
    expect(stage.patches()).toEqual([]);
    expect(stage.audit).toEqual([expect.objectContaining({ code: "failed_precondition", reason: "Blocked" })]);
  });

  it("does not wait for a rollout that is under way", async () => {
    const stage = await createServerStage();
    await stage.apply(workload("Deployment", "web", { trouble: { "fake/ready-delay": "60000" } }));
    await stage.call(seed, web);
    expect((await stage.call(seed, web)).status).toBe(200);
    expect(stage.patches()).toHaveLength(2);
  });
});
