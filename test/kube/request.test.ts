import { describe, expect, it } from "vitest";
import { RestartError } from "../../src/kube/error.ts";
import { type Method, type SendOptions, send } from "../../src/kube/request.ts";
import { createScriptedApi, json, rejection, type Step, silence, statusAnswer, text } from "./scripted-api.ts";

const ok = () => json({ kind: "Deployment", metadata: {} });
const busy = (after?: string) => text("busy\n", 429, after === undefined ? {} : { "retry-after": after });
const broken = (code: number, after?: string) => text("", code, after === undefined ? {} : { "retry-after": after });
const reset = () => new RestartError("Unreachable", "the connection was reset", { detail: { sent: "yes" } });
const refused = () => new RestartError("Unreachable", "connection refused", { detail: { sent: "no" } });

interface Row {
  readonly name: string;
  readonly method?: Method;
  readonly given: readonly Step[];
  readonly options?: SendOptions;
  /** Milliseconds at which each request leaves; half of the jitter is drawn. */
  readonly at: readonly number[];
  readonly want: number | string;
}

const safe = { safeToResend: true };

const rows: readonly Row[] = [
  { name: "an answer is taken", given: [ok()], at: [0], want: 200 },
  { name: "429 waits as the server says", given: [busy("2"), ok()], at: [0, 2100], want: 200 },
  { name: "429 waits as the server says, at most 30 s", given: [busy("600"), ok()], at: [0, 30_000], want: 200 },
  {
    name: "429 without a word waits longer each time",
    given: [busy(), busy(), busy(), ok()],
    at: [0, 187.5, 562.5, 1312.5],
    want: 200,
  },
  {
    name: "429 is given up after five",
    given: [busy(), busy(), busy(), busy(), busy()],
    at: [0, 187.5, 562.5, 1312.5, 2812.5],
    want: "TooManyRequests",
  },
  {
    name: "attempts bound the tries",
    given: [busy(), busy()],
    options: { attempts: 2 },
    at: [0, 187.5],
    want: "TooManyRequests",
  },
  { name: "a POST is sent again on 429", method: "POST", given: [busy(), ok()], at: [0, 187.5], want: 200 },
  ...[500, 502, 503, 504].map((code) => ({
    name: `${code} is tried again where that is safe`,
    given: [broken(code), ok()],
    options: safe,
    at: [0, 187.5],
    want: 200,
  })),
  { name: "a POST is not sent again on 500", method: "POST", given: [broken(500)], at: [0], want: "InternalError" },
  { name: "a POST is not sent again on 504", method: "POST", given: [broken(504, "1")], at: [0], want: "Timeout" },
  {
    name: "a POST is sent again on 503 when the server asks for it",
    method: "POST",
    given: [broken(503, "1"), ok()],
    at: [0, 1050],
    want: 200,
  },
  ...[400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 501].map((code) => ({
    name: `${code} is final`,
    given: [broken(code, "1")],
    options: safe,
    at: [0],
    want: code === 501 ? "InternalError" : expect.any(String),
  })),
  {
    name: "a reset is tried again where that is safe",
    given: [reset(), ok()],
    options: safe,
    at: [0, 187.5],
    want: 200,
  },
  {
    name: "a reset is not tried again where it is not",
    method: "POST",
    given: [reset()],
    at: [0],
    want: "Unreachable",
  },
  {
    name: "any other failure of fetch counts as a reset",
    given: [new TypeError("fetch failed"), ok()],
    options: safe,
    at: [0, 187.5],
    want: 200,
  },
  { name: "a refused connection is said at once", given: [refused()], options: safe, at: [0], want: "Unreachable" },
  {
    name: "a refused connection is tried again when asked for",
    given: [refused(), ok()],
    options: { ...safe, persistent: true },
    at: [0, 187.5],
    want: 200,
  },
  {
    name: "a certificate is not asked twice",
    given: [new RestartError("TlsFailure", "expired")],
    options: safe,
    at: [0],
    want: "TlsFailure",
  },
  {
    name: "credentials are not asked twice",
    given: [new RestartError("CredentialsFailed", "x")],
    options: safe,
    at: [0],
    want: "CredentialsFailed",
  },
  ...[301, 302, 304, 307, 308].map((code) => ({
    name: `${code} is not followed`,
    given: [new Response(null, { status: code, headers: { location: "https://evil.invalid/?token=x" } })],
    options: safe,
    at: [0],
    want: "UnexpectedAnswer",
  })),
  {
    name: "silence ends with the time limit",
    given: [silence],
    options: { ...safe, timeoutMilliseconds: 5000 },
    at: [0],
    want: "Unreachable",
  },
  {
    name: "silence ends with the time limit of each attempt when more are asked for",
    given: [silence, silence],
    options: { ...safe, persistent: true, attempts: 2, timeoutMilliseconds: 5000 },
    at: [0, 5187.5],
    want: "Unreachable",
  },
];

