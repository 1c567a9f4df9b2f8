import { gzipSync } from "node:zlib";
import { expect } from "vitest";
import { call, callStream, envelope, type Form, forms, fullPath, request, seedPath, told, web } from "./call.ts";
import { expectCode, expectInForms } from "./expectations.ts";
import { everywhere, onBun, type Row, type ServerUnderTest } from "./row.ts";

const connectForms = forms.filter(({ protocol }) => protocol === "connect");

const timeout = (server: ServerUnderTest, value: string, codes: string | readonly string[]) =>
  expectInForms(server, { headers: [["connect-timeout-ms", value]] }, codes, `timeout ${value}`, connectForms);

const watch = (workload: object) => new TextEncoder().encode(JSON.stringify({ workload }));

/** 58 to 64, 83, 84 and 94: the protocol, deadlines, envelopes, streams. */
export const protocolRows: readonly Row[] = [
  {
    // Missing it is taken, so that curl with six fields will do.
    number: 58,
    name: "a protocol version that there is not",
    where: onBun,
    run: async (server) => {
      for (const version of ["2", "0", "1.0", "one"]) {
        const headers = [["connect-protocol-version", version]] as const;
        await expectInForms(server, { headers }, "invalid_argument", version, connectForms);
      }
    },
  },
  {
    number: 59,
    name: "a deadline that is no number",
    where: onBun,
    run: async (server) => {
      for (const value of ["-1", "1.5", "abc", "+5", "12345678901", "5s", "0x10", "1 2"]) {
        await timeout(server, value, "invalid_argument");
      }
    },
  },
  {
    number: 60,
    name: "a deadline of nothing",
    where: everywhere,
    run: async (server) => {
      await timeout(server, "0", "deadline_exceeded");
    },
  },
  {
    number: 61,
    name: "a deadline beyond what a timer can hold",
    where: everywhere,
    run: async (server) => {
      for (const value of ["9999999999", "2147483648"]) await timeout(server, value, "invalid_argument");
    },
  },
  {
    number: 62,
    name: "a deadline above the longest",
    where: onBun,
    patches: 2,
    run: async (server) => {
      await timeout(server, "300001", "invalid_argument");
      await timeout(server, "300000", "ok");
    },
  },
  {
    number: 63,
    name: "the deadline passes while the cluster is asked",
    where: everywhere,
    run: async (server) => {
      for (const form of connectForms) {
        const slow = createGate();
        server.api.answer(({ method }) => (method === "GET" ? slow.passed : undefined));
        const late = setTimeout(slow.open, 500);
        const headers = [["connect-timeout-ms", "200"]] as const;
        await expectCode(server, { form, headers }, "deadline_exceeded", "slow reading");
        await slow.passed;
        clearTimeout(late);
        server.api.heal();
        // The next call would wait behind one that goes on.
        await call(server, { message: { ...web, name: "absent" } });
        expect(server.api.patches(), "restarts after the deadline").toBe(0);
      }
    },
  },
  {
    number: 64,
    name: "the caller leaves before the restart is sent",
    where: onBun,
    run: async (server) => {
      for (const path of [seedPath, fullPath]) {
        const leaving = new AbortController();
        const letGo = Promise.withResolvers<void>();
        server.api.answer(({ method, signal }) => {
          if (method !== "GET") return undefined;
          signal.addEventListener("abort", () => letGo.resolve(), { once: true });
          leaving.abort();
          return new Promise<Response>(() => undefined);
        });
        await call(server, { path, signal: leaving.signal }).catch(() => undefined);
        await letGo.promise;
        server.api.heal();
        await call(server, { path, message: { ...web, name: "absent" } });
        expect(server.api.patches()).toBe(0);
        const canceled = server.audit().filter((line) => line.includes('"canceled"'));
        expect(canceled, "audit lines that say so").toHaveLength(path === seedPath ? 1 : 2);
      }
    },
  },
  {
    number: 83,
    name: "a message marked as compressed, and no word of how",
    where: onBun,
    run: async (server) => {
      const packed = gzipSync(new TextEncoder().encode(JSON.stringify({ workload: web })));
      expect((await callStream(server, envelope(packed, 1))).code).toBe("internal");
      const form: Form = { protocol: "grpc-web", codec: "json" };
      const sent = request(server, { form, message: JSON.stringify(web) });
      const got = await server.send({ ...sent, body: envelope(gzipSync(JSON.stringify(web)), 1) });
      expect(told(got, form).code).toBe("internal");
    },
  },
  {
    number: 84,
    name: "an envelope that lies about its length; no message, two messages",
    where: onBun,
    run: async (server) => {
      const one = envelope(watch(web));
      expect((await callStream(server, envelope(watch(web), 0, 0xffffffff))).code).toBe("resource_exhausted");
      const short = envelope(watch(web), 0, watch(web).length + 10);
      expect((await callStream(server, short)).code).toBe("invalid_argument");
      expect((await callStream(server, one.subarray(0, 3))).code).toBe("invalid_argument");
      expect((await callStream(server, new Uint8Array())).code).toBe("unimplemented");
      expect((await callStream(server, new Uint8Array([...one, ...one]))).code).toBe("unimplemented");
      for (const form of forms.filter(({ protocol }) => protocol === "grpc-web")) {
        const sent = request(server, { form });
        const inner = sent.body.subarray(5);
        for (const [body, codes] of [
          [envelope(inner, 0, 0xffffffff), ["resource_exhausted"]],
          [envelope(inner, 0, inner.length + 10), ["invalid_argument"]],
          [new Uint8Array(), ["unimplemented"]],
          [new Uint8Array([...sent.body, ...sent.body]), ["unimplemented"]],
        ] as const) {
          const got = await server.send({ ...sent, body });
          expect(codes, `${form.codec} ${body.length}`).toContain(told(got, form).code);
        }
      }
    },
  },
  {
    number: 94,
    name: "a watch of a rollout that stands still for 60 seconds stays open",
    where: onBun,
    options: { haste: 20 },
    patches: "own",
    run: async (server) => {
      const trouble = { "fake/ready-delay": "70000" };
      await server.api.apply(quiet(trouble));
      const before = server.api.patches();
      await expectCode(server, { message: { ...web, name: "quiet" } }, "ok", "the restart");
      expect(server.api.patches()).toBe(before + 1);
      const { code, messages } = await callStream(server, envelope(watch({ ...web, name: "quiet" })));
      expect(code).toBe("ok");
      const events = messages.map((text) => (JSON.parse(text) as { event: { type: string; time: string } }).event);
      const [first, last] = [events[0], events.at(-1)];
      expect(last?.type).toBe("target.finished");
      expect(Date.parse(last?.time ?? "") - Date.parse(first?.time ?? "")).toBeGreaterThan(60_000);
      expect(events.filter(({ type }) => type === "heartbeat").length).toBeGreaterThanOrEqual(7);
    },
  },
];

const quiet = (annotations: object) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "quiet", namespace: "shop" },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "quiet" } },
    template: {
      metadata: { labels: { app: "quiet" }, annotations },
      spec: { containers: [{ name: "app", image: "shop.example/app:1" }] },
    },
  },
});

/** Something to wait at. What comes through is a server that is not well, so that nobody goes on by mistake. */
function createGate(): { readonly passed: Promise<Response>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<Response>();
  return { passed: promise, open: () => resolve(new Response(null, { status: 404 })) };
}
