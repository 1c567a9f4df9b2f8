import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type EdgeBindings, edgeCapabilities } from "../../../src/server/hosts/edge-bindings.ts";

const service = { fetch: async () => new Response("{}") };
const good: EdgeBindings = {
  CLUSTERS: JSON.stringify([{ name: "prod", service: "PROD", token: "PROD_TOKEN" }]),
  PROD: service,
  PROD_TOKEN: "of-the-cluster",
  TOKENS: "alice a-token-of-alice\n\nbob a-token-of-bob\n",
  HOSTS: "restart.example",
};
const capabilitiesOf = (bindings: EdgeBindings) =>
  edgeCapabilities(bindings, () => undefined, new AbortController().signal);
const bearer = (token: string) => new Headers({ authorization: `Bearer ${token}` });

describe("the worker at the edge", () => {
  it("is one file that imports nothing, least of all from Node", async () => {
    const entry = join(import.meta.dirname, "../../../src/server/hosts/edge.ts");
    const built = await Bun.build({ entrypoints: [entry], target: "browser", format: "esm" });
    const text = (await built.outputs[0]?.text()) ?? "";
    expect(text).toContain("otterscale.runtime.v1");
    expect(text.match(/(?:from|import|require\()\s*["'](?:node:|bun)[^"']*|\bBun\.\w+|\bDeno\.\w+/g)).toBeNull();
  });

  it("reaches a cluster by its service binding with the cluster's own token, and follows no redirect", async () => {
    const sent: [string, RequestInit][] = [];
    const spy = async (url: string, init: RequestInit) => {
      sent.push([url, init]);
      return new Response("{}");
    };
    const { clusters } = capabilitiesOf({ ...good, PROD: { fetch: spy } });
    const { fetch } = await clusters.open("prod");
    await fetch("/api/v1/pods?limit=1", { headers: { accept: "application/json" } });
    const headers = { accept: "application/json", authorization: "Bearer of-the-cluster" };
    expect(sent).toEqual([["http://kubernetes/api/v1/pods?limit=1", { headers, redirect: "manual" }]]);
  });

  it("lets in whoever a line of TOKENS names, nobody else", async () => {
    const { authenticate } = capabilitiesOf(good);
    const peer = { address: undefined };
    expect(await authenticate(bearer("a-token-of-bob"), peer)).toEqual({ name: "bob", mode: "token" });
    expect(await authenticate(bearer("of-the-cluster"), peer)).toBeUndefined();
  });

  it("calls a cluster that cannot be reached unreachable, and an abort an abort", async () => {
    const broken = { fetch: () => Promise.reject(new Error("Network connection lost.")) };
    const { fetch } = await capabilitiesOf({ ...good, PROD: broken }).clusters.open("prod");
    await expect(fetch("/version", {})).rejects.toMatchObject({ reason: "Unreachable" });
    const reason = new Error("the caller left");
    await expect(fetch("/version", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it.each<[string, EdgeBindings, string]>([
    ["no clusters", { ...good, CLUSTERS: "[]" }, "CLUSTERS"],
    ["clusters that are not JSON", { ...good, CLUSTERS: "prod" }, "CLUSTERS"],
    ["a cluster without a service", { ...good, PROD: undefined }, "PROD"],
    ["a cluster without a token", { ...good, PROD_TOKEN: "" }, "PROD_TOKEN"],
    ["nobody to let in", { ...good, TOKENS: "\n" }, "TOKENS"],
    ["a token without a label", { ...good, TOKENS: "only-a-token" }, "TOKENS"],
  ])("refuses %s, naming the binding and not what it holds", (_, bindings, named) => {
    expect(() => capabilitiesOf(bindings)).toThrow(
      expect.objectContaining({ reason: "InvalidConfig", message: expect.stringContaining(`binding ${named} `) }),
    );
    expect(() => capabilitiesOf(bindings)).not.toThrow(/only-a-token|of-the-cluster/);
  });
});
