import { createTokenAuthenticator } from "../../src/server/bearer-tokens.ts";
import { type AuditRecord, defaultServerLimits } from "../../src/server/capabilities.ts";
import { createHandler } from "../../src/server/handler.ts";
import { listen } from "../../src/server/hosts/node.ts";
import type { ClusterUnderTest } from "./cluster-under-test.ts";

export const serverToken = "a-token-of-some-length-0123456789";

export interface ServedApi {
  readonly url: string;
  readonly audit: readonly AuditRecord[];
  readonly close: () => Promise<void>;
}

/** The server in front of one cluster, on loopback, in clear. */
export async function serveCluster({ api }: ClusterUnderTest): Promise<ServedApi> {
  const audit: AuditRecord[] = [];
  const stopping = new AbortController();
  const handler = createHandler({
    clusters: { names: [api.cluster.name], open: async () => api.cluster },
    clock: api.clock,
    random: Math.random,
    authenticate: createTokenAuthenticator(() => [{ label: "tester", token: serverToken }]),
    audit: (record) => audit.push(record),
    hosts: [],
    origins: [],
    limits: defaultServerLimits,
    stop: stopping.signal,
  });
  const { url, close } = await listen(handler, { address: { host: "127.0.0.1", port: 0 } });
  return { url, audit, close: () => close(0) };
}
