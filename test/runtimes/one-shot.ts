import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSimulatedCluster } from "../../src/sim/cluster.ts";
import { renderKubeconfig, serveClusters, systemClock } from "../../src/sim/host.ts";
import { prepare } from "./stage.ts";

const program = join(import.meta.dirname, "../../src/main/index.ts");

/** Restarts a Deployment with the whole command, as `runtime` runs it: kubeconfig, TLS, plan, PATCH, watch. Empty when that went well. */
export async function problemOfCommand(runtime: readonly string[], scratch: string): Promise<string> {
  const cluster = createSimulatedCluster({ clock: systemClock, seed: 12, name: "one-shot" });
  const served = await serveClusters([cluster]);
  try {
    await prepare(cluster, "shop");
    const kubeconfig = join(scratch, "kubeconfig");
    await writeFile(kubeconfig, renderKubeconfig(served.entries));
    const words = [program, "deploy/web", "-n", "shop", "--yes", "--kubeconfig", kubeconfig];
    const child = Bun.spawn([...runtime, ...words], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: 60_000,
    });
    const [output, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    const code = await child.exited;
    if (code !== 0) return `exit code ${code ?? child.signalCode}: ${errors.trim()}`;
    if (!output.includes("deployment.apps/web restarted")) return `it printed ${JSON.stringify(output)}`;
    const generation = cluster.store.get("deployments.apps", "shop", "web")?.metadata.generation;
    return generation === 2 ? "" : `the Deployment has generation ${generation}`;
  } finally {
    await served.close();
  }
}
