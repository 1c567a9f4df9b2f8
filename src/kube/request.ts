import { backoff, longestPause } from "./backoff.ts";
import type { KubeApi, KubeRequestInit } from "./cluster.ts";
import { RestartError } from "./error.ts";
import { errorFromResponse } from "./status.ts";
import { parseWarnings } from "./warning.ts";

export type Method = NonNullable<KubeRequestInit["method"]>;

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Undefined values are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** How often the request is sent at most; 5 by default. */
  readonly attempts?: number;
  /** Time limit of one attempt; none by default. Passing it is `Unreachable`. */
  readonly timeoutMilliseconds?: number;
}

export interface SendOptions extends RequestOptions {
  readonly body?: string;
  /** Sending it twice does what sending it once does: it is sent again after a 5xx or a connection that broke. */
  readonly safeToResend?: boolean;
  /**
   * Also sent again when no connection was made at all, or the time limit passed. Off by default: a server that is not
   * there is worth saying at once.
   */
  readonly persistent?: boolean;
  /** Told of each attempt that may have reached the server and got no answer. */
  readonly onUnanswered?: (error: RestartError) => void;
}

/**
 * Sends a request and resolves with its 2xx answer, the body unread. Sends again on 429, and on 5xx where that is safe,
 * after the server's `Retry-After` (at most 30 s) or a growing jittered pause. Rejects with a RestartError: the reason
 * of the server's `Status`, `UnexpectedAnswer` for a redirect, or what `fetch` rejected with. An abort rejects with the
 * signal's reason; what was sent by then may have happened.
 */
export function send(api: KubeApi, method: Method, path: string, options: SendOptions = {}): Promise<Response> {
  return exchange(api, method, path, options, (response) => Promise.resolve(response));
}

/** `send`, with the reading of the answer inside the retries and the time limit. */
export async function exchange<T>(
  api: KubeApi,
  method: Method,
  path: string,
  options: SendOptions,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const { signal, attempts = 5 } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      signal?.throwIfAborted();
      return await withTimeLimit(api, options, (limited) => attemptOnce(api, method, path, options, limited, read));
    } catch (caught) {
      signal?.throwIfAborted();
      const error = asConnectionError(caught);
      if (isUnanswered(error)) options.onUnanswered?.(error);
      if (attempt >= attempts || !isWorthAnother(error, options) || isTooLong(error, api)) throw error;
      await api.clock.sleep(pauseAfter(error, attempt, api), signal);
    }
  }
}

async function attemptOnce<T>(
  api: KubeApi,
  method: Method,
  path: string,
  options: SendOptions,
  signal: AbortSignal | undefined,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const { body, headers } = options;
  const response = await api.cluster.fetch(withQuery(path, options.query), {
    method,
    headers: { accept: "application/json", ...headers },
    ...(body !== undefined && { body }),
    ...(signal !== undefined && { signal }),
  });
  for (const text of parseWarnings(response.headers)) api.onWarning?.(text);
  if (response.ok) return await read(response);
  // Status 0 is what a web fetch makes of a redirect that it was told not to follow.
  if (response.status < 400) {
    await response.body?.cancel().catch(() => {});
    const status = response.status === 0 ? "" : ` (HTTP ${response.status})`;
    throw new RestartError("UnexpectedAnswer", `the API server answered with a redirect${status}; it is not followed`, {
      status: response.status,
    });
  }
  throw await errorFromResponse(response, api.clock.now());
}

async function withTimeLimit<T>(
  api: KubeApi,
  { signal, timeoutMilliseconds }: RequestOptions,
  run: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  if (timeoutMilliseconds === undefined) return await run(signal);
  const limit = new AbortController();
  const settled = new AbortController();
  const timeUp = api.clock.sleep(timeoutMilliseconds, settled.signal).then(
    () => {
      const seconds = timeoutMilliseconds / 1000;
      const error = new RestartError("Unreachable", `no answer within ${seconds} s`, {
        detail: { sent: "unknown", why: "timeout" },
      });
      limit.abort(error);
      throw error;
    },
    // Settled before the time was up.
    () => new Promise<never>(() => {}),
  );
  try {
    const joined = signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]);
    return await Promise.race([run(joined), timeUp]);
  } finally {
    settled.abort();
  }
}

function withQuery(path: string, query: RequestOptions["query"]): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined) parameters.set(key, value);
  return parameters.size === 0 ? path : `${path}?${parameters}`;
}

function asConnectionError(caught: unknown): RestartError {
  if (caught instanceof RestartError) return caught;
  return new RestartError("Unreachable", "the connection to the API server failed", {
    cause: caught,
    detail: { sent: "unknown" },
  });
}

/** The server may have acted and its answer did not come. A fetch says `sent: "no"` when it knows better. */
export function isUnanswered(error: RestartError): boolean {
  if (error.reason === "Unreachable" || error.reason === "StreamCut") return error.detail.sent !== "no";
  return error.status === 504 || error.status === 502;
}

function isWorthAnother(error: RestartError, { safeToResend = false, persistent = false }: SendOptions): boolean {
  const { status } = error;
  if (status === 429) return true;
  if (status === 500 || status === 503) return safeToResend || error.retryAfterSeconds !== undefined;
  const absent = error.reason === "Unreachable" && (error.detail.sent === "no" || error.detail.why === "timeout");
  if (absent && !persistent) return false;
  return isUnanswered(error) ? safeToResend : absent;
}

function isTooLong({ retryAfterSeconds = 0 }: RestartError, { longestPause }: KubeApi): boolean {
  return longestPause !== undefined && retryAfterSeconds * 1000 > longestPause;
}

function pauseAfter(error: RestartError, attempt: number, api: KubeApi): number {
  const { retryAfterSeconds } = error;
  if (retryAfterSeconds === undefined) return backoff(attempt, api.random);
  return Math.min(longestPause, retryAfterSeconds * 1000 * (1 + 0.1 * api.random()));
}
