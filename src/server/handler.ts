import { createRegistry } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type ConnectRouter,
  createConnectRouter,
  createContextKey,
  createContextValues,
  type HandlerContext,
  type Interceptor,
} from "@connectrpc/connect";
import type { UniversalHandler, UniversalServerRequest, UniversalServerResponse } from "@connectrpc/connect/protocol";
import { createRestartNow } from "../core/index.ts";
import { ErrorInfoSchema, RetryInfoSchema } from "../gen/google/rpc/error_details_pb.ts";
import { RuntimeService } from "../gen/otterscale/runtime/v1/runtime_pb.ts";
import { RestartService } from "../gen/restart/v1/restart_pb.ts";
import { callerKey } from "./call.ts";
import type { Handler, Peer, ServerCapabilities } from "./capabilities.ts";
import { gzip } from "./gzip.ts";
import { plainAnswer } from "./plain-answer.ts";
import { corsHeaders, isForeignPage, isHostAllowed, readHead } from "./request-head.ts";
import { createRestartService } from "./services/restart-service.ts";
import { createRuntimeService } from "./services/runtime-service.ts";
import { visibleText } from "./visible-text.ts";

/**
 * The server, as one function. The order is that of trust: what the URL and `Host` say, the path and the method, the page
 * that a browser sent it for, who calls, how much is asked; only then is a byte of the body read.
 */
export function createHandler(capabilities: ServerCapabilities): Handler {
  const handlers = new Map(createRouter(capabilities).handlers.map((handler) => [handler.requestPath, handler]));
  return async (request, peer) => {
    const requestId = randomId(capabilities.random);
    const answer = await route(capabilities, handlers, request, peer, requestId);
    const header = new Headers(answer.header);
    header.set("x-request-id", requestId);
    header.set("cache-control", "no-store");
    header.set("x-content-type-options", "nosniff");
    return { ...answer, header };
  };
}

async function route(
  capabilities: ServerCapabilities,
  handlers: ReadonlyMap<string, UniversalHandler>,
  request: UniversalServerRequest,
  peer: Peer,
  requestId: string,
): Promise<UniversalServerResponse> {
  const { hosts, origins, stop } = capabilities;
  const { header, method } = request;
  const head = readHead(request.url, header);
  if (head === undefined) {
    return plainAnswer(400, { code: "invalid_argument", message: "the request names no possible host" });
  }
  if (!isHostAllowed(head.host, hosts)) {
    return plainAnswer(403, { code: "permission_denied", message: "this server does not answer to that host name" });
  }
  const isProbe = head.path === "/livez" || head.path === "/readyz";
  const handler = handlers.get(head.path);
  const methods = isProbe ? ["GET", "HEAD"] : handler?.allowedMethods;
  if (methods === undefined) return plainAnswer(404, { code: "unimplemented", message: "there is no such method" });
  const isPreflight = !isProbe && method === "OPTIONS" && header.has("access-control-request-method");
  if (!isPreflight && !methods.includes(method)) {
    const allow = methods.join(", ");
    return plainAnswer(405, { code: "unimplemented", message: `it is called by ${allow}` }, { allow });
  }
  if (handler === undefined) {
    return head.path === "/readyz" && stop.aborted ? plainAnswer(503, "stopping") : plainAnswer(200, "ok");
  }
  if (isForeignPage(header, origins)) {
    return plainAnswer(403, { code: "permission_denied", message: "this server does not answer to that page" });
  }
  const origin = header.get("origin");
  if (isPreflight) return plainAnswer(204, "", corsHeaders(origin, true));
  const answer = await call(handler, capabilities, request, peer, requestId);
  const headers = new Headers(answer.header);
  for (const [name, value] of Object.entries(corsHeaders(origin, false))) headers.set(name, value);
  return { ...answer, header: headers };
}

/** How far a call has come. */
const progressKey = createContextKey<{ at: "gate" | "reading" | "running" }>(
  { at: "gate" },
  { description: "how far the call has come" },
);

const noteRunning: Interceptor = (next) => (request) => {
  request.contextValues.get(progressKey).at = "running";
  return next(request);
};

