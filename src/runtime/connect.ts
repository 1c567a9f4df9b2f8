import { Agent, request as httpRequest } from "node:http";
import type { Socket } from "node:net";
import { connect as connectTcp, isIP } from "node:net";
import type { SecureContext } from "node:tls";
import { connect as connectTls } from "node:tls";
import { RestartError } from "../kube/error.ts";
import type { ProxyServer } from "./proxy.ts";
import type { Endpoint } from "./transport-error.ts";
import { connectionError, endpointError } from "./transport-error.ts";

/** How one side of a TLS connection is checked. */
export interface TlsSettings {
  readonly context: SecureContext;
  /** The name that is asked for and checked; by default the host. */
  readonly serverName?: string;
  readonly insecure: boolean;
}

/** Where to connect to, and through what. */
export interface ConnectionPlan {
  readonly endpoint: Endpoint;
  readonly host: string;
  readonly port: number;
  /** undefined for an http:// server. */
  readonly tls: TlsSettings | undefined;
  readonly proxy: ProxyServer | undefined;
  /** Set for an https:// proxy. */
  readonly proxyTls: TlsSettings | undefined;
  readonly timeoutMilliseconds: number;
}

/**
 * Opens a connection that is ready for the first request: proxy passed, TLS done, certificate checked. Everything that
 * can go wrong before a request is written goes wrong here, so its errors carry `detail.sent` "no".
 * An abort, or the timeout, closes whatever was opened.
 */
export async function openConnection(plan: ConnectionPlan, signal: AbortSignal | undefined): Promise<Socket> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), plan.timeoutMilliseconds);
  const stop = signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]);
  try {
    const socket = await openTransport(plan, stop);
    socket.setNoDelay(true);
    // A peer that vanished is noticed by the kernel even when nothing is written, as on a quiet watch.
    socket.setKeepAlive(true, 30_000);
    return socket;
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    if (timeout.signal.aborted) {
      const seconds = plan.timeoutMilliseconds / 1000;
      throw endpointError("Unreachable", plan.endpoint, `is unreachable: no connection within ${seconds} s`, "no");
    }
    throw cause instanceof RestartError ? cause : connectionError(cause, plan.endpoint, "no");
  } finally {
    clearTimeout(timer);
  }
}

async function openTransport(plan: ConnectionPlan, signal: AbortSignal): Promise<Socket> {
  const { proxy, tls } = plan;
  if (proxy === undefined) {
    const socket = await openTcp(plan.host, plan.port, signal);
    return tls === undefined ? socket : openTls(socket, plan.host, tls, signal);
  }
  // Plain HTTP goes through an HTTP proxy as a request with the whole URL, not through a tunnel.
  if (tls === undefined && proxy.kind !== "socks") return openToProxy(plan, proxy, signal);
  const tunnel =
    proxy.kind === "socks" ? await openSocksTunnel(plan, proxy, signal) : await openHttpTunnel(plan, proxy, signal);
  return tls === undefined ? tunnel : openTls(tunnel, plan.host, tls, signal);
}

function openTcp(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return established(connectTcp({ host, port }), "connect", signal);
}

function openTls(socket: Socket, host: string, tls: TlsSettings, signal: AbortSignal): Promise<Socket> {
  const name = tls.serverName ?? host;
  const secure = connectTls({
    socket,
    host: name,
    // An address is no server name in TLS; Bun and Deno throw on one.
    servername: isIP(name) === 0 ? name : "",
    secureContext: tls.context,
    // Always said: left out, NODE_TLS_REJECT_UNAUTHORIZED would decide.
    rejectUnauthorized: !tls.insecure,
    ALPNProtocols: ["http/1.1"],
  });
  // The other socket goes with this one only once they are joined.
  const onAbort = (): void => void socket.destroy();
  signal.addEventListener("abort", onAbort, { once: true });
  return established(secure, "secureConnect", signal).finally(() => signal.removeEventListener("abort", onAbort));
}

