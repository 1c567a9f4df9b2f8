import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo, Server, Socket } from "node:net";
import { connect, createServer as createTcpServer } from "node:net";
import type { TLSSocket } from "node:tls";
import { createServer as createTlsServer } from "node:tls";
import type { KeyPair, Pki } from "./pki.ts";

/** A server on loopback that counts its connections. */
export interface TestServer {
  readonly port: number;
  readonly connections: () => number;
  readonly open: () => number;
  readonly close: () => Promise<void>;
}

async function listening(server: Server): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on(server.listenerCount("secureConnection") > 0 ? "secureConnection" : "connection", (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    open: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** What `/echo` says about a request. */
export interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** Common name of the client's certificate, `""` without one. */
  readonly clientName: string;
}

export interface ApiServerOptions {
  readonly certificate?: KeyPair;
  /** false: http. */
  readonly secure?: boolean;
  readonly clientCertificate?: "asked" | "required";
  /** Answers what `/echo` does not. */
  readonly handle?: (request: IncomingMessage, response: ServerResponse) => void;
}

/** An HTTP server in the API server's place; `/echo…` answers what it was asked. */
export function startApiServer(pki: Pki, options: ApiServerOptions = {}): Promise<TestServer> {
  const listener: RequestListener = (request, response) => {
    if (request.url?.startsWith("/echo")) echo(request, response);
    else options.handle?.(request, response);
  };
  const http = createHttpServer(listener);
  if (options.secure === false) return listening(http);
  const { cert, key } = options.certificate ?? pki.server;
  const server = createTlsServer(
    {
      cert,
      key,
      ca: pki.goodCa.cert,
      requestCert: options.clientCertificate !== undefined,
      rejectUnauthorized: options.clientCertificate === "required",
    },
    (socket) => void http.emit("connection", socket),
  );
  server.on("tlsClientError", () => undefined);
  return listening(server);
}

function echo(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const socket = request.socket as TLSSocket;
    const certificate = "getPeerCertificate" in socket ? socket.getPeerCertificate() : undefined;
    const answer: Echo = {
      method: request.method ?? "",
      url: request.url ?? "",
      headers: request.headers as Echo["headers"],
      rawHeaders: request.rawHeaders,
      body: Buffer.concat(chunks).toString("utf8"),
      clientName: String(certificate?.subject?.CN ?? ""),
    };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
}

/** Hands bytes through to `target`, and cuts every connection on request. */
export interface Relay extends TestServer {
  /** An RST to the client. */
  readonly reset: () => void;
  /** A FIN to the client, in the middle of whatever was said. */
  readonly finish: () => void;
  /** Bytes of answers that have passed, encryption included. */
  readonly relayed: () => number;
}

export async function startRelay(target: number): Promise<Relay> {
  const clients = new Set<Socket>();
  let relayed = 0;
  const server = createTcpServer((client) => {
    clients.add(client);
    const upstream = connect({ host: "127.0.0.1", port: target });
    upstream.on("data", (chunk: Buffer) => {
      relayed += chunk.length;
    });
    join(client, upstream);
    client.on("close", () => clients.delete(client));
  });
  return {
    ...(await listening(server)),
    relayed: () => relayed,
    reset: () => {
      for (const client of clients) client.resetAndDestroy();
    },
    finish: () => {
      for (const client of clients) client.end();
    },
  };
}

function join(left: Socket, right: Socket): void {
  for (const [from, to] of [
    [left, right],
    [right, left],
  ] as const) {
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
    from.pipe(to);
  }
}

/** A proxy that writes down where it was asked to go. */
export interface RecordingProxy extends TestServer {
  readonly targets: readonly string[];
}

export interface ProxyOptions {
  readonly certificate?: KeyPair;
  /** `user:password` that must be given. */
  readonly login?: string;
  /** Names that only this proxy can resolve, all to 127.0.0.1. */
  readonly knows?: readonly string[];
  /** Answers every CONNECT with this line instead. */
  readonly refuseWith?: string;
}

/** An HTTP proxy: CONNECT, and plain requests with a whole URL. */
export async function startHttpProxy(options: ProxyOptions = {}): Promise<RecordingProxy> {
  const targets: string[] = [];
  const serve = (client: Socket): void => {
    let head = "";
    const onData = (chunk: Buffer): void => {
      head += chunk.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      client.removeListener("data", onData);
      client.pause();
      const [method = "", target = ""] = head.split(" ");
      targets.push(target);
      const login = /^proxy-authorization: Basic (.*)$/imu.exec(head)?.[1] ?? "";
      if (options.login !== undefined && Buffer.from(login, "base64").toString() !== options.login) {
        client.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      if (options.refuseWith !== undefined) {
        client.end(`${options.refuseWith}\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      const url = new URL(method === "CONNECT" ? `http://${target}` : target);
      const upstream = connect({
        host: options.knows?.includes(url.hostname) ? "127.0.0.1" : url.hostname,
        port: Number(url.port),
      });
      upstream.on("connect", () => {
        if (method === "CONNECT") client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        else upstream.write(head.replace(target, `${url.pathname}${url.search}`), "latin1");
        join(client, upstream);
      });
      upstream.on("error", () => client.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"));
    };
    client.on("error", () => undefined);
    client.on("data", onData);
  };
  const { certificate } = options;
  const server = certificate === undefined ? createTcpServer(serve) : createTlsServer({ ...certificate }, serve);
  server.on("tlsClientError", () => undefined);
  return { ...(await listening(server)), targets };
}

/** A SOCKS5 proxy (RFC 1928, 1929): CONNECT only. */
export async function startSocksProxy(options: ProxyOptions = {}): Promise<RecordingProxy> {
  const targets: string[] = [];
  const server = createTcpServer((client) => {
    let seen = Buffer.alloc(0);
    let state: "greeting" | "login" | "request" = "greeting";
    const onData = (chunk: Buffer): void => {
      seen = Buffer.concat([seen, chunk]);
      if (state === "greeting" && seen.length >= 2 && seen.length >= 2 + (seen[1] ?? 0)) {
        const method = options.login === undefined ? 0 : 2;
        const offered = seen.subarray(2, 2 + (seen[1] ?? 0)).includes(method);
        seen = seen.subarray(2 + (seen[1] ?? 0));
        if (!offered) return void client.end(Buffer.from([5, 0xff]));
        client.write(Buffer.from([5, method]));
        state = method === 2 ? "login" : "request";
      }
      if (state === "login" && seen.length > 2) {
        const nameLength = seen[1] ?? 0;
        const passwordLength = seen[2 + nameLength] ?? 0;
        if (seen.length < 3 + nameLength + passwordLength) return;
        const name = seen.subarray(2, 2 + nameLength).toString();
        const password = seen.subarray(3 + nameLength, 3 + nameLength + passwordLength).toString();
        seen = seen.subarray(3 + nameLength + passwordLength);
        const right = `${name}:${password}` === options.login;
        client.write(Buffer.from([1, right ? 0 : 1]));
        if (!right) return void client.end();
        state = "request";
      }
      if (state === "request" && seen.length > 4) {
        const type = seen[3] ?? 0;
        const length = type === 1 ? 4 : type === 4 ? 16 : 1 + (seen[4] ?? 0);
        if (seen.length < 6 + length) return;
        const host = type === 3 ? seen.subarray(5, 4 + length).toString() : [...seen.subarray(4, 4 + length)].join(".");
        const port = seen.readUInt16BE(4 + length);
        targets.push(`${type === 3 ? "name" : "address"} ${host}:${port}`);
        client.removeListener("data", onData);
        if (options.refuseWith !== undefined) return void client.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0]));
        const upstream = connect({ host: options.knows?.includes(host) ? "127.0.0.1" : host, port });
        upstream.on("connect", () => {
          client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          join(client, upstream);
        });
        upstream.on("error", () => client.end(Buffer.from([5, 4, 0, 1, 0, 0, 0, 0, 0, 0])));
      }
    };
    client.on("error", () => undefined);
    client.on("data", onData);
  });
  return { ...(await listening(server)), targets };
}

/** A port where nothing listens. */
export async function closedPort(): Promise<number> {
  const server = await listening(createTcpServer());
  await server.close();
  return server.port;
}

/** A server that accepts connections and never says a word. */
export function startMuteServer(): Promise<TestServer> {
  return listening(createTcpServer((socket) => void socket.resume()));
}
