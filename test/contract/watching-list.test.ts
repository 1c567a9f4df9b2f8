import { join } from "node:path";
import { expect, it } from "vitest";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment, workload } from "./manifests.ts";
import { restart, start as startProgram } from "./program.ts";

const main = join(import.meta.dirname, "../../src/main/index.ts");

describeOnEveryCluster(
  "a watched list",
  (start) => {
    it("shows who restarts what, and what is deleted", async () => {
      const cluster = await start();
      await cluster.applyReady(deployment("web"), deployment("api"), workload("StatefulSet", "db"));
      const kubeconfig = await cluster.kubeconfig();
      const env = { KUBECONFIG: kubeconfig, HOME: join(kubeconfig, "..") };
      const watching = startProgram(process.execPath, [main, "get", "-w", "-o", "jsonl"], env);
      const lines = () =>
        watching
          .stdout()
          .split("\n")
          .filter(Boolean)
          .map((line) => JSON.parse(line));
      await cluster.until("it has listed", async () => lines().length === 3);
      expect(lines().map(({ change, metadata: { name } }) => `${change} ${name}`)).toEqual([
        "added api",
        "added web",
        "added db",
      ]);
      const ended = await restart(kubeconfig, "deploy/web", "--yes", "--field-manager", "night-shift");
      expect(ended.exitCode).toBe(0);
      await cluster.until("it shows the end of the restart", async () => {
        const web = lines().filter(({ metadata }) => metadata.name === "web");
        return web.at(-1)?.restartedBy === "night-shift" && web.at(-1)?.rollout.phase === "complete";
      });
      expect(lines().map(({ rollout }) => rollout.phase)).toContain("rolling");
      const path = `/apis/apps/v1/namespaces/${cluster.namespace}/deployments/api`;
      await cluster.request(path, { method: "DELETE" });
      await cluster.until("it shows what is gone", async () => {
        const last = lines().at(-1);
        return last?.change === "deleted" && last.metadata.name === "api";
      });
      watching.interrupt();
      expect(await watching.ended).toMatchObject({ exitCode: 130, stderr: "" });
    });
  },
  { clock: "system" },
);
