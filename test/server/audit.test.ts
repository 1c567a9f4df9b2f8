import { describe, expect, it } from "vitest";
import { workload } from "../core/simulated.ts";
import { createServerStage, seed, web } from "./stage.ts";

describe("the audit", () => {
  it("says who restarted what, when, and what was there before", async () => {
    const stage = await createServerStage();
    await stage.apply(workload("Deployment", "web"));
    await stage.call(seed, web);
    await stage.call("restart.v1.RestartService/Restart", { workload: { ...web, cluster: "stage" } });
    const [first, second] = stage.audit;
    expect(first).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      method: seed,
      user: "tester",
      mode: "token",
      address: "127.0.0.1",
      ...web,
      restartedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      generation: 2,
      code: "ok",
      milliseconds: expect.any(Number),
    });
    expect(second).toMatchObject({ cluster: "stage", generation: 3, previousRestartedAt: first?.restartedAt });
  });

  it("keeps one short line of whatever a caller writes", async () => {
    const stage = await createServerStage();
    const hostile = { ...web, cluster: "x".repeat(9000), name: '"},{"code":"ok"' };
    expect((await stage.call(seed, hostile)).status).toBe(400);
    expect((await stage.call(seed, { ...web, group: "g".repeat(50_000), resource: "*" })).status).toBe(400);
    expect(stage.audit.map(({ code, reason }) => [code, reason])).toEqual([
      ["invalid_argument", "Usage"],
      ["invalid_argument", "Usage"],
    ]);
    for (const record of stage.audit) {
      const line = JSON.stringify(record);
      expect(line.length).toBeLessThan(8192);
      expect(line).not.toMatch(/[\n\r]/);
    }
  });

  it("has a line of what the operator does not allow", async () => {
    const stage = await createServerStage({ allow: { namespaces: ["other"], resources: ["deployments.apps"] } });
    await stage.apply(workload("Deployment", "web"));
    expect((await stage.call(seed, web)).body).toMatchObject({ code: "permission_denied" });
    expect((await stage.call(seed, { ...web, namespace: "other", resource: "daemonsets" })).status).toBe(403);
    expect((await stage.call(seed, { ...web, namespace: "other" })).status).toBe(404);
    const list = await stage.call("restart.v1.RestartService/ListWorkloads", { kind: "DaemonSet", namespace: "other" });
    expect(list.status).toBe(403);
    expect(stage.audit.map(({ code }) => code)).toEqual(["permission_denied", "permission_denied", "not_found"]);
    expect(stage.patches()).toEqual([]);
  });
});
