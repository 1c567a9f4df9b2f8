import { fromJson, toJson } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/core/index.ts";
import { RunEventSchema } from "../../src/gen/restart/v1/restart_pb.ts";
import { plan, run, workload } from "../core/simulated.ts";
import { createServerStage, type ServerStage, seed, token, web } from "./stage.ts";

const service = "restart.v1.RestartService";

/** The messages of a server stream, and what its end says. */
async function stream(stage: ServerStage, method: string, message: unknown, signal?: AbortSignal) {
  const text = new TextEncoder().encode(JSON.stringify(message));
  const envelope = new Uint8Array(5 + text.length);
  new DataView(envelope.buffer).setUint32(1, text.length);
  envelope.set(text, 5);
  const headers = { "content-type": "application/connect+json", authorization: `Bearer ${token}` };
  const response = await stage.send(`/${service}/${method}`, {
    method: "POST",
    body: envelope,
    headers,
    signal: signal ?? null,
  });
  const bytes = new Uint8Array(await stage.clock.runUntil(response.arrayBuffer()));
  const messages: unknown[] = [];
  let end: unknown;
  for (let at = 0; at < bytes.length; ) {
    const size = new DataView(bytes.buffer, at + 1).getUint32(0);
    const read: unknown = JSON.parse(new TextDecoder().decode(bytes.slice(at + 5, at + 5 + size)));
    if (((bytes[at] ?? 0) & 2) === 0) messages.push(read);
    else end = read;
    at += 5 + size;
  }
  return { messages: messages as readonly { readonly event: RunEvent }[], end };
}

describe("the full contract", () => {
  it("names the clusters", async () => {
    const stage = await createServerStage();
    expect((await stage.call(`${service}/ListClusters`, {})).body).toEqual({ clusters: [{ name: "stage" }] });
  });

  it("lists page by page, and takes a token of the same list alone", async () => {
    const stage = await createServerStage();
    await stage.apply(...["a", "b", "c"].map((name) => workload("Deployment", name)));
    const list = (request: object) => stage.call(`${service}/ListWorkloads`, request);
    const names = (body: Readonly<Record<string, unknown>>) =>
      (body["workloads"] as readonly { readonly metadata: { readonly name: string } }[]).map(
        ({ metadata }) => metadata.name,
      );
    const first = await list({ namespace: "shop", pageSize: 2 });
    expect(names(first.body)).toEqual(["a", "b"]);
    expect((first.body["workloads"] as readonly object[])[0]).toMatchObject({
      kind: "Deployment",
      replicas: 3,
      readyReplicas: 3,
      rollout: "complete",
    });
    const pageToken = first.body["nextPageToken"];
    const second = await list({ namespace: "shop", pageSize: 2, pageToken });
    expect(names(second.body)).toEqual(["c"]);
    expect(second.body["nextPageToken"]).toBe("");
    const other = await list({ namespace: "shop", labelSelector: "app=a", pageToken });
    expect(other.body).toMatchObject({ code: "invalid_argument", message: "page_token belongs to another list" });
    expect((await list({ pageToken: "bogus" })).body["code"]).toBe("invalid_argument");
    expect((await list({ pageSize: 501 })).body["code"]).toBe("invalid_argument");
  });

  it("reads one, and says so when there is none", async () => {
    const stage = await createServerStage();
    await stage.apply(workload("Deployment", "web"));
    const found = await stage.call(`${service}/GetWorkload`, { workload: web });
    expect(found.body).toMatchObject({
      workload: { metadata: { name: "web", namespace: "shop" }, images: ["shop.example/app:1"] },
    });
    const missing = await stage.call(`${service}/GetWorkload`, { workload: { ...web, name: "nothing" } });
    expect({ status: missing.status, code: missing.body["code"] }).toEqual({ status: 404, code: "not_found" });
  });

  it("previews without changing anything", async () => {
    const stage = await createServerStage();
    await stage.apply(workload("Deployment", "web", { spec: { paused: true } }));
    const { body } = await stage.call(`${service}/PreviewRestart`, { workload: web });
    expect(body).toMatchObject({ affected: 3, allowed: false, findings: [{ code: "paused", level: "block" }] });
    expect(stage.patches()).toEqual([]);
  });

  it("restarts, and the answer is what WatchRollout follows to healthy", async () => {
    const stage = await createServerStage();
    await stage.apply(workload("Deployment", "web", { trouble: { "fake/ready-delay": "20000" } }));
    const { body } = await stage.call(`${service}/Restart`, { workload: web });
    expect(body).toMatchObject({
      uid: expect.stringMatching(/-/),
      generation: 2,
      restartedAt: expect.stringMatching(/Z$/),
    });
    const { messages, end } = await stream(stage, "WatchRollout", {
      workload: web,
      ...body,
      previousRestartedAt: undefined,
    });
    const types = messages.map(({ event }) => event.type);
    expect(types).toContain("heartbeat");
    expect(types).toContain("target.progress");
    expect(messages.at(-1)?.event).toMatchObject({ type: "target.finished", outcome: "healthy" });
    expect(messages.map(({ event }) => event.seq)).toEqual(messages.map((_, index) => index + 1));
    expect(end).toEqual({});
  });

  it("ends a stream as unavailable when the server stops", async () => {
    const stage = await createServerStage();
    await stage.apply(workload("Deployment", "web"));
    stage.stop();
    const { end } = await stream(stage, "WatchRollout", { workload: web });
    expect(end).toMatchObject({ error: { code: "unavailable" } });
    expect((await stage.send("/readyz")).status).toBe(503);
    expect((await stage.send("/livez")).status).toBe(200);
  });

  it.each([
    { what: "the server stops", code: "unavailable" },
    { what: "the caller leaves", code: "canceled" },
  ])("ends without an outcome when $what in the middle", async ({ code }) => {
    const stage = await createServerStage();
    await stage.apply(workload("Deployment", "web", { trouble: { "fake/ready-delay": "3600000" } }));
    await stage.call(seed, web);
    const leaving = new AbortController();
    void stage.clock.sleep(20_000).then(() => (code === "canceled" ? leaving.abort() : stage.stop()));
    const { messages, end } = await stream(stage, "WatchRollout", { workload: web }, leaving.signal);
    expect(messages.length).toBeGreaterThan(1);
    expect(messages.map(({ event }) => event.type)).not.toContain("target.finished");
    expect(end).toMatchObject({ error: { code } });
  });

  it("carries every line of a run unchanged", async () => {
    const stage = await createServerStage();
    await stage.apply(
      workload("Deployment", "web"),
      workload("Deployment", "bad", { trouble: { "fake/crash-after-restart": "true" } }),
    );
    const events = await run(
      stage,
      await plan(stage, [
        ["Deployment", "web"],
        ["Deployment", "bad"],
      ]),
    );
    expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(7);
    for (const event of events) {
      const line = JSON.parse(JSON.stringify(event));
      expect(toJson(RunEventSchema, fromJson(RunEventSchema, line))).toEqual(line);
    }
  });
});
