import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { expect, it } from "vitest";
import { RestartService, type RunEvent } from "../../src/gen/restart/v1/restart_pb.ts";
import { executable } from "../terminal/executable.ts";
import type { ClusterUnderTest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment } from "./manifests.ts";
import { start as startProgram } from "./program.ts";

const run = promisify(execFile);
const seedPath = "/otterscale.runtime.v1.RuntimeService/Restart";

/** `restart serve`, the compiled file, on a port of its own and with the token that it has made. */
async function serving(cluster: ClusterUnderTest) {
  const file = await cluster.kubeconfig();
  const home = dirname(file);
  const words = ["serve", "--listen", "127.0.0.1:0"];
  const server = startProgram(executable, words, { HOME: home, KUBECONFIG: file });
  const place = /^serving on (?<url>http:\S+);/m;
  await cluster.until("the server says where it listens", async () => place.test(server.stderr()));
  const token = (await readFile(join(home, ".config/restart/token"), "utf8")).trim();
  return { server, token, url: place.exec(server.stderr())?.groups?.["url"] ?? "" };
}

describeOnEveryCluster(
  "the compiled server",
  (start) => {
    it("restarts at every call of curl, twice in a second too, and follows the rollout to its end", async () => {
      const cluster = await start();
      const { namespace, settle } = cluster;
      await cluster.applyReady(deployment("web"));
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments/web`;
      const generation = async (): Promise<number> => (await cluster.request(path)).body.metadata.generation;
      const before = await generation();
      const { server, url, token } = await serving(cluster);

      const workload = {
        cluster: "test",
        group: "apps",
        version: "v1",
        resource: "deployments",
        namespace,
        name: "web",
      };
      const authorization = `Bearer ${token}`;
      const headers = ["-H", "content-type: application/json", "-H", `authorization: ${authorization}`];
      const call = `${url}${seedPath}`;
      const { stdout } = await run("curl", ["-sS", ...headers, "-d", JSON.stringify(workload), call, call]);
      expect(stdout).toBe("{}{}");
      expect(await generation()).toBe(before + 2);
      expect(await cluster.patches()).toHaveLength(2);

      const client = createClient(RestartService, createConnectTransport({ baseUrl: url, httpVersion: "1.1" }));
      const follow = async (): Promise<readonly (RunEvent | undefined)[]> => {
        const answers = await Array.fromAsync(client.watchRollout({ workload }, { headers: { authorization } }));
        return answers.map(({ event }) => event);
      };
      const events = await settle(follow());
      expect(events.at(-1)).toMatchObject({ type: "target.finished", outcome: "healthy" });
      expect(events.length).toBeGreaterThan(1);

      server.interrupt();
      const ended = await settle(server.ended);
      expect(ended.exitCode).toBe(0);
      expect(ended.stderr).not.toContain(token);
    });
  },
  { clock: "system" },
);
