import { createConnectRouter } from "@connectrpc/connect";
import { uResponseMethodNotAllowed, uResponseNotFound } from "@connectrpc/connect/protocol";
import type { Handler } from "../../src/server/capabilities.ts";
import { gzip } from "../../src/server/gzip.ts";
import { createFetchHost } from "../../src/server/hosts/fetch.ts";
import { listen } from "../../src/server/hosts/node.ts";
import { loadMessages, readServerRequest, type ServerRequest, writeServerResponse } from "./messages.ts";
import { createConformanceService } from "./service.ts";

// One server of the suite: what it shall be comes on stdin, where it listens goes to stdout. `program.ts HOST DESCRIPTORS`.
const [how = "", descriptors = ""] = process.argv.slice(2);
const messages = loadMessages(descriptors);
const asked = await readServerRequest(messages, Bun.stdin.stream());
const text = new TextDecoder();

function createSuiteHandler({ messageReceiveLimit }: ServerRequest): Handler {
  const router = createConnectRouter({
    acceptCompression: [gzip],
    ...(messageReceiveLimit > 0 && { readMaxBytes: messageReceiveLimit }),
    jsonOptions: { registry: messages.registry },
  }).service(messages.service, createConformanceService(messages));
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  return async (request) => {
    const handler = handlers.get(new URL(request.url).pathname);
    if (handler === undefined) return uResponseNotFound;
    return handler.allowedMethods.includes(request.method) ? handler(request) : uResponseMethodNotAllowed;
  };
}

interface Listening {
  readonly port: number;
  readonly close: () => Promise<void>;
}

const handler = createSuiteHandler(asked);
const tls = asked.serverCreds && {
  cert: text.decode(asked.serverCreds.cert),
  key: text.decode(asked.serverCreds.key),
};

async function listenOnNode(): Promise<Listening> {
  const options = { address: { host: "127.0.0.1", port: 0 }, ...(asked.useTls && tls && { tls }) };
  const { url, close } = await listen(handler, options);
  return { port: Number(new URL(url).port), close: () => close(500) };
}

function listenOnFetch(): Listening {
  const host = createFetchHost(handler);
  const ca = text.decode(asked.clientTlsCert);
  const client = ca === "" ? {} : { ca, requestCert: true, rejectUnauthorized: true };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    http2: true,
    development: false,
    ...(asked.useTls && tls && { tls: { ...tls, ...client } }),
    fetch: (request) => host(request),
  });
  return { port: server.port ?? 0, close: () => server.stop(true) };
}

const { port, close } = how === "node" ? await listenOnNode() : listenOnFetch();
process.once("SIGTERM", () => {
  const exit = () => process.exit(0);
  close().then(exit, exit);
});
const certificate = asked.useTls ? (asked.serverCreds?.cert ?? new Uint8Array()) : new Uint8Array();
await Bun.write(Bun.stdout, writeServerResponse(messages, port, certificate));
