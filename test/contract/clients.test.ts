import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { buildGoClient, generateGoClient } from "../clients/build.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment } from "./manifests.ts";
import { serveCluster, serverToken } from "./serve-cluster.ts";

const run = promisify(execFile);
const tools = await buildGoClient();
const underCi = (process.env["CI"] ?? "") !== "";
const hasCurl = Bun.which("curl") !== null;
const seedPath = "/otterscale.runtime.v1.RuntimeService/Restart";

if (underCi) {
  it("has the programs of other languages", () => {
    expect({ tools, hasCurl }).toEqual({ tools: expect.any(String), hasCurl: true });
  });
}

const ways: readonly string[] = [
  "connect",
  "connect -json",
  "connect -http2",
  "grpc",
  "grpc -json",
  "grpcweb",
  "grpcweb -json -http2",
];

describeOnEveryCluster(
  "a client written in another language",
  (start) => {
    const served = async () => {
      const cluster = await start();
      await cluster.applyReady(deployment("web"));
      const server = await serveCluster(cluster);
      onTestFinished(server.close);
      const path = `/apis/apps/v1/namespaces/${cluster.namespace}/deployments/web`;
      const generation = async (): Promise<number> => (await cluster.request(path)).body.metadata.generation;
      return { cluster, server, generation };
    };

    const client = async (url: string, way: string, ...words: readonly string[]): Promise<string> => {
      const env = { ...process.env, RESTART_TOKEN: serverToken };
      const program = join(String(tools), "client");
      return (await run(program, ["-address", url, "-protocol", ...way.split(" "), ...words], { env })).stdout.trim();
    };

    if (typeof tools === "string") {
      it.each(ways)("in Go restarts a Deployment over %s", async (way) => {
        const { cluster, server, generation } = await served();
        const before = await generation();
        expect(await client(server.url, way, "-namespace", cluster.namespace, "-name", "web")).toBe("ok");
        expect(await generation()).toBe(before + 1);
        expect(await cluster.patches()).toHaveLength(1);
        expect(server.audit).toMatchObject([{ code: "ok", user: "tester", name: "web" }]);
      });

      it("in Go reads why it is refused, over every protocol alike", async () => {
        const { cluster, server } = await served();
        const words = ["-namespace", cluster.namespace, "-name", "gone"];
        for (const way of ways) {
          expect(await client(server.url, way, ...words)).toMatch(/^not_found: .*gone/);
          const kind = await client(server.url, way, ...words, "-resource", "Deployment");
          expect(kind).toMatch(/^invalid_argument: .*deployments/);
        }
        expect(await cluster.patches()).toEqual([]);
      });
    }

    if (hasCurl) {
      it("which is curl, sends six fields as JSON and reads an empty object", async () => {
        const { cluster, server, generation } = await served();
        const before = await generation();
        const fields = { group: "apps", version: "v1", resource: "deployments", namespace: cluster.namespace };
        const body = JSON.stringify({ cluster: "", ...fields, name: "web" });
        const headers = ["-H", "content-type: application/json", "-H", `authorization: Bearer ${serverToken}`];
        const { stdout } = await run("curl", ["-sS", ...headers, "-d", body, `${server.url}${seedPath}`]);
        expect(stdout).toBe("{}");
        expect(await generation()).toBe(before + 1);
      });
    }
  },
  { clock: "system" },
);

if (typeof tools === "string") {
  it("has code of the client in Go that fits the contract: `bun test/clients/build.ts` mends it", async () => {
    const fresh = await mkdtemp(join(tmpdir(), "restart-clients-"));
    onTestFinished(() => rm(fresh, { recursive: true, force: true }));
    await generateGoClient(String(tools), fresh);
    const folder = "otterscale/runtime/v1";
    for (const file of [`${folder}/runtime.pb.go`, `${folder}/runtimev1connect/runtime.connect.go`]) {
      const committed = await readFile(join(import.meta.dirname, "../clients/go/gen", file), "utf8");
      expect(await readFile(join(fresh, "gen", file), "utf8")).toBe(committed);
    }
  });
}
