import {
  type Cluster,
  type ClusterEntry,
  type ClusterSource,
  isPattern,
  type KubeApi,
  matchPatterns,
  nearest,
  onCluster,
  RestartError,
} from "../core/index.ts";
import { cleaned } from "../words/clean.ts";
import type { Invocation } from "./arguments.ts";
import type { CliHost } from "./cli-host.ts";

/** A cluster that a command works on. */
export interface OpenCluster {
  readonly entry: ClusterEntry;
  readonly api: KubeApi;
}

/** Opens the clusters that `--context` names, else the current one. Sends nothing. */
export async function openClusters(host: CliHost, invocation: Invocation): Promise<readonly OpenCluster[]> {
  const source = await host.clusters(invocation.connection);
  const entries = selectEntries(source, invocation.contexts);
  return Promise.all(
    entries.map(async (entry) => {
      try {
        return { entry, api: createApi(host, invocation, await source.open(entry.name)) };
      } catch (caught) {
        throw onCluster(caught, entry.name);
      }
    }),
  );
}

/** The entries that patterns select; without any, the current one. */
export function selectEntries(source: ClusterSource, patterns: readonly string[]): readonly ClusterEntry[] {
  const { entries, current } = source;
  const names = entries.map(({ name }) => name);
  if (patterns.length === 0) {
    if (current === undefined) {
      throw entries.length === 0
        ? new RestartError("InvalidConfig", "no cluster is configured: there is no kubeconfig with a context")
        : new RestartError("Usage", `no context is current; name one with --context: ${names.slice(0, 10).join(", ")}`);
    }
    return [entryNamed(entries, current)];
  }
  for (const pattern of patterns) {
    if (!isPattern(pattern)) entryNamed(entries, pattern);
  }
  const literal = patterns.every((pattern) => !isPattern(pattern));
  const selected = literal
    ? [...new Set(patterns)].map((name) => entryNamed(entries, name))
    : entries.filter(({ name }) => matchPatterns(patterns, name));
  if (selected.length > 0) return selected;
  throw new RestartError(
    "Usage",
    `no context matches ${patterns.join(", ")}; contexts: ${names.slice(0, 10).join(", ")}`,
  );
}

function entryNamed(entries: readonly ClusterEntry[], name: string): ClusterEntry {
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const guess = nearest(
    name,
    entries.map((candidate) => candidate.name),
  );
  const known =
    entries.length === 0
      ? "the kubeconfig has none"
      : `contexts: ${entries
          .slice(0, 10)
          .map((one) => one.name)
          .join(", ")}`;
  throw new RestartError("Usage", `there is no context "${name}"; ${guess ? `did you mean ${guess}?` : known}`);
}

/** The API of an opened cluster, with the warnings and the trace that were asked for. */
export function createApi(host: CliHost, { verbose }: Invocation, cluster: Cluster): KubeApi {
  const { clock, random, streams } = host;
  const warned = new Set<string>();
  return {
    cluster: verbose ? { ...cluster, fetch: traced(host, cluster) } : cluster,
    clock,
    random,
    onWarning: (text) => {
      // An admission policy repeats itself for the dry run and the real change.
      if (warned.has(text)) return;
      warned.add(text);
      void streams.err(`Warning: ${cleaned(text)}\n`);
    },
  };
}

function traced({ clock, streams }: CliHost, cluster: Cluster): Cluster["fetch"] {
  return async (path, init) => {
    const started = clock.now();
    const say = (status: string) =>
      streams.err(`${init.method ?? "GET"} ${path} ${status} ${Math.round(clock.now() - started)} ms\n`);
    try {
      const response = await cluster.fetch(path, init);
      await say(String(response.status));
      return response;
    } catch (error) {
      await say(init.signal?.aborted ? "canceled" : "failed");
      throw error;
    }
  };
}
