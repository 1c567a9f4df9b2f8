import { expect } from "vitest";
import { type Call, call, forms } from "./call.ts";
import { expectInForms } from "./expectations.ts";
import {
  everywhere,
  inProcess,
  onBun,
  type Row,
  type ServerOptions,
  type ServerUnderTest,
  sockets,
  type Where,
} from "./row.ts";

type Respond = () => Response | undefined;

const status = (code: number, reason: string, message = "said by the cluster", more: object = {}) => ({
  ...{ kind: "Status", apiVersion: "v1", status: "Failure", reason, code, message },
  ...more,
});

const withStatus = (code: number, reason: string, message?: string, headers: Record<string, string> = {}) =>
  Response.json(status(code, reason, message), { status: code, headers });

const asText = (code: number, headers: Record<string, string> = {}) =>
  new Response("no\n", { status: code, headers: { "content-type": "text/plain", ...headers } });

/** What the cluster answers to every PATCH, or to every reading. */
function answerTo(server: ServerUnderTest, method: "PATCH" | "GET", respond: Respond): void {
  server.api.answer((request) => (request.method === method ? respond() : undefined));
}

/** By the reason of the cluster first, by the HTTP status second. */
const table: readonly (readonly [code: number, reason: string, withBody: string, withoutBody: string])[] = [
  [403, "Forbidden", "permission_denied", "permission_denied"],
  [404, "NotFound", "not_found", "not_found"],
  [409, "Conflict", "aborted", "aborted"],
  [410, "Gone", "not_found", "aborted"],
  [422, "Invalid", "invalid_argument", "invalid_argument"],
  [429, "TooManyRequests", "resource_exhausted", "resource_exhausted"],
  [500, "InternalError", "internal", "internal"],
  [503, "ServiceUnavailable", "unavailable", "unavailable"],
  [500, "ServerTimeout", "unavailable", "internal"],
  [400, "BadRequest", "invalid_argument", "invalid_argument"],
  [415, "UnsupportedMediaType", "internal", "internal"],
  [413, "RequestEntityTooLarge", "resource_exhausted", "resource_exhausted"],
];

/** Nothing that says where the cluster is. */
const whereabouts = /127\.0\.0\.1|10\.1\.2\.3|localhost:|ECONN|:6443|https?:\/\//;

function hangs(until: string, options: ServerOptions, where: readonly Where[], headers: Call["headers"] = []): Row {
  return {
    number: 134,
    name: `the cluster hangs, ${until}`,
    where,
    options,
    run: async (server) => {
      const asked: AbortSignal[] = [];
      server.api.answer(({ signal }) => {
        asked.push(signal);
        return new Promise<Response>(() => undefined);
      });
      await expectInForms(server, { headers }, "deadline_exceeded", until, forms.slice(0, headers.length > 0 ? 2 : 4));
      expect(asked.length).toBeGreaterThan(0);
      // The connections to the cluster are let go of.
      await Promise.all(asked.map(aborted));
    },
  };
}

