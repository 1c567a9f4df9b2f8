import { expect } from "vitest";
import { call, forms } from "./call.ts";
import { answerTo, asText, withStatus } from "./cluster-answers.ts";
import { expectInForms } from "./expectations.ts";
import { everywhere, onBun, type Row } from "./row.ts";

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

/** 126 to 131, 136 and 137: what the API server answers. */
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
        ["eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln has expired", /eyJ/],
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
            expect(text).not.toMatch(/eyJ|x{2000}|10\.1\.2\.3|fd00::/);
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
