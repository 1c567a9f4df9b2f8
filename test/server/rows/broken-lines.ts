import { expect } from "vitest";
import { type Call, call, forms } from "./call.ts";
import { answerTo, asText } from "./cluster-answers.ts";
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

/** 132 to 135: where the line to the cluster leads astray, breaks or is silent. */
export const brokenLineRows: readonly Row[] = [
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
  {
    number: 134,
    name: "what opens the cluster hangs, and heeds nobody",
    where: onBun,
    options: { opening: () => new Promise<never>(() => undefined) },
    run: async (server) => {
      const headers = [["connect-timeout-ms", "200"]] as const;
      await expectInForms(server, { headers }, "deadline_exceeded", "opening", forms.slice(0, 2));
    },
  },
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
];

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