/** 126 to 137: what the API server answers. Each case counts the restarts that were sent. */
export const answerRows: readonly Row[] = [
  {
    number: 126,
    name: "401 for the server's own credentials",
    where: onBun,
    patches: "own",
    run: async (server) => {
      for (const method of ["GET", "PATCH"] as const) {
        for (const respond of [() => withStatus(401, "Unauthorized"), () => asText(401)]) {
          answerTo(server, method, respond);
          const told = await expectInForms(server, {}, ["unavailable", "failed_precondition"], `401 to ${method}`);
          for (const { message, status: http } of told) {
            expect(message).toBe("the cluster does not accept the server's credentials");
            expect(http).not.toBe(401);
          }
          server.api.heal();
        }
      }
    },
  },
  {
    number: 127,
    name: "refusals with a Status and without one",
    where: onBun,
    options: { haste: 200 },
    patches: "own",
    run: async (server) => {
      for (const [code, reason, withBody, withoutBody] of table) {
        answerTo(server, "PATCH", () => withStatus(code, reason));
        await expectInForms(server, {}, withBody, `${code} ${reason}`, forms.slice(0, 2));
        server.api.heal();
        answerTo(server, "PATCH", () => asText(code));
        await expectInForms(server, {}, withoutBody, `${code} as text`, forms.slice(0, 1));
        server.api.heal();
      }
      // The gateway gave up; what became of the restart is not known, and it was not restarted.
      for (const respond of [() => withStatus(504, "Timeout"), () => asText(504)]) {
        answerTo(server, "PATCH", respond);
        await expectInForms(server, {}, ["deadline_exceeded", "unavailable"], "504", forms.slice(0, 1));
        server.api.heal();
      }
    },
  },
  {
    number: 128,
    name: "busy with Retry-After: 1, then well",
    where: everywhere,
    patches: "own",
    run: async (server) => {
      for (const code of [429, 503]) {
        let left = 1;
        const before = server.api.patches();
        const generation = server.api.generation();
        answerTo(server, "PATCH", () => {
          left -= 1;
          return left >= 0 ? asText(code, { "retry-after": "1" }) : undefined;
        });
        expect((await call(server)).code).toBe("ok");
        expect(server.api.patches() - before, "sent").toBe(2);
        expect(server.api.generation() - generation, "applied").toBe(1);
        server.api.heal();
      }
    },
  },
  {
    number: 128,
    name: "busy for good",
    where: onBun,
    options: { haste: 50 },
    patches: "own",
    run: async (server) => {
      answerTo(server, "PATCH", () => asText(429, { "retry-after": "1" }));
      for (const { header, text } of await expectInForms(server, {}, "resource_exhausted", "429", forms.slice(0, 1))) {
        expect(header.get("retry-after")).toBe("1");
        expect(text).toContain("google.rpc.RetryInfo");
      }
      expect(server.api.patches()).toBeLessThanOrEqual(10);
    },
  },
  {
    number: 129,
    name: "a Retry-After that is absurd",
    where: onBun,
    options: { haste: 500 },
    patches: "own",
    run: async (server) => {
      for (const value of ["99999", "-1", "Wed, 21 Oct 2099 07:28:00 GMT", "garbage", "1e9", ""]) {
        const before = server.api.patches();
        answerTo(server, "PATCH", () => asText(429, { "retry-after": value }));
        const codes = ["resource_exhausted", "deadline_exceeded"];
        const [told] = await expectInForms(server, {}, codes, `Retry-After: ${value}`, forms.slice(0, 1));
        expect(told?.text).not.toContain("garbage");
        expect(server.api.patches() - before, value).toBeLessThanOrEqual(10);
        server.api.heal();
      }
    },
  },
  {
    number: 130,
    name: "200 with something else in it",
    where: everywhere,
    options: { haste: 100 },
    patches: "own",
    run: async (server) => {
      const html = { headers: { "content-type": "text/html" } };
      const object = { kind: "Deployment", apiVersion: "apps/v1" };
      for (const [what, respond] of [
        ["HTML", () => new Response("<html>log in</html>", html)],
        ["an empty object", () => Response.json({})],
        ["another kind", () => Response.json({ ...object, kind: "Service", metadata: { name: "web", uid: "1" } })],
        ["another name", () => Response.json({ ...object, metadata: { name: "other", namespace: "shop", uid: "1" } })],
        ["half an object", () => new Response('{"kind":"Deployment","meta', { headers: json })],
        ["nothing", () => new Response("", { headers: json })],
        ["null", () => Response.json(null)],
      ] as const) {
        for (const method of ["GET", "PATCH"] as const) {
          answerTo(server, method, respond);
          const codes = ["internal", "unavailable", "failed_precondition"];
          const told = await expectInForms(server, {}, codes, `${what} to ${method}`, forms.slice(0, 2));
          for (const { text } of told) expect(text).not.toMatch(/log in|</);
          server.api.heal();
        }
      }
    },
  },
  {
    number: 131,
    name: "200, and the annotation is not in it",
    where: onBun,
    patches: "own",
    run: async (server) => {
      const unchanged = () => Response.json(server.api.sim.store.get("deployments.apps", "shop", "web"));
      answerTo(server, "PATCH", unchanged);
      for (const { message } of await expectInForms(server, {}, "failed_precondition", "dropped")) {
        expect(message).not.toBe("");
      }
    },
  },
  {
    number: 132,
    name: "a redirect to another host",
    where: everywhere,
    patches: "own",
    run: async (server) => {
      const target = await startTarget();
      try {
        for (const code of [301, 302, 307, 308]) {
          for (const method of ["GET", "PATCH"] as const) {
            const headers = { location: `${target.url}/apis/apps/v1/namespaces/shop/deployments/web` };
            answerTo(server, method, () => new Response(null, { status: code, headers }));
            await expectInForms(server, {}, "unavailable", `${code} to ${method}`, forms.slice(0, 2));
            server.api.heal();
          }
        }
        expect(target.visits(), "visits of the target").toBe(0);
      } finally {
        await target.close();
      }
    },
  },
  {
    number: 133,
    name: "the line breaks, or a proxy answers",
    where: everywhere,
    options: { haste: 100 },
    patches: "own",
    run: async (server) => {
      // Where time goes at its own pace, one form is enough of the retries.
      const many = server.where === "deno" || server.where === "workerd" ? 1 : 2;
      const text = { "content-type": "text/plain" };
      const proxy = { kind: "answer", status: 502, headers: text, body: "dial tcp 10.1.2.3:6443: refused" } as const;
      for (const fault of [{ kind: "reset" }, { kind: "reset-mid-body", bytes: 20 }, proxy] as const) {
        for (const method of ["GET", "PATCH"]) {
          server.api.breakLine({ when: (request) => request.method === method, fault });
          // What was answered to a PATCH half-way may be read afterwards: then it is known that it was taken.
          const codes = method === "PATCH" ? ["unavailable", "ok"] : "unavailable";
          const before = server.api.generation();
          const told = await expectInForms(server, {}, codes, `${fault.kind} of ${method}`, forms.slice(0, many));
          for (const { message } of told) expect(message).not.toMatch(whereabouts);
          const done = told.filter(({ code }) => code === "ok").length;
          expect(server.api.generation() - before, "no OK without a change").toBeGreaterThanOrEqual(done);
          server.api.heal();
        }
      }
    },
  },
  hangs("until the server's deadline", {}, inProcess, []),
  hangs("until the server's deadline", { limits: { defaultTimeoutMilliseconds: 300 } }, sockets, []),
  hangs("until the caller's deadline", {}, onBun, [["connect-timeout-ms", "200"]]),
  {
    number: 135,
    name: "the restart was sent, its answer was lost, and nobody can be asked",
    where: onBun,
    options: { haste: 100 },
    patches: "own",
    run: async (server) => {
      for (const form of forms) {
        const before = server.api.patches();
        const generation = server.api.generation();
        let sent = false;
        server.api.breakLine({
          when: ({ method }) => method === "PATCH",
          fault: { kind: "lost-answer" },
        });
        server.api.answer(({ method }) => {
          if (method === "PATCH") sent = true;
          return sent && method === "GET" ? asText(500) : undefined;
        });
        const told = await call(server, { form });
        expect(told.code).toBe("unavailable");
        expect(told.message).toMatch(/may have|not known|unknown|unconfirmed/i);
        expectOneValue(server, before);
        expect(server.api.generation() - generation).toBe(1);
        server.api.heal();
      }
    },
  },
  {
    number: 135,
    name: "the restart was sent, its answer was lost, and the object shows it",
    where: onBun,
    options: { haste: 100 },
    patches: "own",
    run: async (server) => {
      server.api.breakLine({ when: ({ method }) => method === "PATCH", fault: { kind: "lost-answer" } });
      const generation = server.api.generation();
      expect((await call(server)).code).toBe("ok");
      expectOneValue(server, 0);
      expect(server.api.generation() - generation).toBe(1);
    },
  },
  {
    number: 136,
    name: "a message of the cluster that is long or hostile",
    where: onBun,
    options: { haste: 200 },
    patches: "own",
    run: async (server) => {
      for (const [hostile, never] of [
        ["x".repeat(1024 * 1024), /x{2000}/],
        ["\u001b[2J\u001b]0;owned\u0007no\r\nX-Evil: 1\u009b31m", /\p{Cc}|owned/u],
        ["denied to Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln of admin", /eyJ/],
        ["dial tcp 10.1.2.3:6443: refused", /10\.1\.2\.3/],
        ["dial tcp [fd00::12]:6443: refused", /fd00/],
      ] as const) {
        for (const [code, reason] of [
          [403, "Forbidden"],
          [422, "Invalid"],
          [500, "InternalError"],
        ] as const) {
          answerTo(server, "PATCH", () => withStatus(code, reason, hostile));
          for (const { text, message, header } of await expectInForms(server, {}, anyCode, hostile.slice(0, 30))) {
            expect(message.length).toBeLessThanOrEqual(1024);
            expect(message).not.toMatch(never);
            expect(text).not.toMatch(/eyJ|x{2000}|10\.1\.2\.3|fd00/);
            expect(header.has("x-evil")).toBe(false);
          }
          server.api.heal();
        }
      }
    },
  },
  {
    number: 137,
    name: "a webhook says no",
    where: onBun,
    patches: "own",
    run: async (server) => {
      const message = 'admission webhook "policy.shop.example" denied the request: restarts\u001b[31m are frozen';
      for (const [code, reason] of [
        [403, "Forbidden"],
        [400, "BadRequest"],
        [422, "Invalid"],
      ] as const) {
        answerTo(server, "PATCH", () => withStatus(code, reason, message));
        const codes = ["permission_denied", "failed_precondition"];
        for (const told of await expectInForms(server, {}, codes, `${code}`)) {
          expect(told.message).toMatch(/"policy\.shop\.example" denied the request: restarts are frozen/);
        }
        server.api.heal();
      }
    },
  },
];

const json = { "content-type": "application/json" };
const anyCode = ["permission_denied", "invalid_argument", "internal", "unavailable", "failed_precondition"];

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Sent again it carries the same value, which moves nothing a second time. */
function expectOneValue(server: ServerUnderTest, before: number): void {
  const values = server.api.patchBodies().slice(before);
  expect(values.length).toBeGreaterThan(0);
  expect(new Set(values.map((body) => /"kubectl\.kubernetes\.io\/restartedAt":"[^"]+"/.exec(body)?.[0])).size).toBe(1);
}

/** A server that a redirect leads to, where nobody may come. */
async function startTarget(): Promise<{
  readonly url: string;
  readonly visits: () => number;
  readonly close: () => Promise<void>;
}> {
  let visits = 0;
  const target = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => {
      visits += 1;
      return Response.json({});
    },
  });
  return { url: `http://127.0.0.1:${target.port}`, visits: () => visits, close: () => target.stop(true) };
}
