import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { RestartRequestSchema } from "../../src/gen/otterscale/runtime/v1/runtime_pb.ts";
import { defaultServerLimits } from "../../src/server/capabilities.ts";
import { workload } from "../core/simulated.ts";
import { createServerStage, seed, token, web } from "./stage.ts";

const path = `/${seed}`;
const good = { authorization: `Bearer ${token}`, "content-type": "application/json" };

/** A stage with `web` on it, which the good call at the end of each test must be able to restart. */
async function stageWithWeb(...options: Parameters<typeof createServerStage>) {
  const stage = await createServerStage(...options);
  await stage.apply(workload("Deployment", "web"));
  const refused = async () => {
    expect(stage.patches()).toEqual([]);
    expect((await stage.call(seed, web)).status).toBe(200);
  };
  return { ...stage, refused };
}

describe("what a request's head says", () => {
  it.each([
    { host: "evil.example", status: 403 },
    { host: "localhost.evil.com", status: 403 },
    { host: "127a0b0c1", status: 403 },
    { host: "localhost.", status: 403 },
    { host: "0.0.0.0", status: 403 },
    { host: "localhost@evil.com", status: 400 },
    { host: "localhost/../x", status: 400 },
    { host: "[::1", status: 400 },
    { host: "a b", status: 400 },
    { host: "localhost, evil.example", status: 400 },
    { host: "localhost:0", status: 400 },
    { host: "localhost:65536", status: 400 },
    { host: "", status: 400 },
  ])("answers $status to the host $host", async ({ host, status }) => {
    const stage = await stageWithWeb();
    expect((await stage.raw(path, { ...good, host })).status).toBe(status);
    await stage.refused();
  });

  it.each(["localhost", "LOCALHOST:8484", "127.0.0.1:65535", "[::1]:8484", "restart.example"])(
    "answers to the host %s",
    async (host) => {
      const stage = await stageWithWeb({ hosts: ["restart.example"] });
      expect((await stage.raw(path, { ...good, host })).status).toBe(200);
      expect(stage.patches()).toHaveLength(1);
    },
  );

  it("refuses a target that names another host than Host does", async () => {
    const stage = await stageWithWeb();
    const url = `http://evil.example${path}`;
    expect((await stage.raw(path, { ...good, host: "localhost" }, { url })).status).toBe(400);
    await stage.refused();
  });

  it.each([
    { what: "a slash at the end", target: `${path}/` },
    { what: "an encoded letter", target: path.replace("Restart", "%52estart") },
    { what: "another case", target: path.toLowerCase() },
    { what: "a way round", target: `/livez/..${path}` },
    { what: "a doubled slash", target: `/${path}` },
  ])("does not know the method behind $what", async ({ target }) => {
    const stage = await stageWithWeb();
    expect((await stage.raw(target, { ...good, host: "localhost" })).status).toBe(404);
    await stage.refused();
  });

  it.each(["GET", "PUT", "DELETE", "OPTIONS"])("answers 405 to %s and says what is allowed", async (method) => {
    const stage = await stageWithWeb();
    const response = await stage.send(path, { method, headers: good });
    expect({ status: response.status, allow: response.headers.get("allow") }).toEqual({ status: 405, allow: "POST" });
    await stage.refused();
  });

  it.each([
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "https://portal.example.evil.com" },
    { origin: "https://PORTAL.example" },
    { "sec-fetch-site": "cross-site" },
  ])("refuses a page that it does not know: %o", async (header) => {
    const stage = await stageWithWeb({ origins: ["https://portal.example"] });
    const { status, header: answered } = await stage.call(seed, web, { headers: header });
    expect(status).toBe(403);
    expect(answered.get("access-control-allow-origin")).toBeNull();
    const preflight = await stage.send(path, {
      method: "OPTIONS",
      headers: { ...header, "access-control-request-method": "POST", "access-control-request-private-network": "true" },
    });
    expect([...preflight.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    await stage.refused();
  });

  it("lets a listed page ask first, without a token, and then call", async () => {
    const stage = await stageWithWeb({ origins: ["https://portal.example"] });
    const origin = { origin: "https://portal.example" };
    const preflight = await stage.send(path, {
      method: "OPTIONS",
      headers: { ...origin, "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("https://portal.example");
    expect(preflight.headers.get("access-control-allow-headers")).toMatch(/Authorization.*Connect-Protocol-Version/);
    const { status, header } = await stage.call(seed, web, { headers: origin });
    expect(status).toBe(200);
    expect(header.get("vary")).toBe("Origin");
    expect(header.get("access-control-allow-credentials")).toBeNull();
  });
});

describe("who calls", () => {
  it.each([
    { what: "nothing", authorization: "" },
    { what: "another scheme", authorization: "Basic dGVzdA==" },
    { what: "no token", authorization: "Bearer" },
    { what: "a token too long by one", authorization: `Bearer ${token}x` },
    { what: "a token too short by one", authorization: `Bearer ${token.slice(0, -1)}` },
    { what: "two tokens", authorization: `Bearer ${token}, Bearer ${token}` },
  ])("refuses $what before it reads the body", async ({ authorization }) => {
    const stage = await stageWithWeb();
    let read = false;
    const body = (async function* () {
      read = true;
      yield new TextEncoder().encode("{");
    })();
    const answer = await stage.raw(path, { ...good, authorization, host: "localhost" }, { body });
    expect({ status: answer.status, read, challenge: answer.header?.get("www-authenticate") }).toEqual({
      status: 401,
      read: false,
      challenge: "Bearer",
    });
    expect(stage.audit).toEqual([]);
    await stage.refused();
  });
});

describe("how much is asked", () => {
  it.each(["-1", "1.5", "abc", "+5", "12345678901", "300001", "2147483648", "9999999999"])(
    "refuses the timeout %s as invalid",
    async (timeout) => {
      const stage = await stageWithWeb();
      const { body } = await stage.call(seed, web, { headers: { "connect-timeout-ms": timeout } });
      expect(body["code"]).toBe("invalid_argument");
      await stage.refused();
    },
  );

  it("has no time at all for a timeout of 0, not even to read", async () => {
    const stage = await stageWithWeb();
    expect((await stage.call(seed, "{", { headers: { "connect-timeout-ms": "0" } })).status).toBe(504);
    const { status, body } = await stage.call(seed, web, { headers: { "connect-timeout-ms": "0" } });
    expect({ status, code: body["code"] }).toEqual({ status: 504, code: "deadline_exceeded" });
    await stage.refused();
  });

  it("answers at the deadline although the cluster heeds none, and sends nothing afterwards", async () => {
    let late: (() => void) | undefined;
    const stage = await stageWithWeb({}, (fetch) => async (to, init) => {
      if (late === undefined) await new Promise<void>((resolve) => (late = resolve));
      return fetch(to, { ...init });
    });
    const before = stage.clock.now();
    expect((await stage.call(seed, web)).body).toMatchObject({ code: "deadline_exceeded" });
    expect(stage.clock.now() - before).toBeLessThan(defaultServerLimits.defaultTimeoutMilliseconds + 1000);
    expect(stage.audit).toEqual([expect.objectContaining({ code: "deadline_exceeded" })]);
    late?.();
    await stage.clock.advance(60_000);
    await stage.refused();
  });

  it("says of a restart that it may have happened when the time is up after it was sent", async () => {
    const stage = await stageWithWeb({}, (fetch, clock) => async (to, init) => {
      const response = await fetch(to, init);
      if (init.method === "PATCH") await clock.sleep(3_600_000, init.signal);
      return response;
    });
    expect((await stage.call(seed, web)).body).toMatchObject({
      code: "deadline_exceeded",
      message: expect.stringMatching(/may have been applied/),
    });
    expect(stage.audit).toEqual([expect.objectContaining({ code: "deadline_exceeded", reason: "Unconfirmed" })]);
    expect(stage.patches()).toHaveLength(1);
  });

  it("sends nothing for a caller who has left", async () => {
    const gone = new AbortController();
    const stage = await stageWithWeb({}, (fetch) => async (to, init) => {
      const response = await fetch(to, init);
      gone.abort();
      return response;
    });
    await stage.raw(path, { ...good, host: "localhost" }, { signal: gone.signal });
    expect(stage.audit).toEqual([expect.objectContaining({ code: "canceled" })]);
    await stage.refused();
  });

  it("takes a body of the limit and none of a byte more", async () => {
    const stage = await stageWithWeb();
    const text = JSON.stringify(web);
    const padded = (size: number) => text + " ".repeat(size - text.length);
    const over = await stage.call(seed, padded(defaultServerLimits.readMaxBytes + 1));
    expect(over.body["code"]).toBe("resource_exhausted");
    expect(stage.patches()).toEqual([]);
    expect((await stage.call(seed, padded(defaultServerLimits.readMaxBytes))).status).toBe(200);
  });
});

describe("the body", () => {
  const gzipped = async (text: string) =>
    new Uint8Array(
      await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer(),
    );

  it.each([
    { what: "a field that nobody knows", body: { ...web, dryrun: "1" } },
    { what: "a number for a name", body: { ...web, name: 1 } },
    { what: "nothing for a name", body: { ...web, name: null } },
    { what: "a list", body: [] },
    { what: "a zero-width space", body: { ...web, cluster: "sta\u200bge" } },
    { what: "a change of direction", body: { ...web, name: "w\u202eeb" } },
    { what: "a NUL", body: { ...web, namespace: "shop\u0000" } },
    { what: "what stands for broken UTF-8", body: { ...web, name: "we\ufffdb" } },
    { what: "a name twice", body: '{"name":"a","name":"b"}' },
    { what: "half a document", body: '{"name":"web"' },
  ])("is invalid with $what", async ({ body }) => {
    const stage = await stageWithWeb();
    const { status, body: answered } = await stage.call(seed, body);
    expect({ status, code: answered["code"] }).toEqual({ status: 400, code: "invalid_argument" });
    await stage.refused();
  });

  it("is invalid with unseen characters in a text that is no name", async () => {
    const stage = await stageWithWeb();
    const { body } = await stage.call("restart.v1.RestartService/Restart", { workload: web, uid: "1\u200b2" });
    expect(body).toMatchObject({ code: "invalid_argument", message: expect.stringMatching(/^uid /) });
    await stage.refused();
  });

  it("is invalid as broken proto, and fine as proto", async () => {
    const stage = await stageWithWeb();
    const headers = { ...good, "content-type": "application/proto" };
    const bytes = toBinary(RestartRequestSchema, create(RestartRequestSchema, web));
    const broken = await stage.send(path, { method: "POST", headers, body: new Uint8Array(bytes.slice(0, -1)) });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ code: "invalid_argument" });
    expect(stage.patches()).toEqual([]);
    expect((await stage.send(path, { method: "POST", headers, body: new Uint8Array(bytes) })).status).toBe(200);
  });

  it("may come as gzip, never stands for more than the limit, and must be gzip then", async () => {
    const stage = await stageWithWeb();
    const send = async (body: Uint8Array<ArrayBuffer>, encoding = "gzip") => {
      const response = await stage.send(path, {
        method: "POST",
        headers: { ...good, "content-encoding": encoding },
        body,
      });
      return response.status === 200 ? "ok" : ((await response.json()) as { readonly code: string }).code;
    };
    expect(await send(await gzipped(" ".repeat(20_000_000)))).toBe("resource_exhausted");
    expect(await send(new TextEncoder().encode(JSON.stringify(web)))).toBe("invalid_argument");
    expect(await send(await gzipped(JSON.stringify(web)), "foo")).toBe("unimplemented");
    expect(stage.patches()).toEqual([]);
    expect(await send(await gzipped(JSON.stringify(web)))).toBe("ok");
  });
});
