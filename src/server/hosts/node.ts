import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2SecureServer,
  type Http2Server,
} from "node:http2";
import { createServer as createNetServer, type Server, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { RestartError } from "../../core/index.ts";
import type { Handler } from "../capabilities.ts";
import { addressText, bind, type ListenAddress } from "./node-bind.ts";
import { defaultNodeHostLimits, type NodeHostLimits } from "./node-connection.ts";
import { type Connections, createConnections } from "./node-connections.ts";
import { exchange } from "./node-exchange.ts";
import type { NodeRequest, NodeResponse } from "./node-messages.ts";
import { sniff } from "./node-sniff.ts";

/** PEM texts. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

export interface ListenOptions {
  readonly address: ListenAddress;
  /** Without it the connection is in clear, HTTP/1.1 and HTTP/2 alike. */
  readonly tls?: TlsFiles;
  readonly limits?: Partial<NodeHostLimits>;
}

export interface Listening {
  /** `127.0.0.1:8484`, `[::1]:8484` or `unix:PATH`. */
  readonly address: string;
  /** `http://127.0.0.1:8484`; of a Unix socket `http://localhost`. */
  readonly url: string;
  /**
   * Takes no further connection, closes those at rest and lets running requests finish; what still runs after the grace
   * time is cut off. Resolves when every connection is gone. Called again it waits no longer than the shorter grace.
   */
  readonly close: (graceMilliseconds: number) => Promise<void>;
  /** New connections see the new certificate. Throws when the pair cannot be used; the old one then goes on. */
  readonly reload: (tls: TlsFiles) => void;
}

/**
 * Serves the handler on one address for Connect, gRPC-Web and gRPC over HTTP/1.1 and HTTP/2. Rejects with a RestartError:
 * `AlreadyExists` when the address is taken, `Forbidden` when the system refuses it, `Usage` when it is none of this
 * machine's, `InvalidConfig` when the certificate cannot be used.
 */
export async function listen(handler: Handler, options: ListenOptions): Promise<Listening> {
  const limits = { ...defaultNodeHostLimits, ...options.limits };
  const connections = createConnections(limits);
  const { tls } = options;
  const server =
    tls === undefined ? createClearServer(handler, connections) : createTlsServer(handler, connections, tls);
  await bind(server.bound, options.address);
  const { address, url } = whereabouts(server.bound, options);
  let stopped: Promise<void> | undefined;
  return {
    address,
    url,
    close: async (graceMilliseconds) => {
      stopped ??= new Promise((settle) => {
        server.bound.close(() => settle());
      });
      connections.close();
      const timer = setTimeout(connections.destroy, graceMilliseconds);
      await Promise.all([stopped, connections.gone()]);
      clearTimeout(timer);
    },
    reload: server.reload,
  };
}

interface BoundServer {
  readonly bound: Server;
  readonly reload: Listening["reload"];
}

/** HTTP/1.1 and HTTP/2 on one port in clear: the first bytes tell. */
function createClearServer(handler: Handler, connections: Connections): BoundServer {
  const { limits } = connections;
  const http1 = createHttpServer(http1Options(limits));
  Object.assign(http1, http1Limits(limits));
  const http2 = createHttp2Server(http2Options(limits));
  serveHttp(http1, handler, connections);
  serveHttp(http2, handler, connections);
  http2.on("session", connections.guardSession);
  http1.on("clientError", connections.refuse);
  const bound = createNetServer((socket) => {
    connections.guardSocket(socket);
    sniff(socket, (isHttp2) => {
      if (isHttp2) {
        // Its session counts from here on.
        connections.forget(socket);
        http2.emit("connection", socket);
      } else {
        http1.emit("connection", socket);
        connections.watch(socket);
      }
    });
  });
  return {
    bound,
    reload: () => {
      throw new RestartError("Usage", "a server in clear has no certificate");
    },
  };
}

/** ALPN decides between HTTP/1.1 and HTTP/2. */
function createTlsServer(handler: Handler, connections: Connections, tls: TlsFiles): BoundServer {
  const { limits } = connections;
  const bound = readable(() =>
    createSecureServer({
      ...http2Options(limits),
      ...tls,
      minVersion: "TLSv1.2",
      allowHTTP1: true,
      ...http1Options(limits),
    }),
  );
  Object.assign(bound, http1Limits(limits));
  serveHttp(bound, handler, connections);
  bound.on("session", connections.guardSession);
  bound.on("clientError", connections.refuse);
  bound.on("tlsClientError", (_: Error, socket: Socket) => socket.destroy());
  bound.on("connection", connections.guardHandshake);
  bound.on("secureConnection", (socket: TLSSocket) => {
    connections.handshaken(socket);
    if (socket.alpnProtocol === "h2") return;
    connections.guardSocket(socket);
    connections.watch(socket);
  });
  return {
    bound,
    reload: (files) => readable(() => bound.setSecureContext(files)),
  };
}

function serveHttp(
  server: HttpServer | Http2Server | Http2SecureServer,
  handler: Handler,
  connections: Connections,
): void {
  const serve = (request: NodeRequest, response: NodeResponse): void => {
    const key = "stream" in request ? request.stream.session : request.socket;
    const connection = key && connections.of(key);
    // Without a guard there is a connection that is gone already.
    if (connection === undefined) request.destroy();
    else void exchange(handler, request, response, connection, connections.limits);
  };
  server.on("request", serve);
}

function http1Options({ maxHeaderBytes }: NodeHostLimits) {
  return { maxHeaderSize: maxHeaderBytes };
}

/** What an HTTP/1 server takes as properties, a TLS server's own one among them. */
function http1Limits({ maxHeaders, idleMilliseconds }: NodeHostLimits) {
  return {
    // One more than allowed: Node cuts silently what is above, and the head would not show it.
    maxHeadersCount: maxHeaders + 1,
    // Clients are told of it, and close in time.
    keepAliveTimeout: idleMilliseconds,
  };
}

function http2Options({ maxStreams, maxHeaderBytes, maxHeaders }: NodeHostLimits) {
  return {
    settings: { maxConcurrentStreams: maxStreams, maxHeaderListSize: maxHeaderBytes, enablePush: false },
    // The four pseudo headers count, too.
    maxHeaderListPairs: maxHeaders + 4,
  };
}

/** What OpenSSL says about a certificate or key is for its author; the operator learns that the pair cannot be used. */
function readable<T>(use: () => T): T {
  try {
    return use();
  } catch (cause) {
    throw new RestartError("InvalidConfig", "the certificate and the key cannot be used together", { cause });
  }
}

function whereabouts(server: Server, { address, tls }: ListenOptions): Pick<Listening, "address" | "url"> {
  const scheme = tls === undefined ? "http" : "https";
  if ("path" in address) return { address: `unix:${address.path}`, url: `${scheme}://localhost` };
  const bound = server.address();
  const at =
    typeof bound === "object" && bound !== null
      ? addressText(bound.address, bound.port)
      : addressText(address.host, address.port);
  return { address: at, url: `${scheme}://${at}` };
}
