import type { SimulatedCluster } from "../../src/sim/cluster.ts";
import { expect } from "./expect.ts";
import { type ServerOn, type ServerRuntime, serveOn } from "./serve-on.ts";
import { prepare } from "./stage.ts";
import type { Result } from "./suite.ts";

const token = "a-token-of-some-length-0123456789";
const seedPath = "/otterscale.runtime.v1.RuntimeService/Restart";

interface ServerStage {
  readonly server: ServerOn;
  readonly namespace: string;
  readonly generation: (name: string) => number | undefined;
}

interface ServerCase {
  readonly name: string;
  readonly run: (stage: ServerStage) => Promise<void>;
}

const named = (namespace: string, name: string) => ({
  ...{ cluster: "", group: "apps", version: "v1", resource: "deployments" },
  ...{ namespace, name },
});

function post(
  { server }: ServerStage,
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) {
  const usual = { "content-type": "application/json", authorization: `Bearer ${token}` };
  return fetch(`${server.url}${path}`, { method: "POST", headers: { ...usual, ...headers }, body });
}

const cases: readonly ServerCase[] = [
  {
    name: "six fields as JSON restart a Deployment, and the audit tells",
    run: async (stage) => {
      const before = stage.generation("web") ?? 0;
      const answer = await post(stage, seedPath, JSON.stringify(named(stage.namespace, "web")));
      expect.equal([answer.status, await answer.text()], [200, "{}"]);
      expect.equal(stage.generation("web"), before + 1);
      const { code, user, name } = JSON.parse(await stage.server.firstAudit()) as Record<string, unknown>;
      expect.equal({ code, user, name }, { code: "ok", user: "tester", name: "web" });
    },
  },
  {
    name: "a paused Deployment is refused",
    run: async (stage) => {
      const answer = await post(stage, seedPath, JSON.stringify(named(stage.namespace, "paused")));
      const { code } = (await answer.json()) as { readonly code: string };
      expect.equal([answer.status, code], [400, "failed_precondition"]);
      expect.equal(stage.generation("paused"), 1);
    },
  },
  {
    name: "workloads are listed with POST, and with GET",
    run: async (stage) => {
      const path = "/restart.v1.RestartService/ListWorkloads";
      const message = JSON.stringify({ namespace: stage.namespace });
      const query = new URLSearchParams({ connect: "v1", encoding: "json", message });
      const answers = [
        await post(stage, path, message),
        await fetch(`${stage.server.url}${path}?${query}`, { headers: { authorization: `Bearer ${token}` } }),
      ];
      for (const answer of answers) {
        const { workloads } = (await answer.json()) as {
          readonly workloads: readonly { readonly metadata: { readonly name: string } }[];
        };
        expect.equal(workloads.map(({ metadata }) => metadata.name).sort(), ["crash", "lost", "paused", "web"]);
      }
    },
  },
  {
    name: "a rollout is followed over a stream until it is healthy",
    run: async (stage) => {
      const workload = named(stage.namespace, "web");
      const restarted = await post(stage, "/restart.v1.RestartService/Restart", JSON.stringify({ workload }));
      const { uid, generation, restartedAt } = (await restarted.json()) as Record<string, unknown>;
      const request = new TextEncoder().encode(JSON.stringify({ workload, uid, generation, restartedAt }));
      const type = { "content-type": "application/connect+json" };
      const answer = await post(stage, "/restart.v1.RestartService/WatchRollout", framed(request), type);
      const events = unframed(await answer.bytes());
      const last = events.at(-2) as { readonly event?: { readonly type: string; readonly outcome?: string } };
      expect.equal([last.event?.type, last.event?.outcome], ["target.finished", "healthy"]);
      expect.equal(events.at(-1), {});
      expect.equal(events.length > 3, true);
    },
  },
  {
    name: "without its token a caller is refused, and nothing is restarted",
    run: async (stage) => {
      const before = stage.generation("lost");
      for (const authorization of ["", "Bearer wrong", `Bearer ${token}, Bearer ${token}`]) {
        const answer = await post(stage, seedPath, JSON.stringify(named(stage.namespace, "lost")), { authorization });
        const { code } = (await answer.json()) as { readonly code: string };
        expect.equal([answer.status, code], [401, "unauthenticated"]);
      }
      expect.equal(stage.generation("lost"), before);
    },
  },
  {
    name: "gRPC is refused with a hint at what works",
    run: async (stage) => {
      const answer = await post(stage, seedPath, framed(new Uint8Array()), { "content-type": "application/grpc" });
      expect.equal([answer.status, (await answer.text()).includes("gRPC-Web")], [415, true]);
    },
  },
  {
    name: "a page of a listed origin may ask, one of another may not",
    run: async ({ server }) => {
      const asked = async (origin: string) => {
        const headers = { origin, "access-control-request-method": "POST" };
        const answer = await fetch(`${server.url}${seedPath}`, { method: "OPTIONS", headers });
        return [answer.status, answer.headers.get("access-control-allow-origin")];
      };
      expect.equal(await asked("https://shop.example"), [204, "https://shop.example"]);
      expect.equal(await asked("https://evil.example"), [403, null]);
    },
  },
];

function framed(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(5 + message.length);
  new DataView(frame.buffer).setUint32(1, message.length);
  frame.set(message, 5);
  return frame;
}

function unframed(bytes: Uint8Array): readonly unknown[] {
  const messages: unknown[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at + 1).getUint32(0);
    messages.push(JSON.parse(new TextDecoder().decode(bytes.subarray(at + 5, at + 5 + length))));
    at += 5 + length;
  }
  return messages;
}

/** The server on a runtime, called over HTTP from outside, in front of the simulated cluster at `api`. */
export async function resultsOfServer(
  runtime: ServerRuntime,
  sim: SimulatedCluster,
  api: string,
  scratch: string,
): Promise<readonly Result[]> {
  const namespace = `served-on-${runtime}`;
  await prepare(sim, namespace);
  const server = await serveOn(runtime, { api, apiToken: sim.token, token, scratch });
  const generation = (name: string) => sim.store.get("deployments.apps", namespace, name)?.metadata.generation;
  const results: Result[] = [];
  try {
    for (const { name, run } of cases) {
      const problem = await run({ server, namespace, generation }).then(
        () => "",
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      results.push({ name: `the server: ${name}`, problem });
    }
  } finally {
    await server.close();
  }
  return results;
}
