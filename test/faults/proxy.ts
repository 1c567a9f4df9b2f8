import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { KubeFetch, KubeRequestInit } from "../../src/kube/cluster.ts";

/** What goes wrong with one request. */
export type Fault =
  /** The connection is reset; the API server never hears of the request. */
  | { readonly kind: "reset" }
  /** The API server does it, and the connection is reset instead of the answer. */
  | { readonly kind: "lost-answer" }
  /** The connection is reset after so many bytes of the answer's body. */
  | { readonly kind: "reset-mid-body"; readonly bytes: number }
  /** This is the answer; the API server never hears of the request. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The answer comes after so many milliseconds. */
  | { readonly kind: "slow"; readonly milliseconds: number };

export interface FaultRule {
  readonly when: (request: SeenRequest) => boolean;
  readonly fault: Fault;
  /** How many requests it befalls; every one when absent. */
  readonly times?: number;
}

export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * How an open stream ends in the middle of a line: `reset` by RST, `fin` by closing the connection without the end of
 * the body, `end` with the end of the body.
 */
export type Cut = "reset" | "fin" | "end";

/** A plain HTTP server on loopback in front of an API server, which does what a bad line does. */
export interface FaultProxy {
  /** `http://127.0.0.1:<port>`; whoever comes has the upstream's credentials. */
  readonly server: string;
  /** The first rule that matches is applied. The returned function takes it away. */
  readonly add: (rule: FaultRule) => () => void;
  readonly requests: readonly SeenRequest[];
  /** Watches that are open. */
  readonly openWatches: () => number;
  /** What watches are sent is kept from now on, until they are cut. */
  readonly hold: () => void;
  /** Bytes that are kept for watches. */
  readonly heldBytes: () => number;
  /** Ends every open watch within a line: half of what was held, or of a line that nobody sent, is its last. */
  readonly cutWatches: (how: Cut) => void;
  readonly close: () => Promise<void>;
}

/** The overload of a real API server: text, not a Status (measured). */
export const tooManyRequests: Fault = {
  kind: "answer",
  status: 429,
  headers: { "content-type": "text/plain; charset=utf-8", "retry-after": "1" },
  body: "Too many requests, please try again later.\n",
};

/** `upstream` sends a request to the API server with credentials of its own. */
export async function startFaultProxy(upstream: KubeFetch): Promise<FaultProxy> {
  const rules: { readonly rule: FaultRule; left: number }[] = [];
  const requests: SeenRequest[] = [];
  const watches = new Set<Watch>();
  const sockets = new Set<Socket>();
  let held = false;

  const faultOf = (request: SeenRequest): Fault | undefined => {
    const found = rules.find(({ rule, left }) => left > 0 && rule.when(request));
    if (found === undefined) return undefined;
    found.left -= 1;
    return found.rule.fault;
  };

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await readBody(incoming);
    const { method = "GET", url: path = "/", headers } = incoming;
    const request = { method, path, headers, body };
    requests.push(request);
    const fault = faultOf(request);
    if (fault?.kind === "reset") return reset(outgoing);
    if (fault?.kind === "answer") {
      outgoing.writeHead(fault.status, fault.headers).end(fault.body ?? "");
      return;
    }
    const left = new AbortController();
    outgoing.once("close", () => left.abort());
    const response = await upstream(path, initOf(incoming, body, left.signal));
    if (fault?.kind === "slow") await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
    if (fault?.kind === "lost-answer") {
      await response.text();
      return reset(outgoing);
    }
    outgoing.writeHead(response.status, headersOf(response));
    outgoing.flushHeaders();
    if (isWatch(path)) {
      const watch = createWatch(outgoing, () => held);
      watches.add(watch);
      outgoing.once("close", () => watches.delete(watch));
      await pump(response, watch.write);
      watch.end();
      return;
    }
    let budget = fault?.kind === "reset-mid-body" ? fault.bytes : Number.POSITIVE_INFINITY;
    await pump(response, (chunk) => {
      if (chunk.length <= budget) outgoing.write(chunk);
      else if (budget >= 0) outgoing.write(chunk.subarray(0, budget), () => reset(outgoing));
      budget = chunk.length <= budget ? budget - chunk.length : -1;
    });
    if (budget >= 0) outgoing.end();
  };

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => reset(outgoing));
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.requestTimeout = 0;
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the port is not known"));
      else resolve(address.port);
    });
  });
  return {
    server: `http://127.0.0.1:${port}`,
    add: (rule) => {
      const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
      rules.push(entry);
      return () => {
        entry.left = 0;
      };
    },
    requests,
    openWatches: () => watches.size,
    hold: () => {
      held = true;
    },
    heldBytes: () => [...watches].reduce((sum, watch) => sum + watch.held(), 0),
    cutWatches: (how) => {
      held = false;
      for (const watch of [...watches]) {
        watches.delete(watch);
        watch.cut(how);
      }
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

interface Watch {
  readonly write: (chunk: Uint8Array) => void;
  readonly end: () => void;
  readonly held: () => number;
  readonly cut: (how: Cut) => void;
}

function createWatch(outgoing: ServerResponse, isHeld: () => boolean): Watch {
  let kept = Buffer.alloc(0);
  let over = false;
  return {
    write: (chunk) => {
      if (over) return;
      if (isHeld()) kept = Buffer.concat([kept, chunk]);
      else outgoing.write(chunk);
    },
    end: () => {
      if (!over && kept.length === 0) outgoing.end();
    },
    held: () => kept.length,
    cut: (how) => {
      over = true;
      const whole = kept.length > 0 ? kept : Buffer.from('{"type":"MODIFIED","object":{"metadata":{}}}\n');
      const line = whole.subarray(0, whole.indexOf("\n") + 1);
      const half = line.subarray(0, Math.floor(line.length / 2));
      outgoing.write(half, () => {
        if (how === "reset") reset(outgoing);
        else if (how === "fin") outgoing.socket?.end();
        else outgoing.end();
      });
    },
  };
}

async function pump(response: Response, write: (chunk: Uint8Array) => void): Promise<void> {
  if (response.body === null) return;
  for await (const chunk of response.body) write(chunk);
}

function reset(outgoing: ServerResponse): void {
  outgoing.socket?.resetAndDestroy();
}

function isWatch(path: string): boolean {
  const { searchParams } = new URL(path, "http://proxy");
  return ["1", "true"].includes(searchParams.get("watch") ?? "");
}

const ofTheConnection = [
  "connection",
  "host",
  "transfer-encoding",
  "content-length",
  "authorization",
  "accept-encoding",
];

function initOf({ method, headers }: IncomingMessage, body: string, signal: AbortSignal): KubeRequestInit {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === "string" && !ofTheConnection.includes(name) ? [[name, value] as const] : [],
  );
  return {
    method: (method ?? "GET") as NonNullable<KubeRequestInit["method"]>,
    headers: Object.fromEntries(kept),
    signal,
    ...(body === "" ? {} : { body }),
  };
}

function headersOf({ headers }: Response): Record<string, string> {
  // The body was decoded on its way here.
  const dropped = ["content-length", "content-encoding", "transfer-encoding", "connection"];
  return Object.fromEntries([...headers].filter(([name]) => !dropped.includes(name)));
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
