import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/kube/get.ts";
import { list } from "../../src/kube/list.ts";
import { integer, message, text as wireText } from "../../src/kube/wire.ts";
import { createScriptedApi, json, listOf, rejection, statusAnswer, text } from "./scripted-api.ts";
import { envelope } from "./wire-encoding.ts";

const deployments = { group: "apps", version: "v1", resource: "deployments" };
const name = (object: KubeObject) => object.metadata.name;
const expired = () => statusAnswer(410, "Expired", "The provided continue parameter is too old");

const envelopeOf = (names: readonly string[], version: string, token = "", kind = "DeploymentList") => {
  const items = names.map((item) => [2, [[1, [[1, item]]]]] as const);
  const fields = [
    [
      1,
      [
        [1, ""],
        [2, version],
        [3, token],
      ],
    ],
    ...items,
  ] as const;
  return new Response(envelope(kind, fields), { headers: { "content-type": "application/vnd.kubernetes.protobuf" } });
};

const wire = message({
  1: { name: "metadata", reader: message({ 2: { name: "resourceVersion", reader: wireText } }) },
  2: {
    name: "items",
    reader: message({
      1: {
        name: "metadata",
        reader: message({ 1: { name: "name", reader: wireText }, 7: { name: "generation", reader: integer } }),
      },
    }),
    repeated: true,
  },
});

const query = (path: string) => Object.fromEntries(new URLSearchParams(path.split("?")[1]));

describe("list", () => {
  it("reads page after page and keeps the version of the first", async () => {
    const api = createScriptedApi([
      json(listOf(["a", "b"], { resourceVersion: "10", continue: "t1" })),
      json(listOf(["c"], { resourceVersion: "12", continue: "t2" })),
      json(listOf([], { resourceVersion: "12", continue: "" })),
    ]);
    const options = {
      labelSelector: "app in (a,b)",
      fieldSelector: "metadata.name!=x",
      limit: 2,
      resourceVersion: "0",
    };
    expect(await list(api, deployments, "DeploymentList", name, options)).toEqual({
      items: ["a", "b", "c"],
      resourceVersion: "10",
    });
    const selectors = { labelSelector: "app in (a,b)", fieldSelector: "metadata.name!=x", limit: "2" };
    expect(api.sent.map(({ path }) => query(path))).toEqual([
      { ...selectors, resourceVersion: "0" },
      { ...selectors, continue: "t1" },
      { ...selectors, continue: "t2" },
    ]);
  });

  it("asks for 500 a page and for no selector when none is wanted", async () => {
    const api = createScriptedApi([json(listOf([], { resourceVersion: "1" }))]);
    await list(api, deployments, "DeploymentList", name, { labelSelector: "", fieldSelector: "" });
    expect(api.sent[0]?.path).toBe("/apis/apps/v1/deployments?limit=500");
  });

  it("leaves out what is projected to nothing", async () => {
    const api = createScriptedApi([json(listOf(["a", "b"], { resourceVersion: "1" }))]);
    const listed = await list(api, deployments, "DeploymentList", (object) => (name(object) === "a" ? "a" : undefined));
    expect(listed.items).toEqual(["a"]);
  });

  it("takes a list whose items are null for an empty one", async () => {
    const api = createScriptedApi([json({ kind: "DeploymentList", metadata: { resourceVersion: "1" }, items: null })]);
    expect((await list(api, deployments, "DeploymentList", name)).items).toEqual([]);
  });

  it("starts again when the list expires half-way, and counts nothing twice", async () => {
    const api = createScriptedApi([
      json(listOf(["a"], { resourceVersion: "10", continue: "t1" })),
      expired(),
      json(listOf(["a"], { resourceVersion: "20", continue: "t2" })),
      json(listOf(["b"], { resourceVersion: "20" })),
    ]);
    const listed = await list(api, deployments, "DeploymentList", name);
    expect(listed).toEqual({ items: ["a", "b"], resourceVersion: "20" });
  });

  it("starts again only once", async () => {
    const api = createScriptedApi([
      json(listOf(["a"], { resourceVersion: "10", continue: "t1" })),
      expired(),
      json(listOf(["a"], { resourceVersion: "20", continue: "t2" })),
      expired(),
    ]);
    expect(await rejection(list(api, deployments, "DeploymentList", name))).toMatchObject({ reason: "Expired" });
    expect(api.sent).toHaveLength(4);
  });

  it("goes on with the same page after a 429", async () => {
    const api = createScriptedApi([
      json(listOf(["a"], { resourceVersion: "10", continue: "t1" })),
      text("busy", 429, { "retry-after": "1" }),
      json(listOf(["b"], { resourceVersion: "10" })),
    ]);
    const listed = await api.clock.runUntil(list(api, deployments, "DeploymentList", name));
    expect(listed.items).toEqual(["a", "b"]);
    expect(api.sent[2]?.path).toContain("continue=t1");
  });

  it("does not follow a token that leads back to itself", async () => {
    const page = () => json(listOf(["a"], { resourceVersion: "10", continue: "t1" }));
    const api = createScriptedApi([page(), page()]);
    expect(await rejection(list(api, deployments, "DeploymentList", name))).toMatchObject({
      reason: "UnexpectedAnswer",
    });
  });

  it("refuses a list of another kind", async () => {
    const api = createScriptedApi([json({ kind: "PodList", metadata: {}, items: [] })]);
    expect(await rejection(list(api, deployments, "DeploymentList", name))).toMatchObject({
      reason: "UnexpectedAnswer",
    });
  });
});

