import { formatDuration } from "../duration.ts";
import { listed } from "../names.ts";
import type { Sentences } from "./sentence.ts";

/** Sentences of what the manifest asks for and who keeps it. */
export const manifestSentences: Sentences = {
  "mutable-tag": ({ name, of, level }) => {
    const runs = `${name} runs ${listed(of("images").split(","))}, whose tag moves`;
    return level === "info"
      ? `${runs}: new pods on nodes that do not have it yet may get another image`
      : `${runs}: new pods may get another image`;
  },
  "no-readiness-probe": ({ name }) => `${name} has no readiness probe: its pods count as ready once they have started`,
  "long-termination": ({ name, of }) => {
    const grace = Number(of("seconds")) * 1000;
    const batches = Number(of("batches"));
    const old = `old pods of ${name} may take up to ${formatDuration(grace)} to go`;
    if (batches === 0) return `${old}; new ones do not wait for them`;
    const whole = batches === 1 ? "" : `, up to ${formatDuration(batches * grace)} in ${batches} batches`;
    return `${old}, and new ones wait for them${whole}: the forecast is without it`;
  },
  hpa: ({ name, of }) =>
    `the autoscaler ${of("name")} keeps ${name} between ${of("minReplicas")} and ${of("maxReplicas")} pods and may change their number on the way`,
  gitops: ({ name, of, level }) => {
    if (of("tool") === "argocd")
      return `Argo CD replaces ${name} as a whole (${of("option")}): its next sync takes the restart back and rolls all pods once more`;
    return level === "info"
      ? `Flux keeps ${name} (${of("owner")}) and leaves the restart alone, since its field manager is ${of("fieldManager")}`
      : `Flux keeps ${name} (${of("owner")}) and removes what ${of("fieldManager")} writes: its next reconcile rolls all pods once more; use --field-manager restart`;
  },
};
