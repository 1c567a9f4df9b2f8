import type { Agent, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { request as httpRequest } from "node:http";
import type { RequestOptions } from "node:https";
import { request as httpsRequest } from "node:https";
import { RestartError } from "../kube/error.ts";
import { responseBody } from "./response-body.ts";
import type { Endpoint } from "./transport-error.ts";
import { connectionError, endpointError } from "./transport-error.ts";
import { wholeBody } from "./whole-body.ts";

/** One HTTP request, credentials included. */
export interface ExchangeRequest {
  readonly endpoint: Endpoint;
  readonly agent: Agent;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** What stands in the request line: the path, or the whole URL for a plain HTTP proxy. */
  readonly target: string;
  readonly method: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds for the whole answer; undefined for a stream that may be quiet for ever. */
  readonly answerMilliseconds: number | undefined;
  /** Milliseconds between two bytes of a body; undefined for a stream. */
  readonly idleMilliseconds: number | undefined;
}

/** The request options that `openConnection` needs, carried through Node's agent. */
export interface ConnectOptions extends RequestOptions {
  readonly connectSignal?: AbortSignal;
}

/**
 * Sends one request and resolves with the answer; the body of a stream, and of a refusal, is read later. Redirects are answers like any other.
 * Rejects with a RestartError whose `detail.sent` says whether the server may have seen the request, or with the
 * signal's reason.
 */
export function exchange(request: ExchangeRequest): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  if (request.signal?.aborted) return Promise.reject(request.signal.reason);
  const stop = new AbortController();
  const options: ConnectOptions = {
    host: request.host,
    port: request.port,
    path: request.target,
    method: request.method,
    headers: request.headers,
    agent: request.agent,
    connectSignal: stop.signal,
  };
  const outgoing = request.secure ? httpsRequest(options) : httpRequest(options);
  let connected = false;
  let settled = false;
  const timer =
    request.answerMilliseconds === undefined
      ? undefined
      : setTimeout(() => fail(timedOut()), request.answerMilliseconds);
  const fail = (error: unknown): void => {
    clearTimeout(timer);
    request.signal?.removeEventListener("abort", onAbort);
    stop.abort(error);
    outgoing.destroy();
    if (settled) return;
    settled = true;
    reject(error);
  };
  const onAbort = (): void => fail(request.signal?.reason);
  const timedOut = (): RestartError => {
    const seconds = (request.answerMilliseconds ?? 0) / 1000;
    return endpointError(
      "Unreachable",
      request.endpoint,
      `did not answer within ${seconds} s`,
      connected ? "yes" : "no",
    );
  };
  const lost = (cause: unknown): RestartError => {
    const error = connectionError(cause, request.endpoint, connected ? "yes" : "no");
    // The server may have closed a kept connection at the very moment it was used again.
    if (!outgoing.reusedSocket || error.reason !== "Unreachable") return error;
    return new RestartError(error.reason, error.message, { detail: { ...error.detail, reused: "yes" }, cause });
  };
  outgoing.once("socket", () => {
    connected = true;
  });
  outgoing.on("error", (cause) => {
    fail(cause instanceof RestartError ? cause : lost(cause));
  });
  outgoing.on("close", () => {
    if (!settled) fail(lost(Object.assign(new Error("closed"), { code: "ECONNRESET" })));
  });
  outgoing.on("response", (message) => {
    settled = true;
    request.signal?.removeEventListener("abort", onAbort);
    toResponse(message, request, () => clearTimeout(timer)).then(resolve, reject);
  });
  request.signal?.addEventListener("abort", onAbort, { once: true });
  outgoing.end(request.body);
  return promise;
}

async function toResponse(message: IncomingMessage, request: ExchangeRequest, onEnd: () => void): Promise<Response> {
  const status = message.statusCode ?? 0;
  const headers = new Headers();
  const compressed = message.headers["content-encoding"] === "gzip";
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    const name = message.rawHeaders[index] ?? "";
    // They describe the bytes on the wire; the body handed on is unpacked.
    if (compressed && /^content-(?:encoding|length)$/iu.test(name)) continue;
    headers.append(name, message.rawHeaders[index + 1] ?? "");
  }
  const { endpoint, signal, idleMilliseconds } = request;
  if (status === 204 || status === 205 || status === 304) {
    message.resume();
    onEnd();
    return new Response(null, { status, headers });
  }
  const options = { endpoint, signal, idleMilliseconds, onEnd };
  // Only an answer that may be quiet for ever is handed on piece by piece.
  const isWhole = idleMilliseconds !== undefined && status < 300;
  const body = isWhole ? await wholeBody(message, options) : responseBody(message, options);
  return new Response(body, { status, headers });
}
