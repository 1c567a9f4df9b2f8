import { expect } from "vitest";
import { call, fullPath, request, seedPath } from "./call.ts";
import { expectCode, expectInForms } from "./expectations.ts";
import { everywhere, inProcess, onBun, overHttp, type Row } from "./row.ts";

const mebibyte = new Uint8Array(1024 * 1024);

/** 1 to 9: who is not let in. */
export const authenticationRows: readonly Row[] = [
  {
    number: 1,
    name: "no Authorization",
    where: everywhere,
    run: async (server) => {
      for (const path of [seedPath, fullPath]) {
        const answers = await expectInForms(server, { path, authorization: null }, "unauthenticated", path);
        for (const { text } of answers) expect(text).toMatch(/^www-authenticate: ?Bearer\r?$/im);
        expect(answers[0]?.status).toBe(401);
      }
    },
  },
  {
    number: 1,
    name: "no Authorization, and the body is not read",
    where: inProcess,
    run: async (server) => {
      let taken = 0;
      const body = (async function* () {
        taken += 1;
        yield mebibyte;
      })();
      const sent = request(server, { authorization: null });
      expect((await server.send({ ...sent, body })).status).toBe(401);
      expect(taken).toBe(0);
    },
  },
  {
    number: 2,
    name: "no Authorization, 50 MB of body",
    where: inProcess,
    run: async (server) => {
      let taken = 0;
      const body = (async function* () {
        for (; taken < 50; taken += 1) yield mebibyte;
      })();
      const started = performance.now();
      expect((await server.send({ ...request(server, { authorization: null }), body })).status).toBe(401);
      expect(performance.now() - started).toBeLessThan(1000);
      expect(taken).toBe(0);
    },
  },
  {
    number: 2,
    name: "no Authorization, 50 MB of body on a connection",
    where: overHttp,
    run: async (server) => {
      const size = 50 * mebibyte.length;
      const before = process.memoryUsage.rss();
      const head = `POST ${seedPath} HTTP/1.1\r\nHost: ${server.host}\r\nContent-Type: application/json\r\nContent-Length: ${size}\r\n\r\n`;
      const started = performance.now();
      const { text, firstByte } = await server.raw([head, ...Array<Uint8Array>(50).fill(mebibyte)]);
      expect(text).toMatch(/^HTTP\/1\.1 401 /);
      // A machine at rest answers within 10 ms.
      expect(firstByte - started).toBeLessThan(1000);
      expect(process.memoryUsage.rss() - before).toBeLessThan(10 * mebibyte.length);
    },
  },
  {
    number: 3,
    name: "no Authorization, malformed JSON",
    where: everywhere,
    run: async (server) => {
      for (const message of ["{", "", '{"clustr":1}']) {
        await expectInForms(server, { message, authorization: null }, "unauthenticated", message);
      }
    },
  },
  {
    number: 4,
    name: "Authorization of another scheme",
    where: onBun,
    run: async (server) => {
      const basic = btoa(`tester:${server.token}`);
      for (const authorization of [`Basic ${basic}`, `Digest ${server.token}`, server.token, `Token ${server.token}`]) {
        await expectInForms(server, { authorization }, "unauthenticated", authorization);
      }
    },
  },
  {
    number: 5,
    name: "Bearer without a token",
    where: onBun,
    run: async (server) => {
      for (const authorization of ["Bearer", "Bearer ", "Bearer     ", ""]) {
        await expectInForms(server, { authorization }, "unauthenticated", JSON.stringify(authorization));
      }
    },
  },
  {
    number: 6,
    name: "two Authorization headers",
    where: everywhere,
    run: async (server) => {
      const right = `Bearer ${server.token}`;
      const wrong = "Bearer another-token-of-some-length-01234";
      for (const [authorization, second] of [
        [right, wrong],
        [wrong, right],
        [right, right],
      ] as const) {
        const headers = [["authorization", second]] as const;
        await expectInForms(server, { authorization, headers }, "unauthenticated", `${authorization} ${second}`);
      }
    },
  },
  {
    number: 7,
    name: "the token in the URL or in a cookie",
    where: onBun,
    run: async (server) => {
      const { token } = server;
      const path = `${seedPath}?access_token=${token}`;
      const answers = [
        ...(await expectInForms(server, { path, authorization: null }, "unauthenticated", "URL")),
        ...(await expectInForms(
          server,
          { authorization: null, headers: [["cookie", `token=${token}; access_token=${token}`]] },
          "unauthenticated",
          "cookie",
        )),
      ];
      for (const { text } of answers) expect(text).not.toContain(token);
      // A call that is let in leaves an audit line, and the token is not in that either.
      await call(server, { path, message: { ...badName, name: "absent" } });
      expect(server.audit().join("\n")).toContain("absent");
      expect(server.audit().join("\n")).not.toContain(token);
    },
  },
  {
    number: 8,
    name: "a wrong token, of the same length and of another",
    where: onBun,
    run: async (server) => {
      const { token } = server;
      const messages = new Set<string>();
      const last = token.endsWith("0") ? "1" : "0";
      for (const given of [`${token.slice(0, -1)}${last}`, "x", "x".repeat(200), token.toUpperCase()]) {
        const answers = await expectInForms(server, { authorization: `Bearer ${given}` }, "unauthenticated", given);
        for (const { message } of answers) messages.add(message);
      }
      messages.add((await expectCode(server, { authorization: null }, "unauthenticated", "none")).message);
      expect([...messages]).toHaveLength(1);
    },
  },
  {
    // Space around a header's value is no part of it by HTTP itself, so it stands inside here.
    number: 9,
    name: "the token with something before or behind it",
    where: onBun,
    run: async (server) => {
      const { token } = server;
      const given = [`x${token}`, `${token}x`, token.slice(1), token.slice(0, -1), `${token} x`, `${token}\tx`];
      for (const text of [...given, ` ${token}`, `"${token}"`, `${token},`, `${token}=`]) {
        await expectInForms(server, { authorization: `Bearer ${text}` }, "unauthenticated", JSON.stringify(text));
      }
    },
  },
];

const badName = { cluster: "stage", group: "apps", version: "v1", resource: "deployments", namespace: "shop" };
