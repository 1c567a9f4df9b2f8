import { count, listed } from "../names.ts";
import type { Sentences } from "./sentence.ts";

/** Sentences of disruption budgets, room, locks and identity. */
export const budgetsSentences: Sentences = {
  "pdb-zero": ({ name, of }) => {
    const names = of("budgets").split(",");
    const budgets = `the disruption budget${names.length === 1 ? "" : "s"} ${listed(names)} ${names.length === 1 ? "allows" : "allow"}`;
    return of("evicts") === "true"
      ? `${budgets} no pod of ${name} to be evicted now: the restart would wait for it`
      : `${budgets} no disruption of ${name} now, and a rolling update takes no notice of it`;
  },
  "pdb-shared": ({ name, of }) => {
    const named = of("others").split(",");
    const more = Number(of("count")) - named.length;
    return `the disruption budget ${of("budget")} is for ${name} and ${listed(more > 0 ? [...named, `${more} more`] : named)} together: they are restarted one after the other`;
  },
  "no-room": ({ name, of }) => {
    const nodes = count(Number(of("nodes")), "node");
    switch (of("why")) {
      case "nodes":
        return `a new pod of ${name} would find no node: none of ${of("all")} is ready, selected and tolerated`;
      case "anti-affinity":
        return `pods of ${name} keep apart and ${nodes} can take one each: there is no room for the ${of("pods")} of a rolling update`;
      default:
        return of("requested") === ""
          ? `a pod of ${name} asks for more ${listed(of("resource").split(","))} than any one of the ${nodes} that could take it has together`
          : `a pod of ${name} asks for ${of("requested")} ${of("resource")}, and of the ${nodes} that could take it the largest has ${of("largest")}`;
    }
  },
  "no-lock": ({ name, of }) =>
    `${listed(of("verbs").split(","))} of leases is not permitted: no other run could be kept off ${name}`,
  "single-cluster-identity": ({ of }) =>
    `the contexts ${listed(of("contexts").split(","))} lead to the same cluster: name one of them`,
};
