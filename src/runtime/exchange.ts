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
  /** Milliseconds for the first byte of an answer, and between two bytes of its body; undefined for a stream. */
  readonly idleMilliseconds: number | undefined;
}

/** The request options that `openConnection` needs, carried through Node's agent. */
export interface ConnectOptions extends RequestOptions {
  readonly connectSignal?: AbortSignal;
}

/**
 * Sends one request and resolves with the answer; the body of a stream, and of a refusal, is read later. Redirects are
 * answers like any other. Rejects with a RestartError whose `detail.sent` says whether the server may have seen the
 * request, or with the signal's reason.
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
  let answered = false;
  const failAfter = (milliseconds: number | undefined): ReturnType<typeof setTimeout> | undefined =>
    milliseconds === undefined ? undefined : setTimeout(() => fail(timedOut(milliseconds)), milliseconds);
  const wholeTimer = failAfter(request.answerMilliseconds);
  let headTimer: ReturnType<typeof setTimeout> | undefined;
  const fail = (error: unknown): void => {
    clearTimeout(wholeTimer);
    clearTimeout(headTimer);
    request.signal?.removeEventListener("abort", onAbort);
    stop.abort(error);
    outgoing.destroy();
    reject(error);
  };
  const onAbort = (): void => fail(request.signal?.reason);
  const timedOut = (milliseconds: number): RestartError => {
    const says = `did not answer within ${milliseconds / 1000} s`;
    return endpointError("Unreachable", request.endpoint, says, connected ? "yes" : "no");
  };
  const lost = (cause: unknown): RestartError => {
    const error = connectionError(cause, request.endpoint, connected ? "yes" : "no");
    // The server may have closed a kept connection at the very moment it was used again.
    if (!outgoing.reusedSocket || error.reason !== "Unreachable") return error;
    return new RestartError(error.reason, error.message, { detail: { ...error.detail, reused: "yes" }, cause });
  };
  outgoing.once("socket", () => {
    connected = true;
    if (stop.signal.aborted) return;
    headTimer = failAfter(request.idleMilliseconds);
  });
  outgoing.on("error", (cause) => {
    // After the head it is the body that was cut, and the body says so.
    if (!answered) fail(cause instanceof RestartError ? cause : lost(cause));
  });
  outgoing.on("close", () => {
    if (!answered) fail(lost(Object.assign(new Error("closed"), { code: "ECONNRESET" })));
  });
  outgoing.on("response", (message) => {
    answered = true;
    clearTimeout(headTimer);
    const end = (): void => {
      clearTimeout(wholeTimer);
      request.signal?.removeEventListener("abort", onAbort);
    };
    // A stream's abort is its body's business from here on: the body tells its reader why.
    if (!isWhole(message, request)) request.signal?.removeEventListener("abort", onAbort);
    toResponse(message, request, end).then(resolve, reject);
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
  const body = isWhole(message, request) ? await wholeBody(message, options) : responseBody(message, options);
  return new Response(body, { status, headers });
}

/** Only an answer that may be quiet for ever, or a refusal, is handed on piece by piece. */
function isWhole({ statusCode = 0 }: IncomingMessage, { idleMilliseconds }: ExchangeRequest): boolean {
  return idleMilliseconds !== undefined && statusCode < 300;
}
