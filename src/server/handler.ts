import { createRegistry } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type ConnectRouter,
  createConnectRouter,
  createContextValues,
  type HandlerContext,
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

/**
 * The server, as one function. The order is that of trust: what the URL and `Host` say, the path and the method, the page
 * that a browser sent it for, who calls, how much is asked; only then is a byte of the body read.
 */
export function createHandler(capabilities: ServerCapabilities): Handler {
  const { hosts, origins, stop } = capabilities;
  const handlers = new Map(createRouter(capabilities).handlers.map((handler) => [handler.requestPath, handler]));
  return async (request, peer) => {
    const { header, method } = request;
    const head = readHead(request.url, header);
    if (head === undefined) {
      return plainAnswer(400, { code: "invalid_argument", message: "the request names no possible host" });
    }
    if (!isHostAllowed(head.host, hosts)) {
      return plainAnswer(403, { code: "permission_denied", message: "this server does not answer to that host name" });
    }
    const isGet = method === "GET" || method === "HEAD";
    if (isGet && head.path === "/livez") return plainAnswer(200, "ok");
    if (isGet && head.path === "/readyz") {
      return stop.aborted ? plainAnswer(503, "stopping") : plainAnswer(200, "ok");
    }
    const handler = handlers.get(head.path);
    if (handler === undefined) return plainAnswer(404, { code: "unimplemented", message: "there is no such method" });
    const isPreflight = method === "OPTIONS" && header.has("access-control-request-method");
    if (!isPreflight && !handler.allowedMethods.includes(method)) {
      const allow = handler.allowedMethods.join(", ");
      return plainAnswer(405, { code: "unimplemented", message: `the method is called by ${allow}` }, { allow });
    }
    if (isForeignPage(header, origins)) {
      return plainAnswer(403, { code: "permission_denied", message: "this server does not answer to that page" });
    }
    const origin = header.get("origin");
    if (isPreflight) return plainAnswer(204, "", corsHeaders(origin, true));
    const requestId = randomId(capabilities.random);
    const answer = await call(handler, capabilities, request, peer, requestId);
    const extra = { "x-request-id": requestId, "cache-control": "no-store", "x-content-type-options": "nosniff" };
    const headers = new Headers(answer.header);
    for (const [name, value] of Object.entries({ ...extra, ...corsHeaders(origin, false) })) headers.set(name, value);
    return { ...answer, header: headers };
  };
}

function createRouter(capabilities: ServerCapabilities): ConnectRouter {
  const { limits, authenticate } = capabilities;
  const restartNow = createRestartNow();
  // The last look before the body: what it refuses is answered in the caller's own protocol.
  const requestGate = async (context: HandlerContext): Promise<void> => {
    const caller = context.values.get(callerKey);
    const identity = await authenticate(context.requestHeader, caller.peer);
    if (identity === undefined) {
      throw new ConnectError("a valid bearer token is required", Code.Unauthenticated, {
        "www-authenticate": "Bearer",
      });
    }
    context.values.set(callerKey, { ...caller, identity });
    context.signal.throwIfAborted();
  };
  return createConnectRouter({
    acceptCompression: [gzip],
    compressMinBytes: 0xffffffff,
    readMaxBytes: limits.readMaxBytes,
    maxTimeoutMs: limits.maxTimeoutMilliseconds,
    jsonOptions: { ignoreUnknownFields: false, registry: createRegistry(ErrorInfoSchema, RetryInfoSchema) },
    requestGate,
  })
    .service(RuntimeService, createRuntimeService(capabilities, restartNow))
    .service(RestartService, createRestartService(capabilities, restartNow));
}

/** One call with its deadline: a unary call that names none gets the server's. */
async function call(
  handler: UniversalHandler,
  { clock, limits }: ServerCapabilities,
  request: UniversalServerRequest,
  peer: Peer,
  requestId: string,
): Promise<UniversalServerResponse> {
  const contextValues = createContextValues().set(callerKey, {
    identity: { name: "", mode: "none" },
    peer,
    requestId,
  });
  const { header } = request;
  const limited =
    handler.method.methodKind === "unary" && !header.has("connect-timeout-ms") && !header.has("grpc-timeout");
  const settled = new AbortController();
  const deadline = new AbortController();
  if (limited) {
    clock.sleep(limits.defaultTimeoutMilliseconds, settled.signal).then(
      () => deadline.abort(new ConnectError("the operation timed out", Code.DeadlineExceeded)),
      // Settled before the time was up.
      () => undefined,
    );
  }
  try {
    const signal = limited ? AbortSignal.any([request.signal, deadline.signal]) : request.signal;
    return await handler({ ...request, signal, contextValues });
  } catch {
    // Calls answer for themselves; what still arrives here says nothing that a caller should read.
    return plainAnswer(500, { code: "internal", message: "internal error" });
  } finally {
    settled.abort();
  }
}

/** A random UUID of version 4: a name for one request, no secret. */
function randomId(random: () => number): string {
  const digits = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
  return digits.replace(/x/g, () => Math.floor(random() * 16).toString(16));
}
