import { type Cluster, RestartError } from "../../core/index.ts";
import { createTokenAuthenticator } from "../bearer-tokens.ts";
import { defaultServerLimits, type ServerCapabilities } from "../capabilities.ts";
import { bearerCluster } from "./bearer-cluster.ts";
import { webClock } from "./web-clock.ts";

/** A service binding, which reaches one API server and adds no credentials. */
interface Service {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/**
 * What a worker is configured with. `CLUSTERS` is JSON: `[{"name": "prod", "service": "PROD", "token": "PROD_TOKEN"}]`,
 * where `service` names a service binding that leads to the API server and `token` a text binding that holds the bearer
 * token for it. `TOKENS` lets callers in: a line each, `LABEL TOKEN`. `HOSTS` and `ORIGINS` are names parted by spaces.
 */
export type EdgeBindings = Readonly<Record<string, unknown>>;

/** Throws `InvalidConfig` for bindings that are missing or make no sense; the message names the binding, never its text. */
export function edgeCapabilities(
  bindings: EdgeBindings,
  audit: ServerCapabilities["audit"],
  stop: AbortSignal,
): ServerCapabilities {
  const clusters = new Map(readClusters(bindings).map((cluster) => [cluster.name, cluster]));
  const tokens = readTokens(bindings);
  return {
    clusters: {
      names: [...clusters.keys()],
      open: async (name) => {
        const cluster = clusters.get(name);
        if (cluster === undefined) throw new RestartError("NotFound", "there is no such cluster");
        return cluster;
      },
    },
    clock: webClock,
    random: Math.random,
    authenticate: createTokenAuthenticator(() => tokens),
    audit,
    hosts: words(bindings["HOSTS"]),
    origins: words(bindings["ORIGINS"]),
    limits: defaultServerLimits,
    stop,
  };
}

function readClusters(bindings: EdgeBindings): readonly Cluster[] {
  const listed = bindings["CLUSTERS"];
  const clusters = typeof listed === "string" ? parseList(listed) : listed;
  if (!Array.isArray(clusters) || clusters.length === 0) throw invalid("CLUSTERS", "is not a list of clusters");
  return clusters.map((cluster: unknown) => {
    const { name, service, token } = (cluster ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof name !== "string" || typeof service !== "string" || typeof token !== "string") {
      throw invalid("CLUSTERS", "has a cluster without a name, a service or a token");
    }
    const secret = bindings[token];
    if (typeof secret !== "string" || secret === "") throw invalid(token, "holds no token");
    const bound = serviceOf(bindings, service);
    // Where the service leads is the platform's matter; a URL must have a host.
    return bearerCluster(name, "http://kubernetes", secret, (url, init) => bound.fetch(url, init));
  });
}

function parseList(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid("CLUSTERS", "is not JSON", cause);
  }
}

function serviceOf(bindings: EdgeBindings, name: string): Service {
  const service = bindings[name] as Partial<Service> | undefined;
  if (typeof service?.fetch !== "function") throw invalid(name, "is not a service");
  return service as Service;
}

function readTokens({ TOKENS: text }: EdgeBindings): readonly { readonly label: string; readonly token: string }[] {
  const lines = typeof text === "string" ? text.split("\n").map((line) => words(line)) : [];
  const tokens = lines.filter((line) => line.length > 0);
  if (tokens.length === 0) throw invalid("TOKENS", "lets nobody in");
  return tokens.map(([label, token, ...more]) => {
    if (label === undefined || token === undefined || more.length > 0) {
      throw invalid("TOKENS", "has a line that is not a label and a token");
    }
    return { label, token };
  });
}

function words(text: unknown): readonly string[] {
  return typeof text === "string" ? text.split(/\s+/).filter((word) => word !== "") : [];
}

function invalid(binding: string, says: string, cause?: unknown): RestartError {
  return new RestartError("InvalidConfig", `the binding ${binding} ${says}`, { cause });
}
