import type { SimulatedCluster } from "../../../src/sim/cluster.ts";
import type { FaultRule } from "../../faults/proxy.ts";
import type { ApiBehind } from "./row.ts";

/** The simulated cluster, with answers and broken lines that a row asks for. */
export function createApiBehind(
  sim: SimulatedCluster,
  apply: ApiBehind["apply"],
  breakLine: (rule: FaultRule) => void,
  mendLine: () => void,
): ApiBehind {
  const taken: (() => void)[] = [];
  const patched = () => sim.requests.filter(({ method, query }) => method === "PATCH" && !query.includes("dryRun=All"));
  return {
    sim,
    apply,
    patches: () => patched().length,
    patchBodies: () => patched().map(({ body }) => body),
    requests: () => sim.requests.length,
    answer: (respond) => void taken.push(sim.intercept(respond)),
    breakLine,
    heal: () => {
      for (const undo of taken.splice(0)) undo();
      mendLine();
    },
    generation: (kind = "deployments.apps", name = "web") =>
      sim.store.get(kind, "shop", name)?.metadata.generation ?? 0,
  };
}
