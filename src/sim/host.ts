import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import type { SimClock } from "./clock.ts";
import type { SimulatedCluster } from "./cluster.ts";
import { createSelfSigned, type SelfSigned } from "./self-signed.ts";

/** Where one served cluster is reached, and as whom. */
export interface ServedCluster {
  readonly name: string;
  /** `https://127.0.0.1:PORT`. */
  readonly server: string;
  readonly token: string;
  /** PEM of the authority that vouches for the server; undefined without TLS. */
  readonly certificate: string | undefined;
}

export interface ServeOptions {
  /** Off: plain HTTP, for a proxy in between. kubectl sends its token over TLS only. */
  readonly tls?: boolean;
}

export interface ServedClusters {
  readonly entries: readonly ServedCluster[];
  /** Ends every connection and closes the clusters. */
  readonly close: () => Promise<void>;
}

/** The clock of a cluster that people use. */
export const systemClock: SimClock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, ms);
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};

/** Serves each cluster on a loopback port of its own, with a bearer token. An unreachable one accepts connections and stays silent. */
export async function serveClusters(
  clusters: readonly SimulatedCluster[],
  { tls = true }: ServeOptions = {},
): Promise<ServedClusters> {
  const identity = tls ? await createSelfSigned("simulated-clusters", Date.now()) : undefined;
  const served = await Promise.all(
    clusters.map(async (cluster) => {
      const host = cluster.unreachable ? silentServer() : apiServer(cluster, identity);
      const port = await listen(host.server);
      const entry = {
        name: cluster.name,
        server: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
        token: cluster.token,
        certificate: identity?.certificate,
      };
      return { entry, host, cluster };
    }),
  );
  return {
    entries: served.map(({ entry }) => entry),
    close: async () => {
      await Promise.all(
        served.map(({ host, cluster }) => {
          cluster.close();
          return closeServer(host);
        }),
      );
    },
  };
}

/** A kubeconfig (YAML) for the served clusters; the first is the current context, and each starts in `namespace`. */
export function renderKubeconfig(entries: readonly ServedCluster[], namespace = "default"): string {
  const quote = (text: string): string => JSON.stringify(text);
  const lines = [
    "apiVersion: v1",
    "kind: Config",
    `current-context: ${quote(entries[0]?.name ?? "")}`,
    "preferences: {}",
  ];
  lines.push("clusters:");
  for (const { name, server, certificate } of entries) {
    lines.push(`- name: ${quote(name)}`, "  cluster:", `    server: ${quote(server)}`);
    if (certificate !== undefined) lines.push(`    certificate-authority-data: ${btoa(certificate)}`);
  }
  lines.push("users:");
  for (const { name, token } of entries) lines.push(`- name: ${quote(name)}`, "  user:", `    token: ${quote(token)}`);
  lines.push("contexts:");
  for (const { name } of entries) {
    lines.push(`- name: ${quote(name)}`, "  context:", `    cluster: ${quote(name)}`, `    user: ${quote(name)}`);
    lines.push(`    namespace: ${quote(namespace)}`);
  }
  return `${lines.join("\n")}\n`;
}

interface Host {
  readonly server: Server;
  readonly sockets: ReadonlySet<Socket>;
}

function apiServer(cluster: SimulatedCluster, identity: SelfSigned | undefined): Host {
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    answer(cluster, incoming, outgoing).catch(() => {
      if (!outgoing.headersSent) outgoing.writeHead(500);
      outgoing.destroy();
    });
  };
  const server =
    identity === undefined
      ? createHttpServer(listener)
      : createHttpsServer({ cert: identity.certificate, key: identity.privateKey }, listener);
  // A watch may be silent for as long as it likes.
  server.requestTimeout = 0;
  server.timeout = 0;
  server.keepAliveTimeout = 60_000;
  return { server, sockets: trackSockets(server) };
}

function silentServer(): Host {
  const server = createTcpServer((socket) => {
    socket.on("error", () => socket.destroy());
    // What is not read cannot be seen to end.
    socket.resume();
  });
  return { server, sockets: trackSockets(server) };
}

async function answer(cluster: SimulatedCluster, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const left = new AbortController();
  outgoing.on("close", () => left.abort(new DOMException("the client left", "AbortError")));
  outgoing.on("error", () => left.abort());
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const { method = "GET" } = incoming;
  const hasBody = method !== "GET" && method !== "HEAD";
  const body = hasBody ? await readBody(incoming) : new Uint8Array();
  const request = new Request(`http://${headers.get("host") ?? "127.0.0.1"}${incoming.url ?? "/"}`, {
    method,
    headers,
    signal: left.signal,
    ...(body.length > 0 ? { body } : {}),
  });
  const response = await cluster.handle(request, { trusted: false });
  const sent: Record<string, string | string[]> = {};
  for (const [name, value] of response.headers) sent[name] = name === "warning" ? splitWarnings(value) : value;
  outgoing.writeHead(response.status, sent);
  if (response.body === null) {
    outgoing.end();
    return;
  }
  // The client of a watch waits for headers, not for a first event.
  outgoing.flushHeaders();
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || left.signal.aborted) break;
      if (!outgoing.write(value)) await drained(outgoing, left.signal);
    }
  } catch {
    // The stream ended because the client left or the cluster closed.
  } finally {
    await reader.cancel().catch(() => undefined);
    outgoing.end();
  }
}

function readBody(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    incoming.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    incoming.on("end", () => resolve(new Uint8Array(Buffer.concat(chunks))));
    incoming.on("error", reject);
  });
}

function drained(outgoing: ServerResponse, left: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off("drain", done);
      left.removeEventListener("abort", done);
      resolve();
    };
    outgoing.on("drain", done);
    left.addEventListener("abort", done);
  });
}

/** Headers of the same name were joined; each warning was a header of its own. */
function splitWarnings(value: string): string[] {
  return value.split(/, (?=299 )/);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new Error("no port"));
    });
  });
}

function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  return sockets;
}

function closeServer({ server, sockets }: Host): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}
