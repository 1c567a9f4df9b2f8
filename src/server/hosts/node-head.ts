import type { UniversalServerRequest, UniversalServerResponse } from "@connectrpc/connect/protocol";
import type { Peer } from "../capabilities.ts";
import { plainAnswer } from "../plain-answer.ts";
import type { NodeHostLimits } from "./node-connection.ts";
import type { NodeRequest } from "./node-messages.ts";

export type NodeHead =
  | { readonly request: Omit<UniversalServerRequest, "body" | "signal">; readonly peer: Peer }
  | { readonly refusal: UniversalServerResponse };

/**
 * The head of a request, or why it is refused: what a handler cannot see any more in the universal shape, and what the
 * parsers of Bun and Node let through.
 */
export function readNodeHead(request: NodeRequest, { maxHeaders }: Pick<NodeHostLimits, "maxHeaders">): NodeHead {
  const { method = "", url: target = "", rawHeaders } = request;
  const isHttp2 = "stream" in request;
  const refuse = (status: number, message: string): NodeHead => refusal(status, message, isHttp2);
  // An HTTP/1 request may call itself HTTP/2.0, and Bun's parser believes it.
  if (!isHttp2 && request.httpVersionMajor !== 1) return refuse(400, "this is no HTTP version of this connection");
  if (rawHeaders.length / 2 > maxHeaders) return refuse(431, "the request has too many headers");
  if (method === "TRACE" || method === "CONNECT") return refuse(405, `${method} is not supported`);
  if (!target.startsWith("/")) return refuse(400, "the request's target is not a path");
  const header = readHeader(rawHeaders);
  const coding = header.get("transfer-encoding");
  if (coding !== null && coding.toLowerCase() !== "chunked") {
    return refuse(400, "the request's transfer encoding is not supported");
  }
  const pseudo = isHttp2 ? request.headers[":authority"] : undefined;
  const hosts = valuesOf(rawHeaders, "host");
  const host = header.get("host");
  const authority = pseudo ?? host ?? "";
  if (authority === "" || hosts.length > 1 || (host !== null && host.toLowerCase() !== authority.toLowerCase())) {
    return refuse(400, "the request names no host, or more than one");
  }
  const scheme = "encrypted" in request.socket && request.socket.encrypted ? "https" : "http";
  return {
    request: {
      httpVersion: isHttp2 ? "2.0" : request.httpVersion,
      method,
      // Put together by hand: a URL parser would fold the dots of a path that should be refused.
      url: `${scheme}://${authority}${target}`,
      header,
    },
    peer: { address: request.socket.remoteAddress?.replace(/^::ffff:/, "") },
  };
}

function refusal(status: number, message: string, isHttp2: boolean): NodeHead {
  const code = status === 405 ? "unimplemented" : status === 431 ? "resource_exhausted" : "invalid_argument";
  // What is wrong with one stream says nothing of the others.
  return { refusal: plainAnswer(status, { code, message }, isHttp2 ? {} : { connection: "close" }) };
}

/** From the raw list: the parsed one keeps the first of two `Authorization` headers and says nothing of the second. */
function readHeader(rawHeaders: readonly string[]): Headers {
  const header = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (!name.startsWith(":")) header.append(name, rawHeaders[index + 1] ?? "");
  }
  return header;
}

function valuesOf(rawHeaders: readonly string[], wanted: string): readonly string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === wanted);
}
