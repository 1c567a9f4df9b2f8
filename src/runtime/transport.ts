import type { Agent, OutgoingHttpHeaders } from "node:http";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";
import type { KubeFetch, KubeRequestInit } from "../kube/cluster.ts";
import { RestartError } from "../kube/error.ts";
import type { ConnectionPlan } from "./connect.ts";
import { openConnection, proxyAuthorization } from "./connect.ts";
import type { ContextEntry } from "./context-entry.ts";
import type { CredentialSource, Credentials } from "./credentials.ts";
import type { ConnectOptions } from "./exchange.ts";
import { exchange } from "./exchange.ts";
import { impersonationHeaders } from "./impersonation.ts";
import { invalidKubeconfig } from "./kubeconfig-document.ts";
import type { ProxyServer } from "./proxy.ts";
import { bareHost, chooseProxy, portOf } from "./proxy.ts";
import { clusterContext, proxyContext, trustedAuthorities } from "./tls-settings.ts";
import type { Endpoint } from "./transport-error.ts";

/** One request as `-v` shows it. `status` is undefined when no answer came. */
export interface RequestRecord {
  readonly method: string;
  readonly path: string;
  readonly status: number | undefined;
  readonly milliseconds: number;
}

export interface TransportOptions {
  readonly credentials: CredentialSource;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `restart/1.2.3 (linux/amd64)`; a caller's own `User-Agent` header is appended to it. */
  readonly userAgent: string;
  /** `--request-timeout`: milliseconds for one whole answer. Watches and followed logs are not bounded by it. */
  readonly requestMilliseconds?: number;
  /** Milliseconds for DNS, TCP, proxy and TLS together; 30 s by default, as in client-go. */
  readonly connectMilliseconds?: number;
  /** Milliseconds that an answer, or its next byte, may be awaited; by default more than an API server ever takes. */
  readonly idleMilliseconds?: number;
  readonly onRequest?: (record: RequestRecord) => void;
}

/**
 * Reaches the API server of `entry` over `node:https` (the one client that kept every promise of a kubeconfig on Bun,
 * Deno and Node when they were measured): its authorities replace the machine's, its proxy is never bypassed, redirects
 * are not followed, a cut stream is an error. Connections are kept and shared, one pool per client certificate.
 * On 401 the credentials are renewed once and the request is sent again. A GET whose kept connection turned out dead
 * is sent again once; anything else is the caller's decision, by `detail.sent`.
 */
export function createClusterFetch(entry: ContextEntry, options: TransportOptions): KubeFetch {
  const base = new URL(entry.server);
  const prefix = base.pathname.replace(/\/+$/u, "");
  const endpoint: Endpoint = { cluster: entry.name, server: entry.server, user: entry.userName };
  const proxy = proxyOf(entry, base, options);
  const agentFor = createAgents(planner(entry, base, endpoint, proxy, options));
  const throughPlainProxy = proxy !== undefined && proxy.kind !== "socks" && base.protocol === "http:";

  const send = async (path: string, init: KubeRequestInit, credentials: Credentials): Promise<Response> => {
    const streaming = isStream(path);
    const method = init.method ?? "GET";
    const started = performance.now();
    const record = (status: number | undefined): void =>
      options.onRequest?.({ method, path, status, milliseconds: performance.now() - started });
    const attempt = (): Promise<Response> =>
      exchange({
        endpoint,
        agent: agentFor(credentials),
        secure: base.protocol === "https:",
        host: bareHost(base),
        port: portOf(base),
        target: throughPlainProxy ? `${base.origin}${prefix}${path}` : `${prefix}${path}`,
        method,
        headers: {
          ...requestHeaders(entry, init, credentials, options.userAgent),
          ...(throughPlainProxy && proxyAuthorization(proxy)),
        },
        body: init.body,
        signal: init.signal,
        answerMilliseconds: streaming ? undefined : options.requestMilliseconds,
        idleMilliseconds: streaming ? undefined : (options.idleMilliseconds ?? 75_000),
      });
    try {
      const response = await attempt().catch((error: unknown) => {
        if (method === "GET" && isStaleConnection(error)) return attempt();
        throw error;
      });
      record(response.status);
      return response;
    } catch (error) {
      record(undefined);
      throw error;
    }
  };

  return async (path, init) => {
    const credentials = await options.credentials.get(init.signal);
    const response = await send(path, init, credentials);
    if (response.status !== 401) return response;
    const renewed = await options.credentials.renew(credentials, init.signal);
    if (renewed === undefined) return response;
    await response.body?.cancel();
    return send(path, init, renewed);
  };
}

/**
 * Opens one connection to the API server of `entry`, TLS and certificate included, and sends nothing over it. Rejects
 * like a request.
 */
