import type { RestartError } from "../kube/error.ts";
import type { EventBody, EventError, EventTarget } from "./events.ts";
import type { RolloutStep } from "./rollout.ts";

/** What a step of following a rollout is as an event. `seconds` is the age of what is followed, for its end. */
export function rolloutEvent(step: RolloutStep, target: EventTarget, seconds: number): EventBody {
  switch (step.type) {
    case "lost":
      return { type: "cluster.lost", cluster: target.cluster, cause: step.error.reason, error: eventError(step.error) };
    case "recovered":
      return { type: "cluster.recovered", cluster: target.cluster };
    case "finished": {
      const { type: _, progress, error, ...rest } = step;
      return {
        ...rest,
        type: "target.finished",
        target,
        seconds,
        ...(progress !== undefined && { progress }),
        ...(error !== undefined && { error: eventError(error) }),
      };
    }
    default: {
      const { type, ...rest } = step;
      return { ...rest, type: `target.${type}`, target } as EventBody;
    }
  }
}

/** An error in the shape of an event. */
export function eventError({ reason, message, status }: RestartError): EventError {
  return { reason, message, ...(status !== undefined && { status }) };
}

/** Seconds with one decimal. */
export function toSeconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}
