import type { Cluster } from "../../../src/core/index.ts";
import { RestartError } from "../../../src/kube/error.ts";
import { createTokenAuthenticator } from "../../../src/server/bearer-tokens.ts";
import { type AuditRecord, defaultServerLimits } from "../../../src/server/capabilities.ts";
import { createHandler } from "../../../src/server/handler.ts";
import { createStage } from "../../core/simulated.ts";
import type { FaultRule } from "../../faults/proxy.ts";
import { createApiBehind } from "./api-behind.ts";
import type { Got, Sent, ServerOptions, ServerUnderTest } from "./row.ts";

const token = "a-token-of-some-length-0123456789";

/** The handler, called in the process on a virtual clock. */
export async function startInProcess(options: ServerOptions): Promise<ServerUnderTest> {
  const { limits, clusters = ["stage"], allow, opening, behind = 0 } = options;
  const stage = await createStage();
  const { clock, sim } = stage;
  const audit: AuditRecord[] = [];
  const rules: { readonly rule: FaultRule; left: number }[] = [];
  const stopping = new AbortController();
  const line = brokenLine(stage.api.cluster.fetch, rules, clock.sleep);
  const cluster: Cluster = { ...stage.api.cluster, fetch: (path, init) => untilAborted(line(path, init), init.signal) };
  // Digests are computed on another thread. A clock that jumps meanwhile would jump to the deadline of the call.
  let digesting = 0;
  const authenticate = createTokenAuthenticator(() => [{ label: "tester", token }]);
  const handler = createHandler({
    clusters: {
      names: clusters,
      open: async (name) => {
        if (opening !== undefined) return opening();
        return { ...cluster, name };
      },
    },
    clock: { ...clock, now: () => clock.now() - behind },
    random: Math.random,
    authenticate: async (header) => {
      digesting += 1;
      return await authenticate(header).finally(() => {
        digesting -= 1;
      });
    },
    audit: (record) => audit.push(record),
    hosts: [],
    origins: [],
    limits: { ...defaultServerLimits, ...limits },
    stop: stopping.signal,
    ...(allow && { allow }),
  });
  const send = async ({ method = "POST", path, headers, body, signal }: Sent): Promise<Got> => {
    const header = new Headers();
    for (const [name, value] of headers) header.append(name, value);
    const universal = {
      httpVersion: "1.1",
      method,
      url: `http://${header.get("host") ?? "localhost"}${path}`,
      header,
      body: body instanceof Uint8Array ? once(body) : (body ?? once(new Uint8Array())),
      signal: signal ?? new AbortController().signal,
    };
    const whole = async (): Promise<Got> => {
      const answer = await handler(universal, { address: "127.0.0.1" });
      return { status: answer.status, header: new Headers(answer.header), body: await collect(answer.body) };
    };
    const answer = whole();
    while (digesting > 0) await new Promise((resolve) => setImmediate(resolve));
    return clock.runUntil(answer);
  };
  return {
    where: "in-process",
    token,
    host: "localhost",
    send,
    raw: () => Promise.reject(new Error("there is no connection in the process")),
    api: createApiBehind(
      sim,
      stage.apply,
      (rule) => rules.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }),
      () => rules.splice(0),
    ),
    audit: () => audit.map((record) => JSON.stringify(record)),
    close: async () => {
      stopping.abort();
      sim.close();
    },
  };
}

/** A fetch does not wait for a server that hangs once it is told to stop. */
function untilAborted(answer: Promise<Response>, signal: AbortSignal | undefined): Promise<Response> {
  if (signal === undefined) return answer;
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason);
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  return Promise.race([answer, stopped.promise]).finally(() => signal.removeEventListener("abort", stop));
}

/** What the transport reports when a line does what the rules say. */
function brokenLine(
  fetch: Cluster["fetch"],
  rules: readonly { readonly rule: FaultRule; left: number }[],
  sleep: (milliseconds: number) => Promise<void>,
): Cluster["fetch"] {
  return async (path, init) => {
    const seen = { method: init.method ?? "GET", path, headers: init.headers ?? {}, body: init.body ?? "" };
    const found = rules.find(({ rule, left }) => left > 0 && rule.when(seen));
    if (found === undefined) return fetch(path, init);
    found.left -= 1;
    const { fault } = found.rule;
    if (fault.kind === "answer") return new Response(fault.body ?? null, fault);
    if (fault.kind === "reset") throw unreachable();
    const answer = await fetch(path, init);
    if (fault.kind === "lost-answer") throw unreachable();
    if (fault.kind === "slow") {
      await sleep(fault.milliseconds);
      return answer;
    }
    const whole = new Uint8Array(await answer.arrayBuffer());
    const cut = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(whole.subarray(0, fault.bytes));
        controller.error(unreachable());
      },
    });
    return new Response(cut, answer);
  };
}

function unreachable(): RestartError {
  return new RestartError("Unreachable", "https://10.1.2.3:6443 closed the connection", {
    detail: { sent: "unknown" },
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

async function collect(body: AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}
