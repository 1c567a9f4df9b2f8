import { describe, expect, it } from "vitest";
import { get, getWithDate } from "../../src/kube/get.ts";
import { createScriptedApi, deployment, json, openStream, rejection, text } from "./scripted-api.ts";

const web = { group: "apps", version: "v1", resource: "deployments", namespace: "shop", name: "web" };
const page = (type: string) => new Response("<html>Log in</html>", { headers: { "content-type": type } });

describe("get", () => {
  it("reads an object and the server's clock", async () => {
    const api = createScriptedApi([json(deployment("web"), 200, { date: "Wed, 25 Nov 2026 04:00:01 GMT" })]);
    const answer = await getWithDate(api, web, "Deployment");
    expect(answer).toEqual({ object: deployment("web"), date: "Wed, 25 Nov 2026 04:00:01 GMT" });
    expect(api.sent[0]).toMatchObject({ method: "GET", path: "/apis/apps/v1/namespaces/shop/deployments/web" });
  });

  it.each([
    { name: "a page", answer: page("text/html"), want: "Deployment and answered text/html" },
    { name: "a page that says it is JSON", answer: page("application/json"), want: "broken JSON" },
    { name: "another kind", answer: json({ kind: "Pod", metadata: {} }), want: "answered Pod" },
    { name: "a Status", answer: json({ kind: "Status", metadata: {}, status: "Success" }), want: "answered Status" },
    { name: "JSON without a kind", answer: json({ metadata: {} }), want: "no object" },
    { name: "an object without metadata", answer: json({ kind: "Deployment" }), want: "no object" },
    { name: "null", answer: json(null), want: "no object" },
    { name: "nothing", answer: new Response(null, { status: 204 }), want: "no JSON" },
  ])("refuses $name with 200", async ({ answer, want }) => {
    const api = createScriptedApi([answer]);
    const error = await rejection(get(api, web, "Deployment"));
    expect(error).toMatchObject({ reason: "UnexpectedAnswer", message: expect.stringContaining(want) });
  });

  it("asks again when the answer is cut", async () => {
    const api = createScriptedApi([
      () => {
        const stream = openStream();
        stream.write('{"kind":"Depl');
        stream.fail(new Error("reset"));
        return stream.response;
      },
      json(deployment("web")),
    ]);
    expect(await api.clock.runUntil(get(api, web, "Deployment"))).toEqual(deployment("web"));
  });

  it("hands on what the server refuses", async () => {
    const api = createScriptedApi([text("404 page not found\n", 404)]);
    expect(await rejection(get(api, web, "Deployment"))).toMatchObject({ reason: "NotFound", status: 404 });
  });

  it("sends nothing for a name that is none", async () => {
    const api = createScriptedApi([]);
    const refused = Promise.resolve().then(() => get(api, { ...web, name: ".." }, "Deployment"));
    expect(await rejection(refused)).toMatchObject({ reason: "Usage" });
    expect(api.sent).toEqual([]);
  });
});
