import type { EventTarget, Finding, RestartError } from "../core/index.ts";

/** One thing that is wrong with what was asked, and with which object. */
export interface Problem {
  readonly error: RestartError;
  readonly target?: EventTarget;
  readonly findings?: readonly Finding[];
}
