import type { CatalogSource, RestartError } from "../../core/index.ts";
import type { ListState } from "./list-state.ts";

export type Standing =
  /** Nothing was heard yet. */
  | "opening"
  | "loading"
  | "live"
  /** Some of its lists are refused. */
  | "partly"
  | "offline"
  | "forbidden"
  | "auth-needed"
  | "failed";

/** How what is shown of one cluster stands. */
export interface ClusterStanding {
  readonly cluster: string;
  readonly standing: Standing;
  readonly rows: number;
  /** Why it is not live. */
  readonly error: RestartError | undefined;
  /** Milliseconds of the clock: since when it does not answer. */
  readonly lostAt: number | undefined;
  /** When its data was last known to be true. */
  readonly heardAt: number | undefined;
  /** Lists that were refused. */
  readonly refused: readonly CatalogSource[];
}

/** Sums up the lists of one cluster: the worst that concerns all of it, else what most of it is. */
export function standingOf(list: Pick<ListState, "catalogs" | "openErrors">, cluster: string): ClusterStanding {
  const openError = list.openErrors.get(cluster);
  const sources = list.catalogs.get(cluster)?.sources ?? [];
  const refused = sources.filter(({ state }) => state === "forbidden" || state === "failed");
  const bad = sources.find(({ error, state }) => error !== undefined && state !== "live");
  const heard = sources.flatMap(({ heardAt }) => heardAt ?? []);
  const lost = sources.flatMap(({ lostAt }) => lostAt ?? []);
  return {
    cluster,
    standing: openError === undefined ? summary(sources) : openStanding(openError),
    rows: sources.reduce((sum, { rows }) => sum + rows, 0),
    error: openError ?? bad?.error,
    lostAt: lost.length === 0 ? undefined : Math.min(...lost),
    heardAt: heard.length === 0 ? undefined : Math.min(...heard),
    refused,
  };
}

function openStanding({ reason }: RestartError): Standing {
  return reason === "CredentialsFailed" || reason === "Unauthorized" ? "auth-needed" : "failed";
}

function summary(sources: readonly CatalogSource[]): Standing {
  if (sources.length === 0) return "opening";
  const states = new Set(sources.map(({ state }) => state));
  if (states.has("auth-needed")) return "auth-needed";
  if (states.has("lost")) return "offline";
  if (states.has("loading")) return "loading";
  if (states.size === 1) {
    const [only] = states;
    if (only === "forbidden" || only === "failed") return only;
    return "live";
  }
  return states.has("live") ? "partly" : "failed";
}

/** What is shown of it may not be true any more. */
export function isOld({ standing }: ClusterStanding): boolean {
  return standing === "offline" || standing === "auth-needed";
}
