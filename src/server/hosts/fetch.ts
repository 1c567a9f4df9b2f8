import { Code, ConnectError } from "@connectrpc/connect";
import {
  type UniversalServerResponse,
  universalServerRequestFromFetch,
  universalServerResponseToFetch,
} from "@connectrpc/connect/protocol";
import type { Handler, Peer } from "../capabilities.ts";
import { plainAnswer } from "../plain-answer.ts";

/** Answers one request of a runtime whose servers are functions from `Request` to `Response`. Never rejects. */
export type FetchHost = (request: Request, peer?: Peer) => Promise<Response>;

const grpc = /^application\/grpc(?:[+;]|$)/i;
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * Serves Connect and gRPC-Web. A `Response` has no trailers, which is where gRPC says how a call ended: its callers are
 * told so instead of left without a status. A caller who leaves aborts the call's signal.
 */
export function createFetchHost(handler: Handler): FetchHost {
  return async (request, peer = { address: undefined }) => {
    if (grpc.test(request.headers.get("content-type") ?? "")) return universalServerResponseToFetch(refuseGrpc());
    const gone = new AbortController();
    const signal = AbortSignal.any([request.signal, gone.signal]);
    try {
      const answer = await handler({ ...universalServerRequestFromFetch(request, {}), signal }, peer);
      if (answer.body === undefined || bodiless.has(answer.status)) {
        return new Response(null, { status: answer.status, headers: answer.header ?? {} });
      }
      const body = streamOf(answer.body, () => gone.abort(new ConnectError("the caller left", Code.Canceled)));
      return new Response(body, { status: answer.status, headers: answer.header ?? {} });
    } catch {
      // A handler answers for itself; what it did not is no caller's business.
      return universalServerResponseToFetch(plainAnswer(500, { code: "internal", message: "internal error" }));
    }
  };
}

function refuseGrpc(): UniversalServerResponse {
  const message = "gRPC needs trailers, which this server cannot send: use the Connect protocol or gRPC-Web";
  return plainAnswer(415, { code: "unimplemented", message }, { "accept-post": acceptedPosts });
}

const acceptedPosts = ["json", "proto", "connect+json", "connect+proto", "grpc-web+json", "grpc-web+proto"]
  .map((codec) => `application/${codec}`)
  .join(", ");

/** `cancelled` hears of a reader that gave up, the only sign of it in some runtimes. */
function streamOf(body: AsyncIterable<Uint8Array>, cancelled: () => void): ReadableStream<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: () => {
      cancelled();
      // Not awaited: a generator ends only when what it waits for has ended, which the abort brings about.
      void Promise.resolve(chunks.return?.()).catch(() => undefined);
    },
  });
}
