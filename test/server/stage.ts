import {
  type UniversalServerRequest,
  type UniversalServerResponse,
  universalServerRequestFromFetch,
  universalServerResponseToFetch,
} from "@connectrpc/connect/protocol";
import type { Cluster } from "../../src/core/index.ts";
import { createTokenAuthenticator } from "../../src/server/bearer-tokens.ts";
import {
  type AuditRecord,
  defaultServerLimits,
  type Handler,
  type ServerCapabilities,
} from "../../src/server/capabilities.ts";
import { createHandler } from "../../src/server/handler.ts";
import { createStage, type Stage } from "../core/simulated.ts";
import type { VirtualClock } from "../virtual-clock.ts";

export const token = "a-token-of-some-length-0123456789";

/** The handler in front of a simulated cluster on a virtual clock, called in the process. */
export interface ServerStage extends Stage {
  readonly handler: Handler;
  readonly audit: readonly AuditRecord[];
  /** A POST of JSON to a method of `otterscale.runtime.v1.RuntimeService` or `restart.v1.RestartService`. */
  readonly call: (method: string, message: unknown, init?: RequestInit) => Promise<Answer>;
  readonly send: (path: string, init?: RequestInit) => Promise<Response>;
  /** A POST as a host hands it on, with what the URL of a fetch request could not hold; the body is that of `web`. */
  readonly raw: (
    target: string,
    header: Readonly<Record<string, string>>,
    more?: Partial<UniversalServerRequest>,
  ) => Promise<UniversalServerResponse>;
  readonly stop: () => void;
}

export interface Answer {
  readonly status: number;
  readonly header: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** `front` stands between the server and the cluster. */
export async function createServerStage(
  more: Partial<ServerCapabilities> = {},
  front: (fetch: Cluster["fetch"], clock: VirtualClock) => Cluster["fetch"] = (fetch) => fetch,
): Promise<ServerStage> {
  const stage = await createStage();
  const { clock, api } = stage;
  const audit: AuditRecord[] = [];
  const stopping = new AbortController();
  const handler = createHandler({
    clusters: {
      names: ["stage"],
      open: async () => ({ ...api.cluster, fetch: front(api.cluster.fetch, clock) }),
    },
    clock,
    random: () => 0.5,
    authenticate: createTokenAuthenticator(() => [{ label: "tester", token }]),
    audit: (record) => audit.push(record),
    hosts: [],
    origins: [],
    limits: defaultServerLimits,
    stop: stopping.signal,
    ...more,
  });
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const universal = universalServerRequestFromFetch(new Request(`http://localhost${path}`, init), {});
    return universalServerResponseToFetch(await clock.runUntil(handler(universal, { address: "127.0.0.1" })));
  };
  const call = async (method: string, message: unknown, init: RequestInit = {}): Promise<Answer> => {
    const headers = new Headers(init.headers);
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${token}`);
    const body = typeof message === "string" ? message : JSON.stringify(message);
    const response = await send(`/${method}`, { method: "POST", body, ...init, headers });
    const text = await response.text();
    return { status: response.status, header: response.headers, body: text === "" ? {} : JSON.parse(text) };
  };
  const raw: ServerStage["raw"] = (target, header, given = {}) => {
    const url = `http://${header["host"] ?? "localhost"}${target}`;
    const { signal } = new AbortController();
    const post = { httpVersion: "1.1", method: "POST", url, signal, body: once(JSON.stringify(web)) };
    return clock.runUntil(handler({ ...post, header: new Headers(header), ...given }, { address: "127.0.0.1" }));
  };
  return { ...stage, handler, audit, call, send, raw, stop: () => stopping.abort() };
}

async function* once(text: string): AsyncGenerator<Uint8Array, void> {
  yield new TextEncoder().encode(text);
}

export const seed = "otterscale.runtime.v1.RuntimeService/Restart";

/** The six fields of the seed contract. */
export const web = {
  cluster: "",
  group: "apps",
  version: "v1",
  resource: "deployments",
  namespace: "shop",
  name: "web",
};
