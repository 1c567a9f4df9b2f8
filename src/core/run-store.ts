import type { RunEvent } from "./events.ts";
import type { Plan } from "./plan.ts";

/** A run that somebody owns, perhaps another process. */
export interface RunHandle {
  readonly id: string;
  readonly plan: Plan;
  /** Every event from the first on, then what comes; ends after `run.finished`. Leaving it does not end the run. */
  readonly events: () => AsyncGenerator<RunEvent, void>;
  /** Start nothing new; what is in flight is followed. */
  readonly drain: () => void;
  /** Stop following: what was sent goes on in the cluster. */
  readonly leave: () => void;
}

/** Where the runs of a surface live. */
export interface RunStore {
  /** Begins the run of a plan. Rejects with `CredentialsFailed` or `InvalidConfig` before anything was sent. */
  readonly start: (plan: Plan) => Promise<RunHandle>;
}
