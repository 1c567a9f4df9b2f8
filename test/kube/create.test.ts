import { describe, expect, it } from "vitest";
import { create } from "../../src/kube/create.ts";
import { RestartError } from "../../src/kube/error.ts";
import { createScriptedApi, json, rejection, statusAnswer } from "./scripted-api.ts";

const leases = { group: "coordination.k8s.io", version: "v1", resource: "leases", namespace: "shop" };
const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name: "restart-1" } };
const made = () => json(lease, 201);
const reset = () => new RestartError("Unreachable", "the connection was reset", { detail: { sent: "yes" } });

describe("create", () => {
  it("sends the object and resolves with what was made of it", async () => {
    const api = createScriptedApi([made()]);
    expect(await create(api, leases, lease, { fieldManager: "restart" })).toEqual(lease);
    expect(api.sent[0]).toMatchObject({
      method: "POST",
      path: "/apis/coordination.k8s.io/v1/namespaces/shop/leases?fieldManager=restart",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(lease),
    });
  });

  it("says that it is there already", async () => {
    const api = createScriptedApi([statusAnswer(409, "AlreadyExists", 'leases "restart-1" already exists')]);
    expect(await rejection(create(api, leases, lease))).toMatchObject({ reason: "AlreadyExists" });
  });

  it("does not send again what may have been made", async () => {
    const api = createScriptedApi([reset(), made()]);
    expect(await rejection(create(api, leases, lease))).toMatchObject({ reason: "Unreachable" });
    expect(api.sent).toHaveLength(1);
  });

  it.each([{ options: { safeToResend: true } }, { options: { dryRun: true } }])(
    "sends again what makes nothing: $options",
    async ({ options }) => {
      const api = createScriptedApi([reset(), made()]);
      expect(await api.clock.runUntil(create(api, leases, lease, options))).toEqual(lease);
    },
  );

  it("refuses an answer of another kind", async () => {
    const api = createScriptedApi([json({ kind: "Pod", metadata: {} }, 201)]);
    expect(await rejection(create(api, leases, lease))).toMatchObject({ reason: "UnexpectedAnswer" });
  });
});
