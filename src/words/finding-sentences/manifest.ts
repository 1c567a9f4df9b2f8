import { formatDuration } from "../duration.ts";
import { listed } from "../names.ts";
import type { Sentences } from "./sentence.ts";

/** Sentences of what the manifest asks for and who keeps it. */
export const manifestSentences: Sentences = {
  "mutable-tag": ({ name, of }) =>
    `${name} runs ${listed(of("images").split(","))}, whose tag moves: new pods may get another image`,
  "no-readiness-probe": ({ name }) => `${name} has no readiness probe: its pods count as ready once they have started`,
  "long-termination": ({ name, of }) =>
    `old pods of ${name} may take ${formatDuration(Number(of("seconds")) * 1000)} to go, which is not in the forecast`,
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
