import type { UniversalServerRequest, UniversalServerResponse } from "@connectrpc/connect/protocol";
import type { Clock, Cluster, Random } from "../core/index.ts";

/** Who is at the other end of a connection, as the host sees it. */
export interface Peer {
  /** IP address without a port; undefined on a Unix socket and where the runtime does not tell. */
  readonly address: string | undefined;
}

/** Answers one HTTP request in the universal shape of connect. Never rejects: what goes wrong inside is an answer. */
export type Handler = (request: UniversalServerRequest, peer: Peer) => Promise<UniversalServerResponse>;

/** A caller that was let in. */
export interface Identity {
  /** For the audit line: the label of a token, never the token. */
  readonly name: string;
  readonly mode: "token" | "none";
}

/** The clusters that the server may reach, by the names that callers use. */
export interface ServerClusters {
  readonly names: readonly string[];
  /** Prepares credentials and transport; sends nothing. Rejects with `InvalidConfig` or `CredentialsFailed`. */
  readonly open: (name: string) => Promise<Cluster>;
}

/** What happened in one mutating call; one JSON line of the audit. Every text is cleaned. */
export interface AuditRecord {
  /** RFC 3339 with milliseconds, UTC. */
  readonly time: string;
  readonly requestId: string;
  readonly method: string;
  readonly user: string;
  readonly mode: Identity["mode"];
  readonly address: string;
  readonly cluster: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly restartedAt?: string;
  readonly previousRestartedAt?: string;
  readonly generation?: number;
  /** `ok` or the Connect code. */
  readonly code: string;
  readonly reason?: string;
  readonly milliseconds: number;
}

/** Bounds on what a caller may ask for. */
export interface ServerLimits {
  /** Of a request's body, in bytes, after decompression. */
  readonly readMaxBytes: number;
  /** Deadline of a unary call that names none, and the longest that it may name, in milliseconds. */
  readonly defaultTimeoutMilliseconds: number;
  readonly maxTimeoutMilliseconds: number;
  /** Shortest time between two restarts of one workload, in milliseconds. */
  readonly minimumIntervalMilliseconds: number;
}

export const defaultServerLimits: ServerLimits = {
  readMaxBytes: 64 * 1024,
  defaultTimeoutMilliseconds: 30_000,
  maxTimeoutMilliseconds: 300_000,
  minimumIntervalMilliseconds: 0,
};

/** Everything that the handler needs from outside. */
export interface ServerCapabilities {
  readonly clusters: ServerClusters;
  readonly clock: Clock;
  readonly random: Random;
  /** Undefined refuses the caller, with one answer whatever the reason. Must compare in constant time. */
  readonly authenticate: (header: Headers, peer: Peer) => Promise<Identity | undefined>;
  readonly audit: (record: AuditRecord) => void;
  /** Names accepted in `Host`, in lower case and without a port, beside those of loopback. Undefined accepts any. */
  readonly hosts: readonly string[] | undefined;
  /** Origins of browsers that may call, exact; none by default. */
  readonly origins: readonly string[];
  /** Group, version and resource triples or namespaces that the operator allows; undefined allows all that restart. */
  readonly allow?: { readonly namespaces?: readonly string[]; readonly resources?: readonly string[] };
  readonly limits: ServerLimits;
  /** Aborted when the server stops: running calls finish, streams end with `unavailable`, `/readyz` answers 503. */
  readonly stop: AbortSignal;
}
