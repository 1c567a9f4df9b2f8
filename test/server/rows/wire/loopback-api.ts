import { createSimulatedCluster, type SimulatedCluster } from "../../../../src/sim/cluster.ts";
import { systemClock } from "../../../../src/sim/host.ts";
import { type FaultProxy, startFaultProxy } from "../../../faults/proxy.ts";
import { createApiBehind } from "../api-behind.ts";
import type { ApiBehind, Manifest } from "../row.ts";

export interface LoopbackApi {
  /** `http://127.0.0.1:PORT`; it asks for no credentials. */
  readonly server: string;
  /** A new cluster, empty but for the namespace of the rows, takes the place of the one before. */
  readonly renew: () => Promise<ApiBehind>;
  readonly close: () => Promise<void>;
}

export type HastyClock = Pick<typeof systemClock, "now" | "sleep">;

/** The system's clock, so many times faster. */
export function createHastyClock(haste: number): HastyClock {
  const start = Date.now();
  return {
    now: () => Math.floor(start + (Date.now() - start) * haste),
    sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / haste, signal),
  };
}

/** Simulated clusters, one after the other, behind one address on loopback and a line that breaks when told to. */
export async function startLoopbackApi(clock: HastyClock): Promise<LoopbackApi> {
  let sim: SimulatedCluster | undefined;
  const proxy: FaultProxy = await startFaultProxy(async (path, init) => {
    if (sim === undefined) return new Response(null, { status: 503 });
    return sim.handle(new Request(`https://stage.example${path}`, init as RequestInit));
  });
  const rules: (() => void)[] = [];
  const mend = () => {
    for (const remove of rules.splice(0)) remove();
  };
  return {
    server: proxy.server,
    renew: async () => {
      mend();
      sim?.close();
      const present = createSimulatedCluster({ clock, seed: 7, name: "stage" });
      sim = present;
      const apply = (...objects: readonly Manifest[]) => createAll(present, objects);
      await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
      return createApiBehind(present, apply, (rule) => rules.push(proxy.add(rule)), mend);
    },
    close: async () => {
      sim?.close();
      await proxy.close();
    },
  };
}

async function createAll(sim: SimulatedCluster, objects: readonly Manifest[]): Promise<void> {
  for (const object of objects) {
    const plural = `${object.kind.toLowerCase()}s`;
    const path = plural === "namespaces" ? "/api/v1/namespaces" : `/apis/apps/v1/namespaces/shop/${plural}`;
    const response = await sim.handle(
      new Request(`https://stage.example${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(object),
      }),
    );
    if (!response.ok) throw new Error(await response.text());
  }
}