export function connectToCluster(
  entry: ContextEntry,
  options: TransportOptions,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<Socket> {
  const base = new URL(entry.server);
  const endpoint: Endpoint = { cluster: entry.name, server: entry.server, user: entry.userName };
  const planFor = planner(entry, base, endpoint, proxyOf(entry, base, options), options);
  return openConnection(planFor(credentials), signal);
}

type AgentFor = (credentials: Credentials) => Agent;

/** One agent per client certificate: a connection speaks for whoever it was opened by, and must not be handed on. */
function createAgents(planFor: (credentials: Credentials) => ConnectionPlan): AgentFor {
  let current: { readonly certificate: string; readonly agent: Agent } | undefined;
  return (credentials) => {
    const certificate = `${credentials.clientCertificate ?? ""}\n${credentials.clientKey ?? ""}`;
    if (current?.certificate === certificate) return current.agent;
    if (current !== undefined) retire(current.agent);
    current = { certificate, agent: createAgent(planFor(credentials)) };
    return current.agent;
  };
}

/** Closes idle connections now and the others when their answer is through; a watch goes on undisturbed. */
function retire(agent: Agent): void {
  agent.maxFreeSockets = 0;
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
}

/** Looks at all that can be wrong with the cluster before the first request; only the client certificate comes later. */
function planner(
  entry: ContextEntry,
  base: URL,
  endpoint: Endpoint,
  proxy: ProxyServer | undefined,
  options: TransportOptions,
): (credentials: Credentials) => ConnectionPlan {
  const { cluster } = entry;
  const insecure = cluster.insecureSkipTlsVerify;
  if (insecure && (cluster.certificateAuthority ?? cluster.certificateAuthorityData) !== undefined) {
    const problem = `cluster ${JSON.stringify(cluster.name)} has both a certificate authority and insecure-skip-tls-verify`;
    throw invalidKubeconfig(cluster.origin.file, cluster.origin.line, problem);
  }
  const authorities =
    (base.protocol === "https:" || proxy?.kind === "https") && !insecure ? trustedAuthorities(entry) : [];
  const serverName = cluster.tlsServerName === undefined ? {} : { serverName: cluster.tlsServerName };
  return (credentials) => ({
    endpoint,
    host: bareHost(base),
    port: portOf(base),
    tls:
      base.protocol === "https:"
        ? { context: clusterContext(entry, authorities, credentials), ...serverName, insecure }
        : undefined,
    proxy,
    proxyTls: proxy?.kind === "https" ? { context: proxyContext(authorities), insecure } : undefined,
    timeoutMilliseconds: options.connectMilliseconds ?? 30_000,
  });
}

function createAgent(plan: ConnectionPlan): Agent {
  // No limit on sockets: a watch holds one for half an hour, and a GET must not wait for it.
  const agent = plan.tls === undefined ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true });
  agent.createConnection = (options: ConnectOptions, callback) => {
    // The types want a connection beside the error as well; Node looks at the error first.
    const fail = callback as ((error: Error) => void) | undefined;
    openConnection(plan, options.connectSignal).then(
      (socket) => callback?.(null, socket),
      (error: unknown) => fail?.(error instanceof Error ? error : new Error("aborted", { cause: error })),
    );
    return undefined;
  };
  return agent;
}

function proxyOf(entry: ContextEntry, base: URL, options: TransportOptions): ProxyServer | undefined {
  try {
    return chooseProxy(base, entry.cluster.proxyUrl, options.env);
  } catch (error) {
    if (entry.cluster.proxyUrl === undefined || !(error instanceof RestartError)) throw error;
    const { origin, name } = entry.cluster;
    throw invalidKubeconfig(origin.file, origin.line, `cluster ${JSON.stringify(name)}: ${error.message}`);
  }
}

function requestHeaders(
  entry: ContextEntry,
  init: KubeRequestInit,
  credentials: Credentials,
  userAgent: string,
): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  let agentSuffix = "";
  for (const [name, value] of Object.entries(init.headers ?? {})) {
    if (name.toLowerCase() === "user-agent") agentSuffix = ` ${value}`;
    else headers[name.toLowerCase()] = value;
  }
  for (const [name, value] of Object.entries(impersonationHeaders(entry.impersonate))) {
    headers[name] = typeof value === "string" ? value : [...value];
  }
  return {
    accept: "application/json",
    ...headers,
    ...(!entry.cluster.disableCompression && { "accept-encoding": "gzip" }),
    ...(init.body !== undefined && { "content-length": Buffer.byteLength(init.body) }),
    ...(credentials.authorization !== undefined && { authorization: credentials.authorization }),
    "user-agent": `${userAgent}${agentSuffix}`,
  };
}

/** Watches and followed logs: quiet for as long as nothing happens. */
function isStream(path: string): boolean {
  const query = new URLSearchParams(path.slice(path.indexOf("?") + 1));
  return (
    path.includes("?") && [query.get("watch"), query.get("follow")].some((value) => value === "true" || value === "1")
  );
}

function isStaleConnection(error: unknown): boolean {
  return error instanceof RestartError && error.detail["reused"] === "yes";
}
