import { universalServerRequestFromFetch, universalServerResponseToFetch } from "@connectrpc/connect/protocol";
import { createTokenAuthenticator } from "../../src/server/bearer-tokens.ts";
import {
  type AuditRecord,
  defaultServerLimits,
  type Handler,
  type ServerCapabilities,
} from "../../src/server/capabilities.ts";
import { createHandler } from "../../src/server/handler.ts";
import { createStage, type Stage } from "../core/simulated.ts";

export const token = "a-token-of-some-length-0123456789";

/** The handler in front of a simulated cluster on a virtual clock, called in the process. */
export interface ServerStage extends Stage {
  readonly handler: Handler;
  readonly audit: readonly AuditRecord[];
  /** A POST of JSON to a method of `otterscale.runtime.v1.RuntimeService` or `restart.v1.RestartService`. */
  readonly call: (method: string, message: unknown, init?: RequestInit) => Promise<Answer>;
  readonly send: (path: string, init?: RequestInit) => Promise<Response>;
  readonly stop: () => void;
}

export interface Answer {
  readonly status: number;
  readonly header: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export async function createServerStage(more: Partial<ServerCapabilities> = {}): Promise<ServerStage> {
  const stage = await createStage();
  const { clock, api } = stage;
  const audit: AuditRecord[] = [];
  const stopping = new AbortController();
  const handler = createHandler({
    clusters: { names: ["stage"], open: async () => api.cluster },
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
    const request = new Request(`http://localhost${path}`, init);
    const universal = universalServerRequestFromFetch(request, {});
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
  return { ...stage, handler, audit, call, send, stop: () => stopping.abort() };
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
