import { join } from "node:path";
import { afterAll, beforeAll, inject } from "vitest";
import type { ClusterUnderTest } from "../contract/cluster-under-test.ts";
import { describeOnSharedCluster } from "../contract/harness.ts";
import { writeKubeconfig } from "../contract/kubeconfig.ts";
import { type Ended, type Running, start } from "../contract/program.ts";
import { type FaultProxy, type SeenRequest, startFaultProxy } from "../faults/proxy.ts";
import { executable } from "../terminal/executable.ts";

/** kubectl and the compiled executable before the same cluster, with a line in between that keeps what they send. */
export interface SideBySide {
  readonly cluster: ClusterUnderTest;
  readonly proxy: FaultProxy;
  readonly kubectl: (...args: readonly string[]) => Promise<Ended>;
  readonly restart: (...args: readonly string[]) => Promise<Ended>;
  readonly begin: (program: Program, ...args: readonly string[]) => Running;
  /** The PATCH requests of each since the last call, but dry runs. */
  readonly patches: () => Readonly<Record<Program, readonly SeenRequest[]>>;
  /** Folder for files of a test; it goes with the group. */
  readonly folder: string;
}

export type Program = "kubectl" | "restart";

/** Does not wait, and does not mind that the other program restarted the same a moment ago. */
export const atOnce = ["--yes", "--no-wait", "--allow", "rollout-in-progress"] as const;

/** Without pods: what is sent and printed does not depend on them. */
export const still = { spec: { replicas: 0 } };

/** Rows that say what kubectl does: both programs on one simulated cluster, then on the real control plane. */
export function describeSideBySide(name: string, tests: (both: () => SideBySide) => void): void {
  describeOnSharedCluster(
    name,
    (cluster) => {
      let both: SideBySide | undefined;
      const closers: (() => Promise<unknown>)[] = [];
      beforeAll(async () => {
        both = await openSideBySide(cluster(), closers);
      });
      afterAll(async () => {
        for (const close of closers.reverse()) await close();
      });
      tests(() => {
        if (both === undefined) throw new Error("the programs are there with the first test");
        return both;
      });
    },
    { clock: "system" },
  );
}

async function openSideBySide(cluster: ClusterUnderTest, closers: (() => Promise<unknown>)[]): Promise<SideBySide> {
  const proxy = await startFaultProxy(cluster.api.cluster.fetch);
  closers.push(proxy.close);
  const file = await writeKubeconfig(kubeconfigOf(proxy.server, cluster.namespace), closers);
  const folder = join(file, "..");
  const files: Readonly<Record<Program, string>> = {
    kubectl: inject("controlPlane")?.kubectl ?? "",
    restart: executable,
  };
  const env = { KUBECONFIG: file, HOME: folder };
  const run =
    (program: Program) =>
    (...args: readonly string[]) =>
      start(files[program], args, env).ended;
  let told = 0;
  return {
    cluster,
    proxy,
    folder,
    kubectl: run("kubectl"),
    restart: run("restart"),
    begin: (program, ...args) => start(files[program], args, env),
    patches: () => {
      const sent = proxy.requests
        .slice(told)
        .filter(({ method, path }) => method === "PATCH" && !path.includes("dryRun=All"));
      told = proxy.requests.length;
      const by = (program: Program) =>
        sent.filter(({ headers }) => headers["user-agent"]?.startsWith(`${program}/`) === true);
      return { kubectl: by("kubectl"), restart: by("restart") };
    },
  };
}

function kubeconfigOf(server: string, namespace: string): string {
  return [
    "apiVersion: v1",
    "kind: Config",
    "current-context: test",
    `clusters: [{ name: test, cluster: { server: "${server}" } }]`,
    "users: [{ name: test, user: {} }]",
    `contexts: [{ name: test, context: { cluster: test, user: test, namespace: ${namespace} } }]`,
    "",
  ].join("\n");
}