describe("list, asked for protobuf", () => {
  const listed = (steps: Parameters<typeof createScriptedApi>[0]) => {
    const api = createScriptedApi(steps);
    return { api, end: api.clock.runUntil(list(api, deployments, "DeploymentList", name, { wire })) };
  };

  it("reads page after page", async () => {
    const { api, end } = listed([
      envelopeOf(["a", "b"], "10", "t1"),
      envelopeOf([], "10", "t2"),
      envelopeOf(["c"], "11"),
    ]);
    expect(await end).toEqual({ items: ["a", "b", "c"], resourceVersion: "10" });
    expect(api.sent[0]?.headers).toEqual({ accept: "application/vnd.kubernetes.protobuf,application/json" });
    expect(api.sent.map(({ path }) => query(path)["continue"])).toEqual([undefined, "t1", "t2"]);
  });

  it("takes JSON from a server that has nothing else", async () => {
    const { end } = listed([json(listOf(["a"], { resourceVersion: "10" }))]);
    expect(await end).toEqual({ items: ["a"], resourceVersion: "10" });
  });

  it("has the reason of a refusal from a second request, in words", async () => {
    const { api, end } = listed([
      new Response("k8s\u0000", { status: 403, headers: { "content-type": "application/vnd.kubernetes.protobuf" } }),
      statusAnswer(403, "Forbidden", "deployments.apps is forbidden"),
    ]);
    expect(await rejection(end)).toMatchObject({ reason: "Forbidden", message: "deployments.apps is forbidden" });
    expect(api.sent[1]?.headers).toEqual({ accept: "application/json" });
  });

  it("refuses a list of another kind, in whatever encoding it comes again", async () => {
    const { end } = listed([envelopeOf([], "10", "", "PodList"), envelopeOf([], "10", "", "PodList")]);
    expect(await rejection(end)).toMatchObject({ reason: "UnexpectedAnswer" });
  });

  it("says that the answer was cut", async () => {
    const whole = new Uint8Array(await envelopeOf(["a-deployment-with-a-long-name"], "10").arrayBuffer());
    const headers = { "content-type": "application/vnd.kubernetes.protobuf" };
    const { end } = listed([new Response(whole.slice(0, whole.length - 20), { headers })]);
    expect(await rejection(end)).toMatchObject({ reason: "UnexpectedAnswer" });
  });
});
