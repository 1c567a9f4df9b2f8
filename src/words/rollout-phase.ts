import type { RolloutPhase } from "../core/index.ts";

/** The state of a rollout in a word or two. */
export function phaseWords(phase: RolloutPhase): string {
  switch (phase.phase) {
    case "deleting":
      return "being deleted";
    case "stalled":
      return "stuck";
    case "on-delete":
      return "on delete";
    case "rolling":
      return `rolling ${phase.updated}/${phase.desired}`;
    case "scaled-to-zero":
      return "no pods";
    case "degraded":
      return `degraded ${phase.available}/${phase.desired}`;
    default:
      return phase.phase;
  }
}
