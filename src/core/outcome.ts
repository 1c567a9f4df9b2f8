/** The one state in which a target ends. */
export type Outcome =
  | "healthy"
  | "requested"
  | "failed"
  | "stalled"
  | "superseded"
  | "reverted"
  | "deleted"
  | "re-created"
  | "aborted"
  | "lost"
  | "locked"
  | "outside-window"
  | "drifted"
  | "blocked"
  | "skipped"
  | "not-started"
  | "interrupted";

/** Exit codes, the same on every surface. 128 + n for a signal. */
export const exitCodes = {
  healthy: 0,
  unexpected: 1,
  usage: 2,
  nothingMatched: 3,
  blocked: 4,
  halted: 5,
  stalled: 6,
  locked: 7,
  outsideWindow: 8,
  unreachable: 9,
  drifted: 10,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** What one outcome alone makes of a run. `not-started` has none of its own: what halted the run decides. */
export const outcomeExitCode: Readonly<Record<Outcome, number | undefined>> = {
  healthy: exitCodes.healthy,
  requested: exitCodes.healthy,
  failed: exitCodes.halted,
  stalled: exitCodes.stalled,
  superseded: exitCodes.halted,
  reverted: exitCodes.halted,
  deleted: exitCodes.halted,
  "re-created": exitCodes.halted,
  aborted: exitCodes.halted,
  lost: exitCodes.unreachable,
  locked: exitCodes.locked,
  "outside-window": exitCodes.outsideWindow,
  drifted: exitCodes.drifted,
  blocked: exitCodes.blocked,
  skipped: exitCodes.healthy,
  "not-started": undefined,
  interrupted: exitCodes.interrupted,
};

// Worst first, as ruled for a run that has sent a PATCH: a signal, a failure, a lost cluster, a stall, the rest.
const precedence: readonly number[] = [
  exitCodes.terminated,
  exitCodes.interrupted,
  exitCodes.hungUp,
  exitCodes.halted,
  exitCodes.unreachable,
  exitCodes.stalled,
  exitCodes.blocked,
  exitCodes.outsideWindow,
  exitCodes.locked,
  exitCodes.drifted,
  exitCodes.unexpected,
];

/** The exit code of a run from the outcomes of its targets. */
export function runExitCode(outcomes: Iterable<Outcome>): number {
  const codes = new Set<number>();
  for (const outcome of outcomes) codes.add(outcomeExitCode[outcome] ?? 0);
  return precedence.find((code) => codes.has(code)) ?? exitCodes.healthy;
}
