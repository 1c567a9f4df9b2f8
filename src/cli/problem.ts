import type { EventTarget, Finding, RestartError } from "../core/index.ts";
import type { Searched } from "./nothing-found.ts";

/** One thing that is wrong with what was asked, and with which object. */
export interface Problem {
  readonly error: RestartError;
  readonly target?: EventTarget;
  readonly findings?: readonly Finding[];
  /** Where nothing was found: what was looked for. */
  readonly searched?: Searched;
}
