import { listed } from "../names.ts";
import type { Sentences } from "./sentence.ts";

/** Sentences of disruption budgets, room, locks and identity. */
export const budgetsSentences: Sentences = {
  "pdb-zero": ({ name, of, level }) =>
    level === "block" || of("evicts") === "true"
      ? `the disruption budget ${listed(of("budgets").split(","))} allows no pod of ${name} to be evicted now: the restart would wait for it`
      : `the disruption budget ${listed(of("budgets").split(","))} allows no disruption of ${name} now, and a rolling update takes no notice of it`,
  "pdb-shared": ({ name, of }) =>
    `the disruption budget ${of("budget")} is for ${name} and ${listed(of("others").split(","))} together: they are restarted one after the other`,
  "no-room": ({ name, of }) =>
    of("why") === "anti-affinity"
      ? `pods of ${name} keep apart and ${of("nodes")} nodes can take one each: there is no room for the ${of("pods")} of a rolling update`
      : `a pod of ${name} asks for ${of("requested")} ${of("resource")}, and none of the ${of("nodes")} nodes that could take it has as much`,
  "no-lock": ({ name, of }) =>
    `${listed(of("verbs").split(","))} of leases is not permitted: no other run could be kept off ${name}`,
  "single-cluster-identity": ({ of }) =>
    `the contexts ${listed(of("contexts").split(","))} lead to the same cluster: name one of them`,
};
