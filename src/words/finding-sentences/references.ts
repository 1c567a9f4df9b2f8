import { formatDuration } from "../duration.ts";
import { listed } from "../names.ts";
import type { Sentences } from "./sentence.ts";

/** Sentences of what a pod template refers to. */
export const referencesSentences: Sentences = {
  "missing-ref": ({ name, of }) => {
    const missing = of("missing").split(",");
    return `${name} needs ${listed(missing)}, which ${missing.length === 1 ? "is" : "are"} not there: new pods would not start`;
  },
  "config-changed": ({ name, of }) => {
    const seconds = of("secondsLater").split(",");
    const changed = of("changed")
      .split(",")
      .map((object, index) => ({ object, later: formatDuration(Number(seconds[index]) * 1000) }));
    const [first] = changed;
    if (changed.length === 1 && first !== undefined) {
      return `${first.object} changed ${first.later} after the pods of ${name} started: this restart picks it up`;
    }
    const all = listed(changed.map(({ object, later }) => `${object} (${later} after)`));
    return `${all} changed since the pods of ${name} started: this restart picks them up`;
  },
  "rwo-deadlock": ({ name, of }) =>
    `${name} mounts ${listed(of("claims").split(","))} (${of("accessMode")}): a new pod waits for the volume, and the old one for the new pod; strategy Recreate avoids it`,
};
