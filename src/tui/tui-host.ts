import type { Clock, ClusterSource, Random, RunStore } from "../core/index.ts";

/** What Ink needs of the terminal's output; a `tty.WriteStream` fits. */
export interface TerminalOutput {
  readonly columns: number;
  readonly rows: number;
  readonly isTTY: boolean;
  readonly write: (text: string) => boolean;
}

/** What Ink needs of the terminal's input; a `tty.ReadStream` fits. */
export interface TerminalInput {
  readonly isTTY: boolean;
  readonly setRawMode: (raw: boolean) => unknown;
}

/** Everything that the terminal UI needs from outside. */
export interface TuiHost {
  readonly clusters: ClusterSource;
  /** Contexts to open at the start; none shows the list of contexts when there are several. */
  readonly contexts: readonly string[];
  /** Namespaces to begin with; none is the context's own, `all` is every one. */
  readonly namespaces: readonly string[] | "all" | undefined;
  readonly runs: RunStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly stdin: TerminalInput;
  readonly stdout: TerminalOutput;
  readonly version: string;
  readonly colour: boolean;
  /** Draw with ASCII alone. */
  readonly ascii: boolean;
  /** Every write is refused. */
  readonly readOnly: boolean;
  readonly fieldManager: string;
  /** Gives the terminal back to the shell until the program is continued; undefined where that is not possible. */
  readonly suspend: (() => Promise<void>) | undefined;
  /** Aborted by SIGTERM, SIGHUP or the end of the terminal: leave in order, at once and without a question. */
  readonly quit: AbortSignal;
}

/** What is left when the UI has ended: printed on the primary screen by whoever started it. */
export interface TuiResult {
  readonly exitCode: number;
  /** Lines of the receipt: what was restarted, where, and what came of it. Cleaned. */
  readonly receipt: readonly string[];
}
