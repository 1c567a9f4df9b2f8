import { constants } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import type { UniversalServerResponse } from "@connectrpc/connect/protocol";
import type { Handler } from "../capabilities.ts";
import { plainAnswer } from "../plain-answer.ts";
import type { Connection, NodeHostLimits } from "./node-connection.ts";
import { readNodeHead } from "./node-head.ts";
import type { NodeRequest, NodeResponse } from "./node-messages.ts";

const lingerMilliseconds = 100;
// What is small is on its way already: taken to its end it leaves the connection good for the next request.
const smallBodyBytes = 64 * 1024;

/** One request and its answer, from Node's shapes into connect's universal ones and back, trailers included. */
export async function exchange(
  handler: Handler,
  request: NodeRequest,
  response: NodeResponse,
  connection: Connection,
  limits: NodeHostLimits,
): Promise<void> {
  connection.begin({ request, response });
  const gone = new AbortController();
  const body = guardBody(request, connection, limits);
  // Whoever resets a stream or a connection in the middle makes these fail; the close that follows says all there is.
  request.on("error", () => undefined);
  response.on("error", () => undefined);
  response.once("close", () => {
    gone.abort(new ConnectError("the caller left", Code.Canceled));
    body.release();
    connection.end();
  });
  try {
    const answer = await respond(handler, request, body.read, gone.signal, limits);
    await write(answer, request, response, connection, limits);
  } catch {
    // Nothing can be said any more to whoever reads this half of an answer, but that it ends here.
    abandon(request, connection, constants.NGHTTP2_INTERNAL_ERROR);
  }
}

async function respond(
  handler: Handler,
  request: NodeRequest,
  body: () => AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  limits: NodeHostLimits,
): Promise<UniversalServerResponse> {
  const head = readNodeHead(request, limits);
  if ("refusal" in head) return head.refusal;
  try {
    return await handler({ ...head.request, body: body(), signal }, head.peer);
  } catch {
    // A handler answers for itself; what it did not is no caller's business.
    return plainAnswer(500, { code: "internal", message: "internal error" });
  }
}

interface GuardedBody {
  readonly read: () => AsyncIterable<Uint8Array>;
  readonly release: () => void;
}

function guardBody(request: NodeRequest, connection: Connection, limits: NodeHostLimits): GuardedBody {
  const timer = setTimeout(() => {
    if (!request.complete) abandon(request, connection, constants.NGHTTP2_CANCEL);
  }, limits.bodyMilliseconds);
  const release = (): void => clearTimeout(timer);
  request.once("end", release);
  return {
    release,
    read: async function* () {
      try {
        // Ended early, a plain iteration would destroy the socket, and with it the answer that says why.
        for await (const chunk of request.iterator({ destroyOnReturn: false })) {
          yield chunk as Uint8Array;
          if (request.readableLength < limits.maxUnreadBytes / 16 && request.socket.isPaused()) request.socket.resume();
        }
      } catch (cause) {
        throw new ConnectError("the request's body ended early", Code.Canceled, undefined, undefined, cause);
      }
    },
  };
}

/** The answer is out and the body is not all in. HTTP/1 servers end that by themselves; a stream of HTTP/2 stays open. */
function leaveUnread(request: NodeRequest): void {
  if (request.complete || !("stream" in request)) return;
  // Trailers are under way; on Node a reset that comes sooner takes their place.
  setTimeout(() => request.stream.close(constants.NGHTTP2_NO_ERROR), lingerMilliseconds);
}

/**
 * The server closes as soon as the answer has ended, and a sender that is cut off while it sends never reads the answer:
 * it gets time to see it, and what is small to its end.
 */
function linger(request: NodeRequest, response: NodeResponse): Promise<void> {
  return new Promise((settle) => {
    let taken = 0;
    const done = (): void => {
      clearTimeout(timer);
      request.off("data", take);
      request.off("end", done);
      response.off("close", done);
      settle();
    };
    const take = (chunk: Uint8Array): void => {
      taken += chunk.length;
      if (taken > smallBodyBytes) request.pause();
    };
    const timer = setTimeout(done, lingerMilliseconds);
    request.on("end", done);
    response.on("close", done);
    request.on("data", take);
  });
}

function abandon(request: NodeRequest, connection: Connection, code: number): void {
  if ("stream" in request) request.stream.close(code);
  else connection.destroy();
}

async function write(
  answer: UniversalServerResponse,
  request: NodeRequest,
  response: NodeResponse,
  connection: Connection,
  limits: NodeHostLimits,
): Promise<void> {
  const isHttp1 = !("stream" in request);
  const chunks = answer.body?.[Symbol.asyncIterator]();
  try {
    // The first message comes first: until then a method may still set headers.
    let next = await chunks?.next();
    if (response.destroyed || response.closed) return;
    const header = Object.fromEntries(answer.header ?? []);
    const isUnread = isHttp1 && !request.complete && !isSmall(request);
    const closes = isHttp1 && (isUnread || connection.isClosing());
    writeHead(response, answer.status, closes ? { ...header, connection: "close" } : header);
    while (next?.done === false) {
      if (!writeChunk(response, next.value)) await drained(response, request, connection, limits.drainMilliseconds);
      next = await chunks?.next();
      if (response.destroyed || response.closed) return;
    }
    if (answer.trailer !== undefined) response.addTrailers(Object.fromEntries(answer.trailer));
    if (isUnread) await linger(request, response);
    endResponse(response, () => leaveUnread(request));
  } finally {
    // Whatever made the answer may let go of what it holds, also when its reader left.
    void Promise.resolve(chunks?.return?.()).catch(() => undefined);
  }
}

function isSmall(request: NodeRequest): boolean {
  return Number(request.headers["content-length"] ?? Number.POSITIVE_INFINITY) <= smallBodyBytes;
}

function writeHead(response: NodeResponse, status: number, header: Record<string, string>): void {
  if ("stream" in response) response.writeHead(status, header);
  else response.writeHead(status, header);
}

function writeChunk(response: NodeResponse, chunk: Uint8Array): boolean {
  return "stream" in response ? response.write(chunk) : response.write(chunk);
}

function endResponse(response: NodeResponse, written: () => void): void {
  if ("stream" in response) response.end(written);
  else response.end(written);
}

/** Settles when more can be written or nothing can be any more. */
function drained(
  response: NodeResponse,
  request: NodeRequest,
  connection: Connection,
  milliseconds: number,
): Promise<void> {
  return new Promise((settle) => {
    const timer = setTimeout(() => abandon(request, connection, constants.NGHTTP2_CANCEL), milliseconds);
    const done = (): void => {
      clearTimeout(timer);
      response.off("drain", done);
      response.off("close", done);
      settle();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}
