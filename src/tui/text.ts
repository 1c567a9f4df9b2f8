import { type ClusterEntry, workloadKinds } from "../core/index.ts";
import { cleaned } from "../words/clean.ts";
import { count, listed } from "../words/names.ts";
import { shortAge } from "./lines/short-age.ts";
import type { ClusterStanding } from "./state/cluster-standing.ts";
import { runsInFlight, unsentTargets } from "./state/runs-state.ts";
import type { State } from "./state.ts";

/** How a cluster stands, in a word or two for the head of the screen. */
export function standingWords({ standing, lostAt }: ClusterStanding, now: number): string {
  switch (standing) {
    case "opening":
      return "connecting";
    case "auth-needed":
      return "credentials refused";
    case "offline":
      return lostAt === undefined ? "offline" : `offline ${shortAge(now - lostAt)}`;
    case "partly":
      return "live in part";
    default:
      return standing;
  }
}

/** What there is to say about a cluster that is not simply live; undefined when there is nothing. */
export function standingSentence(
  { cluster, standing, rows, heardAt, refused }: ClusterStanding,
  namespaces: State["namespaces"],
  now: number,
): string | undefined {
  const age = rows > 0 && heardAt !== undefined ? ` What is shown is ${shortAge(now - heardAt)} old.` : "";
  switch (standing) {
    case "live":
      return undefined;
    case "opening":
      return `Connecting to ${cluster} …`;
    case "loading":
      return rows === 0 ? `Reading the workloads of ${cluster} …` : `${cluster}: ${count(rows, "workload")} so far …`;
    case "offline":
      return `${cluster} does not answer; it is tried again and again.${age}`;
    case "auth-needed":
      return `${cluster} wants other credentials. Sign in from another terminal, then Ctrl-R tries again.${age}`;
    case "failed":
      return `${cluster} cannot be read. Ctrl-R tries again.`;
    case "forbidden": {
      const way = namespaces === "all" ? "n names a namespace that you may read." : "n names another namespace.";
      return `${cluster} does not let you list this. ${way}`;
    }
    case "partly":
      return `${cluster} does not let you list ${listed([...new Set(refused.map(({ kind }) => `${kind}s`))])}.`;
  }
}

/** The namespaces in which something is looked for. */
export function namespaceWords(
  opened: readonly string[],
  namespaces: State["namespaces"],
  entries: readonly ClusterEntry[],
): string {
  if (namespaces === "all") return "any namespace";
  const names = namespaces ?? ownNamespaces(opened, entries);
  return `${names.length === 1 ? "namespace" : "namespaces"} ${listed(names)}`;
}

export function ownNamespaces(opened: readonly string[], entries: readonly ClusterEntry[]): readonly string[] {
  return [...new Set(entries.filter(({ name }) => opened.includes(name)).map(({ namespace }) => cleaned(namespace)))];
}

/** What can be restarted, for a sentence that says that there is none. */
export function kindsWords(): string {
  const plurals = workloadKinds.filter(({ optional }) => optional !== true).map(({ kind }) => `${kind}s`);
  return `${plurals.slice(0, -1).join(", ")} or ${plurals.at(-1)}`;
}

/** The question of whoever leaves while something is under way. */
export function quitQuestion({ runs }: State): readonly string[] {
  const flying = runsInFlight(runs);
  const unsent = flying.flatMap(unsentTargets).length;
  return [
    `${count(flying.length, "restart")} ${flying.length === 1 ? "is" : "are"} still being followed.`,
    "What was sent goes on in the cluster; nobody watches it then.",
    ...(unsent === 0 ? [] : [`${count(unsent, "workload")} not started yet will not be restarted.`]),
    "",
    "y  leave      n  stay",
  ];
}
