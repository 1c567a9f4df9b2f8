import type { Clock, Random } from "./clock.ts";

/**
 * What a request to the API server may carry. Credentials are added by whoever made the `fetch`. A `user-agent` header
 * is put behind the program's own product.
 */
export interface KubeRequestInit {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/**
 * Sends one request to an API server. `path` starts with `/` and holds the query.
 * Rejects with a RestartError for what never became an HTTP answer (`Unreachable`, `TlsFailure`, `CredentialsFailed`),
 * whose `detail.sent` is `no` when it is certain that the server got nothing of the request; with the signal's reason for
 * an abort; never follows a redirect; a body that is cut short errors its stream.
 */
export type KubeFetch = (path: string, init: KubeRequestInit) => Promise<Response>;

/** One cluster, as the core sees it. */
export interface Cluster {
  /** The context's name (command line, terminal UI) or the name of a configured entry (server). */
  readonly name: string;
  /** UID of the `kube-system` namespace, once it was read; undefined while unknown. */
  readonly uid: string | undefined;
  /** The API server's URL, to name in a message. */
  readonly server: string;
  readonly fetch: KubeFetch;
}

/** A cluster with the capabilities that requests to it need. */
export interface KubeApi {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly random: Random;
  /** A server that asks for a longer pause than this is not asked again; milliseconds, no bound by default. */
  readonly longestPause?: number;
  /** Receives each `Warning` header text (RFC 7234 code 299), once per answer. */
  readonly onWarning?: (text: string) => void;
}
