import { describe, expect, it } from "vitest";
import { RestartError } from "../../src/kube/error.ts";
import { remove } from "../../src/kube/remove.ts";
import { createScriptedApi, deployment, json, rejection, statusAnswer } from "./scripted-api.ts";

const pod = { group: "", version: "v1", resource: "pods", namespace: "shop", name: "web-0" };
const done = () => json({ kind: "Status", metadata: {}, status: "Success" });
const missing = () => statusAnswer(404, "NotFound", 'pods "web-0" not found');
const reset = () => new RestartError("Unreachable", "the connection was reset", { detail: { sent: "yes" } });

describe("remove", () => {
  it("deletes only the object that is meant", async () => {
    const api = createScriptedApi([json(deployment("web"))]);
    await remove(api, pod, { uid: "u", gracePeriodSeconds: 5, propagationPolicy: "Background", dryRun: true });
    expect(api.sent[0]).toMatchObject({ method: "DELETE", path: "/api/v1/namespaces/shop/pods/web-0" });
    expect(JSON.parse(api.sent[0]?.body ?? "")).toEqual({
      apiVersion: "v1",
      kind: "DeleteOptions",
      preconditions: { uid: "u" },
      gracePeriodSeconds: 5,
      propagationPolicy: "Background",
      dryRun: ["All"],
    });
  });

  it("says that there is nothing to delete", async () => {
    const api = createScriptedApi([missing()]);
    expect(await rejection(remove(api, pod, { uid: "u" }))).toMatchObject({ reason: "NotFound" });
  });

  it("takes missing for done after a lost answer", async () => {
    const api = createScriptedApi([reset(), missing()]);
    await api.clock.runUntil(remove(api, pod, { uid: "u" }));
    expect(api.sent).toHaveLength(2);
  });

  it("does not send again what could hit a new object of that name", async () => {
    const api = createScriptedApi([reset(), done()]);
    expect(await rejection(remove(api, pod))).toMatchObject({ reason: "Unreachable" });
    expect(api.sent).toHaveLength(1);
  });

  it("hands on a failed precondition", async () => {
    const api = createScriptedApi([statusAnswer(409, "Conflict", "the UID in the precondition does not match")]);
    expect(await rejection(remove(api, pod, { uid: "u" }))).toMatchObject({ reason: "Conflict" });
  });

  it("refuses a page, which deleted nothing", async () => {
    const api = createScriptedApi([new Response("<html>", { headers: { "content-type": "text/html" } })]);
    expect(await rejection(remove(api, pod))).toMatchObject({ reason: "UnexpectedAnswer" });
  });

  it("never deletes a whole collection", async () => {
    const { name: _, ...all } = pod;
    const api = createScriptedApi([done()]);
    expect(await rejection(remove(api, all))).toMatchObject({ reason: "Usage" });
    expect(api.sent).toEqual([]);
  });
});