describe("send", () => {
  it.each(rows)("$name", async ({ method = "GET", given, options, at, want }) => {
    const api = createScriptedApi(given);
    const end = await api.clock.runUntil(
      send(api, method, "/x", options).then(
        (response) => response.status,
        (error: unknown) => (error instanceof RestartError ? error.reason : error),
      ),
    );
    expect(end).toEqual(want);
    expect(api.sent.map((request) => request.at)).toEqual(at);
    expect(api.clock.pending()).toBe(0);
  });

  it("does not show where a redirect leads", async () => {
    const api = createScriptedApi([new Response(null, { status: 302, headers: { location: "/?token=hunter2" } })]);
    const error = await rejection(send(api, "GET", "/x"));
    expect(String(error)).not.toContain("hunter2");
  });

  it("sends the query, the headers and the body again each time", async () => {
    const api = createScriptedApi([busy(), ok()]);
    const options = { query: { a: "x y&z", b: undefined, c: "ü" }, headers: { "x-a": "1" }, body: "{}" };
    await api.clock.runUntil(send(api, "PUT", "/x", options));
    for (const request of api.sent) {
      expect(request).toMatchObject({ path: "/x?a=x+y%26z&c=%C3%BC", method: "PUT", body: "{}" });
      expect(request.headers).toEqual({ accept: "application/json", "x-a": "1" });
    }
    expect(api.sent).toHaveLength(2);
  });

  it("hands on each warning of an answer, refusals too", async () => {
    const headers = { warning: '299 - "unknown field \\"spec.x\\"", 299 - "deprecated"' };
    const api = createScriptedApi([statusAnswer(403, "Forbidden", "no", { headers })]);
    await rejection(send(api, "GET", "/x"));
    expect(api.warnings).toEqual(['unknown field "spec.x"', "deprecated"]);
  });

  it("sends nothing when it is aborted before", async () => {
    const api = createScriptedApi([ok()]);
    const reason = new Error("stop");
    expect(await rejection(send(api, "GET", "/x", { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(api.sent).toEqual([]);
  });

  it("gives up a request when it is aborted, with the signal's reason", async () => {
    const abort = new AbortController();
    const api = createScriptedApi([silence]);
    const end = rejection(send(api, "GET", "/x", { signal: abort.signal, timeoutMilliseconds: 5000 }));
    await api.clock.advance(100);
    abort.abort(new Error("stop"));
    expect(await end).toEqual(new Error("stop"));
    expect(api.clock.pending()).toBe(0);
  });

  it("gives up a pause when it is aborted, and leaves no timer", async () => {
    const abort = new AbortController();
    const api = createScriptedApi([busy("20")]);
    const end = rejection(send(api, "GET", "/x", { signal: abort.signal }));
    await api.clock.advance(100);
    abort.abort(new Error("stop"));
    expect(await end).toEqual(new Error("stop"));
    expect(api.clock.pending()).toBe(0);
  });
});
