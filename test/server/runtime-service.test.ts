import { describe, expect, it } from "vitest";
import { RestartError } from "../../src/core/index.ts";
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
    // Slow enough for each call to look before another's PATCH arrives.
    const stage = await createServerStage({}, (fetch, clock) => async (path, init) => {
      const response = await fetch(path, init);
      await clock.sleep(5);
      return response;
    });
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

  it("hands on what the API server warns of, once and in plain letters", async () => {
    const stage = await createServerStage({}, (fetch) => async (path, init) => {
      const response = await fetch(path, init);
      const header = new Headers(response.headers);
      header.append("warning", '299 - "spec.old is \\"deprecated\\""');
      return new Response(response.body, { status: response.status, headers: header });
    });
    await stage.apply(workload("Deployment", "web"));
    const { status, header } = await stage.call(seed, web);
    expect(status).toBe(200);
    expect(header.get("warning")).toBe(`299 - "spec.old is 'deprecated'"`);
  });

  it.each([
    { what: "another's name", cluster: "prod", code: "not_found" },
    { what: "an address", cluster: "127.0.0.1:6443", code: "not_found" },
    { what: "a URL", cluster: "http://169.254.169.254/", code: "not_found" },
    { what: "a property of every object", cluster: "__proto__", code: "not_found" },
    { what: "a path", cluster: "../../kubeconfig", code: "invalid_argument" },
    { what: "none of several", cluster: "", code: "invalid_argument" },
  ])("opens nothing for a cluster that is $what, and names no other", async ({ cluster, code }) => {
    const opened: string[] = [];
    const open = (name: string) => {
      opened.push(name);
      return Promise.reject(new Error("opened"));
    };
    const stage = await createServerStage({ clusters: { names: ["alpha", "beta"], open } });
    const { body } = await stage.call(seed, { ...web, cluster });
    expect(body["code"]).toBe(code);
    expect(JSON.stringify(body)).not.toMatch(/alpha|beta/);
    expect(opened).toEqual([]);
  });

  it("says nothing of a cluster's broken entry but that it is broken", async () => {
    const open = () =>
      Promise.reject(new RestartError("CredentialsFailed", "exec /home/op/bin/login --token x failed"));
    const stage = await createServerStage({ clusters: { names: ["stage"], open } });
    const { body } = await stage.call(seed, web);
    expect(body["code"]).toBe("failed_precondition");
    expect(JSON.stringify(body)).not.toMatch(/login|home|--token/);
  });

  it("does not wait for a rollout that is under way", async () => {
    const stage = await createServerStage();
    await stage.apply(workload("Deployment", "web", { trouble: { "fake/ready-delay": "60000" } }));
    await stage.call(seed, web);
    expect((await stage.call(seed, web)).status).toBe(200);
    expect(stage.patches()).toHaveLength(2);
  });
});
