import { describe, expect, it } from "vitest";
import { RestartError } from "../../src/kube/error.ts";
import type { KubeObject } from "../../src/kube/get.ts";
import { watch } from "../../src/kube/watch.ts";
import { createScriptedApi, deployment, openStream, rejection, type Step, statusAnswer } from "./scripted-api.ts";

const deployments = { group: "apps", version: "v1", resource: "deployments", namespace: "shop" };
const name = (object: KubeObject) => object.metadata.name;

function start(step: Step, options: { readonly signal?: AbortSignal } = {}) {
  const api = createScriptedApi([step]);
  return { api, events: watch(api, deployments, name, { resourceVersion: "5", ...options }) };
}

const line = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`;
const gone = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version: 1 (3576)" };

describe("watch", () => {
  it("asks for bookmarks and for what comes after the version", async () => {
    const stream = openStream();
    const api = createScriptedApi([stream.response]);
    stream.end();
    const options = { resourceVersion: "5", labelSelector: "app=web", timeoutSeconds: 60, limit: 500 };
    expect(await Array.fromAsync(watch(api, deployments, name, options))).toEqual([]);
    const [path, query] = api.sent[0]?.path.split("?") ?? [];
    expect(path).toBe("/apis/apps/v1/namespaces/shop/deployments");
    expect(Object.fromEntries(new URLSearchParams(query))).toEqual({
      watch: "1",
      allowWatchBookmarks: "true",
      resourceVersion: "5",
      labelSelector: "app=web",
      timeoutSeconds: "60",
    });
  });

  it("yields each event and ends when the server ends it", async () => {
    const stream = openStream();
    const { events } = start(stream.response);
    stream.event("ADDED", deployment("a"));
    stream.event("MODIFIED", deployment("a"));
    stream.event("BOOKMARK", { kind: "Deployment", metadata: { resourceVersion: "9" } });
    stream.event("DELETED", deployment("a"));
    stream.end();
    expect(await Array.fromAsync(events)).toEqual([
      { type: "added", object: "a" },
      { type: "modified", object: "a" },
      { type: "bookmark", resourceVersion: "9" },
      { type: "deleted", object: "a" },
    ]);
  });

  it("puts events together however the network cuts them, characters too", async () => {
    const text = new TextEncoder().encode(line("ADDED", deployment("früh-👍")) + line("ADDED", deployment("spät")));
    for (let size = 1; size <= 7; size += 1) {
      const stream = openStream();
      const { events } = start(stream.response);
      for (let at = 0; at < text.length; at += size) stream.write(text.slice(at, at + size));
      stream.end();
      expect(await Array.fromAsync(events)).toEqual([
        { type: "added", object: "früh-👍" },
        { type: "added", object: "spät" },
      ]);
    }
  });

  it("yields an event at once, before the next one comes", async () => {
    const stream = openStream();
    const { events } = start(stream.response);
    stream.event("ADDED", deployment("a"));
    expect(await events.next()).toEqual({ done: false, value: { type: "added", object: "a" } });
    await events.return();
    expect(stream.isCanceled()).toBe(true);
  });

  it.each([
    { name: "an end in the middle of a line", cut: "end" },
    { name: "a reset in the middle of a line", cut: "reset" },
  ] as const)("yields what came whole, and then calls $name a cut", async ({ cut }) => {
    const stream = openStream();
    const { events } = start(stream.response);
    stream.event("ADDED", deployment("a"));
    stream.write('{"type":"MODIF');
    if (cut === "end") stream.end();
    expect(await events.next()).toEqual({ done: false, value: { type: "added", object: "a" } });
    if (cut === "reset") stream.fail(new Error("ECONNRESET"));
    expect(await rejection(events.next())).toMatchObject({ reason: "StreamCut" });
  });

  it("calls a reset between two lines a cut, and no end", async () => {
    const stream = openStream();
    const { events } = start(stream.response);
    stream.fail(new RestartError("StreamCut", "cut"));
    expect(await rejection(events.next())).toMatchObject({ reason: "StreamCut" });
  });

  it.each([
    { name: "an ERROR event", step: () => new Response(line("ERROR", gone)) },
    { name: "an ERROR event under its old name", step: () => new Response(line("ERROR", { ...gone, reason: "Gone" })) },
    { name: "a 410", step: () => statusAnswer(410, "Expired", "too old") },
    { name: "a 410 under its old name", step: () => statusAnswer(410, "Gone", "too old") },
  ])("says Expired for $name", async ({ step }) => {
    expect(await rejection(start(step).events.next())).toMatchObject({ reason: "Expired", status: 410 });
  });

  it("hands on any other ERROR event", async () => {
    const error = { kind: "Status", code: 500, reason: "InternalError", message: "unable to decode" };
    const { events } = start(new Response(line("ERROR", error)));
    expect(await rejection(events.next())).toMatchObject({ reason: "InternalError", message: "unable to decode" });
  });

  it.each([
    { name: "a page", body: "<html>\n</html>\n" },
    { name: "an unknown type", body: line("SHINY", deployment("a")) },
    { name: "an event without an object", body: '{"type":"ADDED"}\n' },
    { name: "an object without metadata", body: line("ADDED", { kind: "Deployment" }) },
    { name: "null", body: "null\n" },
  ])("refuses $name", async ({ body }) => {
    expect(await rejection(start(new Response(body)).events.next())).toMatchObject({ reason: "UnexpectedAnswer" });
  });

  it("leaves out what is projected to nothing", async () => {
    const api = createScriptedApi([new Response(line("ADDED", deployment("a")) + line("ADDED", deployment("b")))]);
    const only = (object: KubeObject) => (name(object) === "b" ? "b" : undefined);
    const events = await Array.fromAsync(watch(api, deployments, only, { resourceVersion: "5" }));
    expect(events).toEqual([{ type: "added", object: "b" }]);
  });

  it("rejects with the signal's reason, whatever the transport makes of the abort", async () => {
    const abort = new AbortController();
    const stream = openStream();
    const { events } = start(() => stream.response, { signal: abort.signal });
    const end = rejection(events.next());
    await new Promise((resolve) => setImmediate(resolve));
    abort.abort(new Error("stop"));
    expect(await end).toEqual(new Error("stop"));
    expect(stream.isCanceled()).toBe(true);
  });
});
