import type { Clock, ClusterSource, Inspection, Journal, ManifestEntry, Random, Streams } from "../core/index.ts";
import type { Invocation } from "./arguments.ts";
import type { ConnectionFlags } from "./connection-flags.ts";

/** Everything that a command needs from outside the process. */
export interface CliHost {
  readonly streams: Streams;
  /** Reads the configuration; sends nothing. Rejects with `InvalidConfig`. */
  readonly clusters: (flags: ConnectionFlags) => Promise<ClusterSource>;
  /** Looks at the machine for `restart doctor`; sends nothing yet, and a broken configuration is part of the answer. */
  readonly inspect: (flags: ConnectionFlags) => Promise<Inspection>;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly signals: {
    /** The person asked once to stop: start nothing new, follow what is in flight. */
    readonly drain: AbortSignal;
    /** Stop following. */
    readonly leave: AbortSignal;
    /** The terminal is gone: nobody can be asked or told any more. A run that is in flight is finished all the same. */
    readonly hangUp: AbortSignal;
  };
  /** Opens the terminal UI; resolves with the exit code when the person has left it. */
  readonly terminalUi: (invocation: Invocation) => Promise<number>;
  /** Serves until a signal comes; resolves with the exit code. Rejects when it cannot begin. */
  readonly serve: (invocation: Invocation) => Promise<number>;
  readonly version: string;
  /** `linux/amd64`. */
  readonly platform: string;
  /** A terminal that cannot move its cursor (`TERM=dumb`). */
  readonly dumbTerminal: boolean;
  /**
   * Reads what files, folders and `-` (standard input, to its end) name. Rejects with `Usage` for a path that is not
   * there; what cannot be read in a file is an entry.
   */
  readonly readManifests: (paths: readonly string[], recursive: boolean) => Promise<readonly ManifestEntry[]>;
  /** Renders a document as YAML, ending in a newline. */
  readonly toYaml: (document: unknown) => Promise<string>;
}
