import { describe, expect, it } from "vitest";
import type { Handler } from "../../../src/server/capabilities.ts";
import { createFetchHost } from "../../../src/server/hosts/fetch.ts";
import { workload } from "../../core/simulated.ts";
import { createServerStage, seed, token, web } from "../stage.ts";

const url = `http://localhost/${seed}`;
const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };

/** A stage whose handler is reached as a fetch runtime reaches it. */
async function createFetchStage(more: Parameters<typeof createServerStage>[0] = {}) {
  const stage = await createServerStage(more);
  await stage.apply(workload("Deployment", "web"));
  const host = createFetchHost(stage.handler);
  const send = (request: Request) => stage.clock.runUntil(host(request, { address: "192.0.2.7" }));
  return { ...stage, send };
}

/** Answers with bytes without an end, and tells the signal of the call. */
function endless(): { readonly handler: Handler; readonly signal: () => AbortSignal | undefined } {
  let seen: AbortSignal | undefined;
  return {
    signal: () => seen,
    handler: async ({ signal }) => {
      seen = signal;
      const body = (async function* () {
        for (;;) yield new Uint8Array(8);
      })();
      return { status: 200, body };
    },
  };
}

describe("a fetch host", () => {
  it("answers the seed call, and the audit names the caller's address", async () => {
    const { send, audit } = await createFetchStage();
    const answer = await send(new Request(url, { method: "POST", headers, body: JSON.stringify(web) }));
    expect([answer.status, await answer.text()]).toEqual([200, "{}"]);
    expect(audit).toMatchObject([{ code: "ok", address: "192.0.2.7", name: "web" }]);
  });

  it.each(["application/grpc", "application/grpc+proto", "Application/GRPC;charset=utf-8"])(
    "refuses %s with a hint, and sends nothing to the cluster",
    async (type) => {
      const { send, audit } = await createFetchStage();
      const request = new Request(url, { method: "POST", headers: { ...headers, "content-type": type }, body: "" });
      const answer = await send(request);
      expect(answer.status).toBe(415);
      expect(await answer.json()).toMatchObject({ message: expect.stringContaining("gRPC-Web") });
      expect(audit).toEqual([]);
    },
  );

  it("lets gRPC-Web through: its status is part of the body", async () => {
    const { send } = await createFetchStage();
    const type = "application/grpc-web+json";
    const json = new TextEncoder().encode(JSON.stringify(web));
    const body = new Uint8Array([0, 0, 0, 0, json.length, ...json]);
    const answer = await send(
      new Request(url, { method: "POST", headers: { ...headers, "content-type": type }, body }),
    );
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, type]);
    expect(await answer.text()).toContain("grpc-status: 0");
  });

  it("answers a preflight, whose answer must have no body at all", async () => {
    const { send } = await createFetchStage({ origins: ["https://shop.example"] });
    const preflight = { origin: "https://shop.example", "access-control-request-method": "POST" };
    const answer = await send(new Request(url, { method: "OPTIONS", headers: preflight }));
    expect([answer.status, answer.body]).toEqual([204, null]);
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://shop.example");
  });

  it("aborts the call when the reader gives up, or the runtime says that the caller left", async () => {
    const cancelled = endless();
    const answer = await createFetchHost(cancelled.handler)(new Request(url));
    const reader = answer.body?.getReader();
    await reader?.read();
    expect(cancelled.signal()?.aborted).toBe(false);
    await reader?.cancel();
    expect(cancelled.signal()?.aborted).toBe(true);

    const left = endless();
    const caller = new AbortController();
    await createFetchHost(left.handler)(new Request(url, { signal: caller.signal }));
    caller.abort();
    expect(left.signal()?.aborted).toBe(true);
  });

  it("says nothing of what went wrong inside", async () => {
    const answer = await createFetchHost(() => Promise.reject(new Error("secret")))(new Request(url));
    expect([answer.status, await answer.json()]).toEqual([500, { code: "internal", message: "internal error" }]);
  });
});
