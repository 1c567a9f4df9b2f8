import { exitCodes } from "../core/index.ts";

/** What the signals of the process ask of a command. */
export interface ProcessSignals {
  readonly drain: AbortSignal;
  readonly leave: AbortSignal;
  /** The exit code that a signal asks for in place of the command's own. */
  readonly exitCode: (own: number) => number;
}

/**
 * Ctrl-C once: start nothing new and follow what is in flight; twice: leave. SIGTERM, and a
 * terminal that hangs up, leave at once: what was sent goes on in the cluster.
 */
export function watchSignals(): ProcessSignals {
  const drain = new AbortController();
  const leave = new AbortController();
  let terminated = false;
  let hungUp = false;
  process.on("SIGINT", () => {
    if (drain.signal.aborted) leave.abort();
    drain.abort();
  });
  process.on("SIGTERM", () => {
    terminated = true;
    drain.abort();
    leave.abort();
  });
  process.on("SIGHUP", () => {
    hungUp = true;
    drain.abort();
    leave.abort();
  });
  return {
    drain: drain.signal,
    leave: leave.signal,
    exitCode: (own) => {
      if (own !== exitCodes.interrupted) return own;
      return terminated ? exitCodes.terminated : hungUp ? exitCodes.hungUp : own;
    },
  };
}
