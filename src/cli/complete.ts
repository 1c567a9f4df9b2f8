import {
  findingCodes,
  kindNames,
  listNamespaces,
  listWorkloads,
  ownerNames,
  parseKind,
  workloadKinds,
} from "../core/index.ts";
import { cleaned } from "../words/clean.ts";
import { type Invocation, parseArguments } from "./arguments.ts";
import type { CliHost } from "./cli-host.ts";
import { explainPages } from "./explain-pages.ts";
import { type CommandName, commandNames, commands, flags } from "./flags.ts";
import { sortColumns } from "./list-flags.ts";
import { openClusters } from "./open-clusters.ts";

/** How long a cluster may take before the shell gets what is known without it, in milliseconds. */
const patience = 3000;

/**
 * The words that may stand in place of the last one of `words`. What only a cluster knows is asked of it, briefly; no
 * error is worth more than no suggestion.
 */
export async function complete(host: CliHost, words: readonly string[]): Promise<readonly string[]> {
  const last = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const command = commandNames.find((name) => name !== "restart" && name === before[0]) ?? "restart";
  const candidates = await suggest(host, command, before, last);
  return cleaned([...new Set(candidates)].filter((candidate) => candidate.startsWith(last)));
}

async function suggest(
  host: CliHost,
  command: CommandName,
  before: readonly string[],
  last: string,
): Promise<readonly string[]> {
  const own = flags.filter(({ commands: of }) => of.includes(command));
  const previous = before.at(-1) ?? "";
  const asked = own.find(
    ({ name, short, value }) => value !== undefined && (previous === `--${name}` || previous === `-${short}`),
  );
  if (asked !== undefined) return flagValues(host, command, before.slice(0, -1), asked.name);
  if (last.startsWith("-")) return own.map(({ name }) => `--${name}`);
  if (command === "completion") return ["bash", "zsh", "fish"];
  if (command === "explain") return explainPages().map(({ code }) => code);
  if (command === "version" || command === "doctor") return [];
  const invocation = readQuietly(before);
  const typed = invocation?.words ?? [];
  const [kindText, slash] = last.split("/");
  if (slash !== undefined) return (await names(host, invocation, kindText ?? "")).map((name) => `${kindText}/${name}`);
  const [first = ""] = typed;
  if (parseKind(first) !== undefined) return names(host, invocation, first);
  const kinds = workloadKinds.flatMap(kindNames).filter((name) => !name.includes("."));
  const isFirst = before.length === 0;
  return [...(isFirst ? commandNames.filter((name) => name !== "restart") : []), ...kinds];
}

async function flagValues(
  host: CliHost,
  command: CommandName,
  before: readonly string[],
  flag: string,
): Promise<readonly string[]> {
  const invocation = readQuietly(before);
  switch (flag) {
    case "output":
      return commands[command].formats;
    case "owner":
      return ownerNames;
    case "uses":
      return ["secret/", "configmap/"];
    case "sort-by":
      return sortColumns;
    case "allow":
      return findingCodes.map(({ code }) => code);
    case "context": {
      if (invocation === undefined) return [];
      const source = await host.clusters(invocation.connection).catch(() => undefined);
      return source?.entries.map(({ name }) => name) ?? [];
    }
    case "namespace":
      return ask(host, invocation, async (cluster, signal) => listNamespaces(cluster.api, signal));
    default:
      return [];
  }
}

function names(host: CliHost, invocation: Invocation | undefined, kindText: string): Promise<readonly string[]> {
  const kind = parseKind(kindText);
  if (kind === undefined) return Promise.resolve([]);
  return ask(host, invocation, async ({ api, entry }, signal) => {
    const namespace = invocation?.namespaces[0] ?? entry.namespace;
    return (await listWorkloads(api, kind, { namespace, signal })).map(({ ref }) => ref.name);
  });
}

function readQuietly(words: readonly string[]): Invocation | undefined {
  try {
    return parseArguments(words);
  } catch {
    return undefined;
  }
}

type Question = (
  cluster: Awaited<ReturnType<typeof openClusters>>[number],
  signal: AbortSignal,
) => Promise<readonly string[]>;

async function ask(host: CliHost, invocation: Invocation | undefined, question: Question): Promise<readonly string[]> {
  if (invocation === undefined) return [];
  const stop = new AbortController();
  const late = host.clock.sleep(patience, stop.signal).then(
    (): readonly string[] => [],
    (): readonly string[] => [],
  );
  const answer = openClusters(host, invocation)
    .then(async ([cluster]) => (cluster === undefined ? [] : question(cluster, stop.signal)))
    .catch((): readonly string[] => []);
  const first = await Promise.race([answer, late]);
  stop.abort();
  return first;
}
