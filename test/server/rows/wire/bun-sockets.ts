import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTokenAuthenticator } from "../../../../src/server/bearer-tokens.ts";
import { defaultServerLimits } from "../../../../src/server/capabilities.ts";
import { createHandler } from "../../../../src/server/handler.ts";
import { listen } from "../../../../src/server/hosts/node.ts";
import type { ServerOptions, ServerUnderTest } from "../row.ts";
import { sendOverHttp, sendRaw } from "./http-client.ts";
import { createHastyClock, startLoopbackApi } from "./loopback-api.ts";
import { reachCluster } from "./reached-cluster.ts";

const token = "a-token-of-some-length-0123456789";

/** The handler behind the host for Bun and Node, on a port of loopback; its cluster is reached over a connection too. */
export async function startOnSockets(options: ServerOptions): Promise<ServerUnderTest> {
  const { limits, clusters = ["stage"], allow, opening, wrong, haste = 1, behind = 0 } = options;
  const clock = createHastyClock(haste);
  const scratch = await mkdtemp(join(tmpdir(), "restart-rows-"));
  const loopback = await startLoopbackApi(clock);
  const api = await loopback.renew();
  const cluster = await reachCluster(scratch, loopback.server, clock, wrong);
  const lines: string[] = [];
  const stopping = new AbortController();
  const handler = createHandler({
    clusters: {
      names: clusters,
      open: async (name) => {
        if (opening !== undefined) return opening();
        return { ...(await cluster.open()), name };
      },
    },
    clock: { ...clock, now: () => clock.now() - behind },
    random: Math.random,
    authenticate: createTokenAuthenticator(() => [{ label: "tester", token }]),
    audit: (record) => lines.push(JSON.stringify(record)),
    hosts: [],
    origins: [],
    limits: { ...defaultServerLimits, ...limits },
    stop: stopping.signal,
    ...(allow && { allow }),
  });
  const listening = await listen(handler, {
    address: { host: "127.0.0.1", port: 0 },
    // Shorter than any wait of a row: an open stream may not be cut by it, and one who says nothing is not waited for.
    limits: { headMilliseconds: 1000, bodyMilliseconds: 1000, idleMilliseconds: 1000 },
  });
  const port = Number(new URL(listening.url).port);
  return {
    where: "bun-sockets",
    token,
    host: new URL(listening.url).host,
    send: (request) => sendOverHttp(port, request),
    raw: (bytes) => sendRaw(port, bytes),
    api,
    audit: () => lines,
    close: async () => {
      stopping.abort();
      await listening.close(0);
      await cluster.close();
      await loopback.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
