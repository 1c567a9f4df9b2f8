import type { Clock, Random } from "../kube/clock.ts";
import type { Cluster } from "../kube/cluster.ts";
import type { RunEvent } from "./events.ts";

/** Where a run writes what it is about to do and what came of it. */
export interface Journal {
  /**
   * Resolves when the event is as durable as this journal makes it; a PATCH leaves only after its intent has resolved.
   * A rejection ends the run before anything else is sent.
   */
  readonly append: (event: RunEvent) => Promise<void>;
}

/** A journal that lives as long as the process. */
export const memoryJournal: Journal = { append: () => Promise.resolve() };

/** What a run needs from outside. */
export interface Capabilities {
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
}

/** One entry of what can be reached, without reaching for it. */
export interface ClusterEntry {
  /** The context's name. */
  readonly name: string;
  readonly clusterName: string;
  readonly server: string;
  readonly userName: string;
  /** The namespace that the context names, else `default`. */
  readonly namespace: string;
}

/** The clusters that the configuration names. */
export interface ClusterSource {
  readonly entries: readonly ClusterEntry[];
  /** Name of the current context, if there is one. */
  readonly current: string | undefined;
  /** Prepares credentials and transport; sends nothing. Rejects with `InvalidConfig` or `CredentialsFailed`. */
  readonly open: (name: string) => Promise<Cluster>;
}

/** The terminal or pipes of a command. */
export interface Streams {
  /** Writes to standard output; resolves when it was taken. After a closed pipe it resolves `false` and drops the text. */
  readonly out: (text: string) => Promise<boolean>;
  readonly err: (text: string) => Promise<boolean>;
  /** Reads one line; undefined at the end of the input. */
  readonly readLine: () => Promise<string | undefined>;
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Of the terminal, at this moment; 80 without one. */
  readonly columns: () => number;
  /** Of the terminal, at this moment; 24 without one. */
  readonly rows: () => number;
  readonly colour: boolean;
}
