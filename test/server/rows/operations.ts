import { expect } from "vitest";
import { call, fieldNames, forms, fullPath, seedPath, web } from "./call.ts";
import { expectInForms } from "./expectations.ts";
import { inProcess, onBun, type Row } from "./row.ts";

const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const hostile = [
  '"}\n{"code":"ok',
  "\u001b[2J\r\n",
  "x".repeat(20_000),
  "\\u0000\u0000",
  "🙂".repeat(2000),
  "\u202eko",
];

/** 140 and 143: what is left behind when a call is hostile, or this program is wrong. */
export const operationRows: readonly Row[] = [
  {
    number: 140,
    name: "hostile texts in every field leave audit lines of one JSON object each",
    where: onBun,
    run: async (server) => {
      let calls = 0;
      for (const text of hostile) {
        for (const field of [...fieldNames, "all"] as const) {
          const message =
            field === "all"
              ? { cluster: text, group: text, version: text, resource: text, namespace: text, name: text }
              : { ...web, [field]: text };
          for (const path of [seedPath, fullPath]) {
            const agent = ["user-agent", "x".repeat(5000)] as const;
            const { code } = await call(server, { path, message, headers: [agent] });
            expect(["invalid_argument", "not_found", "resource_exhausted"], field).toContain(code);
            // What is no text, or too much of it, is refused before it is known what is meant.
            if (code !== "resource_exhausted" && !controls.test(text)) calls += 1;
          }
        }
      }
      const lines = server.audit();
      expect(lines).toHaveLength(calls);
      for (const line of lines) {
        expect(line).not.toMatch(controls);
        expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(8 * 1024);
        expect(JSON.parse(line)).toMatchObject({ user: expect.any(String), code: expect.not.stringMatching(/^ok$/) });
      }
    },
  },
  {
    number: 143,
    name: "an exception in the server",
    where: inProcess,
    options: {
      opening: () =>
        Promise.reject(new TypeError("undefined is not an object (evaluating 'secret.of.ours') at /home/ops/a.ts:1")),
    },
    run: async (server) => {
      for (const { message, text, code } of await expectInForms(server, {}, "internal", "exception", forms)) {
        expect({ code, message }).toEqual({ code: "internal", message: "internal error" });
        expect(text).not.toMatch(/secret|TypeError|\/home/);
      }
      expect(server.audit().join("\n")).not.toMatch(/secret|\/home/);
    },
  },
];
