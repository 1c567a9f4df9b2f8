import { join } from "node:path";
import type { Figure } from "./figure.ts";
import { startFilledPlane } from "./filled-plane.ts";
import { pair } from "./pair.ts";

const root = join(import.meta.dirname, "../..");

/** `restart get deploy -A` against kubectl on a real API server. */
export async function list(): Promise<readonly Figure[]> {
  const plane = await startFilledPlane();
  try {
    const env = { KUBECONFIG: plane.adminKubeconfig };
    const ours = { name: "restart get deploy -A", command: [join(root, "dist/restart"), "get", "deploy", "-A"], env };
    const theirs = { name: "kubectl get deploy -A", command: [plane.kubectl, "get", "deploy", "-A"], env };
    const third = 1 / 3;
    return await pair(ours, theirs, { runs: 21, wallBudget: third, cpuBudget: third });
  } finally {
    await plane.stop();
  }
}
