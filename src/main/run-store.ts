import {
  type Capabilities,
  type ClusterSource,
  type KubeApi,
  onCluster,
  type Plan,
  RestartError,
  type RunEvent,
  type RunHandle,
  type RunStore,
  runPlan,
} from "../core/index.ts";

/** Runs that live in this process: they end with it, and what they have sent goes on in the clusters. */
export function createRunStore(capabilities: Capabilities, clusters: ClusterSource): RunStore {
  const { clock, random } = capabilities;
  return {
    start: async (plan) => {
      const names = [...new Set(plan.targets.map(({ ref }) => ref.cluster))];
      const apis = new Map<string, KubeApi>();
      for (const name of names) {
        const cluster = await clusters.open(name).catch((cause: unknown) => {
          throw onCluster(cause, name);
        });
        apis.set(name, { cluster, clock, random });
      }
      return begin(plan, capabilities, (name) => {
        const api = apis.get(name);
        if (api === undefined) throw new RestartError("Unknown", `the plan has no cluster ${name}`);
        return api;
      });
    },
  };
}

function begin(plan: Plan, capabilities: Capabilities, open: (cluster: string) => KubeApi): RunHandle {
  const drain = new AbortController();
  const leave = new AbortController();
  const told: RunEvent[] = [];
  let failure: unknown;
  let over = false;
  let arrival = Promise.withResolvers<void>();
  const wake = () => {
    const { resolve } = arrival;
    arrival = Promise.withResolvers();
    resolve();
  };
  const run = async () => {
    try {
      for await (const event of runPlan(plan, capabilities, { open, drain: drain.signal, leave: leave.signal })) {
        told.push(event);
        wake();
      }
    } catch (caught) {
      failure = caught;
    }
    over = true;
    wake();
  };
  // It never rejects: what went wrong is told to whoever follows.
  void run();
  return {
    id: plan.id,
    plan,
    events: async function* () {
      for (let next = 0; ; ) {
        while (next < told.length) {
          const event = told[next];
          next += 1;
          if (event !== undefined) yield event;
        }
        if (failure !== undefined) throw failure;
        if (over) return;
        await arrival.promise;
      }
    },
    drain: () => drain.abort(),
    leave: () => leave.abort(),
  };
}
