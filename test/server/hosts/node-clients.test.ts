import { type Client, Code, ConnectError, createClient, createConnectRouter } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RestartService } from "../../../src/gen/restart/v1/restart_pb.ts";
import type { Handler } from "../../../src/server/capabilities.ts";
import { createHostStage, type HostStage, identity } from "./node-stage.ts";

/** What the latest followed rollout of a caller came to. */
let left: PromiseWithResolvers<unknown>;

function createRestartRouter(): Handler {
  const router = createConnectRouter().service(RestartService, {
    listClusters: () => ({ clusters: [{ name: "a" }, { name: "b" }] }),
    getWorkload: () => {
      throw new ConnectError("there is no such workload", Code.NotFound, { "x-told": "yes" });
    },
    listWorkloads: async (_request, { signal }) => {
      if (!signal.aborted) await new Promise((settle) => signal.addEventListener("abort", settle));
      throw new ConnectError("too late", Code.DeadlineExceeded);
    },
    watchRollout: async function* ({ uid }, { signal }) {
      yield { event: { type: "heartbeat" } };
      if (uid === "refused") throw new ConnectError("no further", Code.Unavailable);
      yield { event: { type: "target.finished" } };
      if (uid === "short") return;
      if (!signal.aborted) await new Promise((settle) => signal.addEventListener("abort", settle));
      left.resolve(signal.reason);
    },
  });
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  return async (request) => {
    const handler = handlers.get(new URL(request.url).pathname);
    return handler === undefined ? { status: 404 } : handler(request);
  };
}

const makers = { connect: createConnectTransport, "gRPC-Web": createGrpcWebTransport, gRPC: createGrpcTransport };
const cells = (["1.1", "2"] as const).flatMap((httpVersion) =>
  (Object.keys(makers) as readonly (keyof typeof makers)[]).flatMap((protocol) =>
    [false, true].map((secure) => ({ protocol, httpVersion, where: secure ? "TLS" : "clear", secure })),
  ),
);

describe.each([false, true])("clients (TLS %s)", (tls) => {
  let stage: HostStage;
  beforeAll(async () => {
    stage = await createHostStage(tls, {}, createRestartRouter());
  });
  afterAll(() => stage.close());

  describe.each(cells.filter(({ secure }) => secure === tls))("$protocol over HTTP/$httpVersion in $where", (cell) => {
    let client: Client<typeof RestartService>;
    beforeAll(() => {
      left = Promise.withResolvers();
      const { httpVersion, protocol } = cell;
      const baseUrl = stage.listening.url.replace("127.0.0.1", "localhost");
      const nodeOptions = cell.secure ? { ca: identity.cert } : {};
      client = createClient(RestartService, makers[protocol]({ baseUrl, httpVersion, nodeOptions }));
    });

    it("get an answer", async () => {
      const { clusters } = await client.listClusters({});
      expect(clusters.map(({ name }) => name)).toEqual(["a", "b"]);
    });

    it("get an error with its metadata", async () => {
      const error = await client.getWorkload({}).then(() => undefined, ConnectError.from);
      expect(error).toMatchObject({ code: Code.NotFound, rawMessage: "there is no such workload" });
      expect(error?.metadata.get("x-told")).toBe("yes");
    });

    it("get a stream to its end, and one that fails on its way", async () => {
      const types: (string | undefined)[] = [];
      for await (const { event } of client.watchRollout({ uid: "short" })) types.push(event?.type);
      expect(types).toEqual(["heartbeat", "target.finished"]);
      const broken = Array.fromAsync(client.watchRollout({ uid: "refused" }));
      await expect(broken).rejects.toMatchObject({ code: Code.Unavailable, rawMessage: "no further" });
    });

    it("hear each message when it is sent, and are heard when they leave", async () => {
      left = Promise.withResolvers();
      const stop = new AbortController();
      const stream = client.watchRollout({}, { signal: stop.signal })[Symbol.asyncIterator]();
      expect((await stream.next()).value?.event?.type).toBe("heartbeat");
      expect((await stream.next()).value?.event?.type).toBe("target.finished");
      const next = stream.next();
      stop.abort();
      await expect(next).rejects.toMatchObject({ code: Code.Canceled });
      await left.promise;
    });

    it("get nothing after their deadline", async () => {
      await expect(client.listWorkloads({}, { timeoutMs: 100 })).rejects.toMatchObject({ code: Code.DeadlineExceeded });
    });
  });
});
