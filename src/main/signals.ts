import { exitCodes } from "../core/index.ts";

/** What the signals of the process ask of a command. */
export interface ProcessSignals {
  readonly drain: AbortSignal;
  readonly leave: AbortSignal;
  readonly hangUp: AbortSignal;
  /** The exit code that a signal asks for in place of the command's own. */
  readonly exitCode: (own: number) => number;
}

/**
 * Ctrl-C once: start nothing new and follow what is in flight; twice: leave. SIGTERM leaves at once: what was sent goes
 * on in the cluster. A terminal that hangs up ends what needs one, and no run.
 */
export function watchSignals(): ProcessSignals {
  const drain = new AbortController();
  const leave = new AbortController();
  const hangUp = new AbortController();
  let terminated = false;
  process.on("SIGINT", () => {
    if (drain.signal.aborted) leave.abort();
    drain.abort();
  });
  process.on("SIGTERM", () => {
    terminated = true;
    drain.abort();
    leave.abort();
  });
  process.on("SIGHUP", () => hangUp.abort());
  return {
    drain: drain.signal,
    leave: leave.signal,
    hangUp: hangUp.signal,
    exitCode: (own) => {
      if (own !== exitCodes.interrupted) return own;
      return terminated ? exitCodes.terminated : hangUp.signal.aborted ? exitCodes.hungUp : own;
    },
  };
}