/** Waits for `event`; an error or an abort destroys the socket. */
function established<S extends Socket>(socket: S, event: string, signal: AbortSignal): Promise<S> {
  return new Promise((resolve, reject) => {
    const settle = (error?: unknown): void => {
      socket.removeListener(event, onReady);
      socket.removeListener("error", settle);
      socket.removeListener("close", onClose);
      signal.removeEventListener("abort", onAbort);
      if (error === undefined) {
        resolve(socket);
        return;
      }
      // A late second error must not become an uncaught one.
      socket.on("error", () => undefined);
      socket.destroy();
      reject(error);
    };
    const onReady = (): void => settle();
    const onClose = (): void => settle(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
    const onAbort = (): void => settle(signal.reason);
    socket.once(event, onReady);
    socket.once("error", settle);
    socket.once("close", onClose);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

async function openToProxy(plan: ConnectionPlan, proxy: ProxyServer, signal: AbortSignal): Promise<Socket> {
  try {
    const socket = await openTcp(proxy.host, proxy.port, signal);
    return plan.proxyTls === undefined ? socket : await openTls(socket, proxy.host, plan.proxyTls, signal);
  } catch (cause) {
    throw connectionError(cause, plan.endpoint, "no", proxy.shown);
  }
}

async function openHttpTunnel(plan: ConnectionPlan, proxy: ProxyServer, signal: AbortSignal): Promise<Socket> {
  const socket = await openToProxy(plan, proxy, signal);
  const authority = `${isIP(plan.host) === 6 ? `[${plan.host}]` : plan.host}:${plan.port}`;
  // Bun does not look at `createConnection` of a request, only at its agent's.
  const agent = new Agent();
  agent.createConnection = () => socket;
  return new Promise((resolve, reject) => {
    const headers = { Host: authority, ...proxyAuthorization(proxy) };
    const request = httpRequest({ method: "CONNECT", path: authority, headers, agent });
    const onAbort = (): void => void request.destroy();
    signal.addEventListener("abort", onAbort, { once: true });
    const fail = (error: unknown): void => {
      signal.removeEventListener("abort", onAbort);
      socket.destroy();
      reject(error);
    };
    const refuse = (status: number | undefined): void => {
      const says = `is unreachable: the proxy ${proxy.shown} refused the connection (${proxyStatus(status)})`;
      fail(endpointError("Unreachable", plan.endpoint, says, "no"));
    };
    request.once("connect", (response, tunnel) => {
      if (response.statusCode !== 200) return refuse(response.statusCode);
      signal.removeEventListener("abort", onAbort);
      resolve(tunnel instanceof Object && "setNoDelay" in tunnel ? (tunnel as Socket) : socket);
    });
    request.once("response", (response) => refuse(response.statusCode));
    request.once("error", (cause) => fail(connectionError(cause, plan.endpoint, "no", proxy.shown)));
    request.end();
  });
}

function proxyStatus(status: number | undefined): string {
  return status === 407 ? "407, it wants a user and a password" : String(status ?? "no status");
}

/** The `Proxy-Authorization` header, when the proxy's URL has a user. */
export function proxyAuthorization(proxy: ProxyServer): Readonly<Record<string, string>> {
  if (proxy.username === "" && proxy.password === "") return {};
  const basic = Buffer.from(`${proxy.username}:${proxy.password}`).toString("base64");
  return { "Proxy-Authorization": `Basic ${basic}` };
}

async function openSocksTunnel(plan: ConnectionPlan, proxy: ProxyServer, signal: AbortSignal): Promise<Socket> {
  const { SocksClient } = await import("socks");
  const socket = await openToProxy(plan, proxy, signal);
  const onAbort = (): void => void socket.destroy();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await SocksClient.createConnection({
      command: "connect",
      // The name goes to the proxy as it is: it may be one that only the proxy can resolve.
      destination: { host: plan.host, port: plan.port },
      existing_socket: socket,
      timeout: plan.timeoutMilliseconds,
      proxy: {
        host: proxy.host,
        port: proxy.port,
        type: 5,
        ...(proxy.username !== "" && { userId: proxy.username, password: proxy.password }),
      },
    });
    return socket;
  } catch {
    // The error is dropped: it carries the proxy's password.
    socket.destroy();
    if (signal.aborted) throw signal.reason;
    const says = `is unreachable: the proxy ${proxy.shown} refused the connection`;
    throw endpointError("Unreachable", plan.endpoint, says, "no");
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
