import { listed } from "../names.ts";
import type { Sentences } from "./sentence.ts";

/** Sentences of what a pod template refers to. */
export const referencesSentences: Sentences = {
  "missing-ref": ({ name, of }) =>
    `${name} needs ${listed(of("missing").split(","))}, which is not there: new pods would not start`,
  "config-changed": ({ name, of }) =>
    `${listed(of("changed").split(","))} changed since the pods of ${name} started: this restart picks it up`,
  "rwo-deadlock": ({ name, of }) =>
    `${name} mounts ${listed(of("claims").split(","))} (${of("accessMode")}): a new pod waits for the volume, and the old one for the new pod`,
};
