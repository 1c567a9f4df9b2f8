import type { KubeApi, KubeRequestInit } from "../../src/kube/cluster.ts";
import { createSystemClock } from "../../src/runtime/system-clock.ts";
import { createSimulatedCluster } from "../../src/sim/cluster.ts";
import { renderKubeconfig, serveClusters } from "../../src/sim/host.ts";
import { startFaultProxy } from "../faults/proxy.ts";
import { createVirtualClock, type VirtualClock } from "../virtual-clock.ts";
import {
  answerOf,
  type ClusterUnderTest,
  collectionOf,
  type LimitedUser,
  type Manifest,
  type PatchRecord,
  type Policy,
  type Rule,
} from "./cluster-under-test.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { waitFor } from "./wait-for.ts";
import { workloadIsReady } from "./workload-is-ready.ts";

const origin = "https://simulated.example";
const namespace = "shop";
const needsTime = "connections need the system's clock";
const start = Date.parse("2026-11-25T12:00:00Z");

/** A simulated cluster called in the process, on a clock that jumps or on the system's. */
export async function startSimulated(
  time: "virtual" | "system",
  { rollouts = false }: { readonly rollouts?: boolean } = {},
): Promise<ClusterUnderTest & { stop: () => Promise<void> }> {
  const virtual = time === "virtual" ? createVirtualClock(start) : undefined;
  const clock = virtual ?? createSystemClock();
  const sim = createSimulatedCluster({
    clock,
    seed: 7,
    name: "test",
    customResources: rollouts ? ["rollouts.argoproj.io"] : [],
  });
  const closers: (() => Promise<void>)[] = [];
  const { settle, until } = waiting(virtual);
  const apiOf = (token?: string): KubeApi => ({
    clock,
    random: () => 0.5,
    cluster: {
      name: "simulated",
      uid: undefined,
      server: origin,
      fetch: (path, init) => {
        const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
        const headers = { ...init.headers, ...authorization };
        return sim.handle(new Request(`${origin}${path}`, { ...init, headers }));
      },
    },
  });
  const api = apiOf();
  const request = (path: string, init: KubeRequestInit = {}) => settle(api.cluster.fetch(path, init).then(answerOf));
  const apply = async (...manifests: readonly Manifest[]): Promise<void> => {
    for (const manifest of manifests) {
      const headers = { "content-type": "application/json" };
      const init = { method: "POST", headers, body: JSON.stringify(manifest) } as const;
      const { status, text } = await request(`${collectionOf(manifest, namespace)}?fieldManager=test`, init);
      if (status !== 201) throw new Error(`${manifest.kind} ${manifest.metadata.name}: ${status} ${text}`);
    }
  };
  await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  return {
    kind: "simulated",
    api,
    clock,
    namespace,
    request,
    apply,
    applyReady: async (...manifests) => {
      await apply(...manifests);
      for (const manifest of manifests.filter(({ apiVersion }) => apiVersion === "apps/v1")) {
        const path = `${collectionOf(manifest, namespace)}/${manifest.metadata.name}`;
        await until(`${manifest.metadata.name} is ready`, async () =>
          workloadIsReady(manifest.kind, (await api.cluster.fetch(path, {}).then(answerOf)).body),
        );
      }
    },
    settle,
    until,
    patches: async () =>
      sim.requests.flatMap(({ method, path, query, body, userAgent, user, auditId }): PatchRecord[] => {
        const params = new URLSearchParams(query);
        const counts = method === "PATCH" && path.startsWith(`/apis/apps/v1/namespaces/${namespace}/`);
        if (!counts || params.has("dryRun")) return [];
        return [{ path, query: params, body: JSON.parse(body), userAgent, user, auditId, status: undefined }];
      }),
    as: async (user: LimitedUser, rules: readonly Rule[]) => {
      const token = `token-of-${user}`;
      const given = rules.map(({ everywhere = false, ...rule }) => ({
        ...rule,
        ...(everywhere ? {} : { namespaces: [namespace] }),
      }));
      sim.addToken(token, user, ["system:authenticated"], given);
      return apiOf(token);
    },
    withToken: (token, path) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return settle(sim.handle(new Request(`${origin}${path}`, { headers }), { trusted: false }).then(answerOf));
    },
    forgetful: async () => {
      sim.store.compact(sim.store.revision());
      return `/apis/apps/v1/namespaces/${namespace}/deployments`;
    },
    addPolicy: async ({ name, action, message, reason }: Policy) => {
      sim.addPolicy({
        name,
        action,
        message,
        ...(reason === undefined ? {} : { reason }),
        match: (review) =>
          review.operation === "UPDATE" && review.resource === "deployments.apps" && review.namespace === namespace,
      });
    },
    kubeconfig: async () => {
      if (virtual !== undefined) throw new Error(needsTime);
      const served = await serveClusters([sim]);
      closers.push(served.close);
      return writeKubeconfig(renderKubeconfig(served.entries, namespace), closers);
    },
    startFaultProxy: async () => {
      if (virtual !== undefined) throw new Error(needsTime);
      const proxy = await startFaultProxy(api.cluster.fetch);
      closers.push(proxy.close);
      return proxy;
    },
    stop: async () => {
      await Promise.all(closers.map((close) => close()));
      sim.close();
    },
  };
}

function waiting(virtual: VirtualClock | undefined): Pick<ClusterUnderTest, "settle" | "until"> {
  if (virtual === undefined) return waitFor;
  return {
    settle: (promise) => virtual.runUntil(promise),
    until: async (what, condition) => {
      const end = virtual.now() + 60_000;
      while (!(await virtual.runUntil(condition()))) {
        if (virtual.now() > end) throw new Error(`it did not come true within a minute that ${what}`);
        await virtual.advance(100);
      }
    },
  };
}