function createRouter(capabilities: ServerCapabilities): ConnectRouter {
  const { limits, authenticate } = capabilities;
  const restartNow = createRestartNow();
  // The last look before the body: what it refuses is answered in the caller's own protocol.
  const requestGate = async (context: HandlerContext): Promise<void> => {
    const caller = context.values.get(callerKey);
    // What is left of it shrinks while the caller is looked up.
    const asked = Number(context.requestHeader.get("connect-timeout-ms") ?? context.timeoutMs() ?? 0);
    const identity = await authenticate(context.requestHeader, caller.peer);
    if (identity === undefined) {
      throw new ConnectError("a valid bearer token is required", Code.Unauthenticated, {
        "www-authenticate": "Bearer",
      });
    }
    context.values.set(callerKey, { ...caller, identity });
    const version = context.requestHeader.get("connect-protocol-version") ?? "1";
    if (version !== "1") throw new ConnectError("the protocol version is 1", Code.InvalidArgument);
    // Asked before the signal, which an impossible timer of gRPC-Web has aborted by now.
    const longest = context.method.methodKind === "unary" ? limits.maxTimeoutMilliseconds : longestTimer;
    if (asked > longest) throw new ConnectError(`the longest timeout is ${longest} ms`, Code.InvalidArgument);
    context.signal.throwIfAborted();
    context.values.get(progressKey).at = "reading";
  };
  return createConnectRouter({
    acceptCompression: [gzip],
    compressMinBytes: 0xffffffff,
    readMaxBytes: limits.readMaxBytes,
    jsonOptions: { ignoreUnknownFields: false, registry: createRegistry(ErrorInfoSchema, RetryInfoSchema) },
    requestGate,
    interceptors: [noteRunning, visibleText],
  })
    .service(RuntimeService, createRuntimeService(capabilities, restartNow))
    .service(RestartService, createRestartService(capabilities, restartNow));
}

const longestTimer = 2 ** 31 - 1;

/** One call with its deadline: a unary call that names none gets the server's. */
async function call(
  handler: UniversalHandler,
  { clock, limits }: ServerCapabilities,
  request: UniversalServerRequest,
  peer: Peer,
  requestId: string,
): Promise<UniversalServerResponse> {
  const progress: { at: "gate" | "reading" | "running" } = { at: "gate" };
  const contextValues = createContextValues()
    .set(callerKey, { identity: { name: "", mode: "none" }, peer, requestId })
    .set(progressKey, progress);
  const header = withPossibleTimer(request.header);
  const limited =
    handler.method.methodKind === "unary" && !header.has("connect-timeout-ms") && !header.has("grpc-timeout");
  const settled = new AbortController();
  // Its reason is always an error of Connect, whatever a host aborts with.
  const ended = new AbortController();
  const leave = () => ended.abort(new ConnectError("the caller left", Code.Canceled));
  if (request.signal.aborted) leave();
  else request.signal.addEventListener("abort", leave, { once: true });
  if (limited) {
    clock.sleep(limits.defaultTimeoutMilliseconds, settled.signal).then(
      () => ended.abort(new ConnectError("the operation timed out", Code.DeadlineExceeded)),
      // Settled before the time was up.
      () => undefined,
    );
  }
  try {
    const answer = await handler({ ...request, header, signal: ended.signal, contextValues });
    // Connect calls a message that is no message its own fault.
    if (answer.status === 500 && progress.at === "reading") {
      return plainAnswer(400, { code: "invalid_argument", message: "the message cannot be read" });
    }
    return answer;
  } catch {
    // Calls answer for themselves; what still arrives here says nothing that a caller should read.
    return plainAnswer(500, { code: "internal", message: "internal error" });
  } finally {
    settled.abort();
  }
}

/** No timer can be as long as the protocol's ten digits; runtimes warn of it and fire at once. */
function withPossibleTimer(header: Headers): Headers {
  const asked = header.get("connect-timeout-ms") ?? "";
  if (!/^\d{10}$/.test(asked) || Number(asked) <= longestTimer) return header;
  const shorter = new Headers(header);
  shorter.set("connect-timeout-ms", String(longestTimer));
  return shorter;
}

/** A random UUID of version 4: a name for one request, no secret. */
function randomId(random: () => number): string {
  const digits = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
  return digits.replace(/x/g, () => Math.floor(random() * 16).toString(16));
}
