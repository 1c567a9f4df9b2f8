import { writeFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { compile, inFolder, restart } from "./compile.ts";
import { type Figure, quantile } from "./figure.ts";
import { sample } from "./pair.ts";
import { usageOf } from "./watched-terminal.ts";

/** `restart serve` in front of an API server that answers at once. */
export async function serve(): Promise<readonly Figure[]> {
  return inFolder(async (folder) => {
    const api = Bun.spawn([process.execPath, join(import.meta.dirname, "stub-api.ts")], { stdout: "pipe" });
    try {
      const origin = await firstLine(api.stdout);
      const kubeconfig = join(folder, "kubeconfig");
      await writeFile(kubeconfig, kubeconfigOf(origin));
      const start = () => startServer(folder, kubeconfig);
      await writeFile(join(folder, "empty.ts"), "");
      await compile(join(folder, "empty.ts"), join(folder, "empty"));
      return [...(await starts(start, join(folder, "empty"))), ...(await calls(start, origin))];
    } finally {
      api.kill();
    }
  });
}

async function firstLine(output: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of output) {
    text += decoder.decode(chunk, { stream: true });
    const [line, ...more] = text.split("\n");
    if (line !== undefined && more.length > 0) return line;
  }
  throw new Error("the API server says no address");
}

function kubeconfigOf(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "stub", cluster: { server } }],
    users: [{ name: "stub", user: {} }],
    contexts: [{ name: "stub", context: { cluster: "stub", user: "stub" } }],
    "current-context": "stub",
  });
}

interface Server {
  readonly url: string;
  readonly pid: number;
  /** Milliseconds from the start to the first answer of `/readyz`. */
  readonly ready: number;
  readonly stop: () => Promise<void>;
}

async function startServer(folder: string, kubeconfig: string): Promise<Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const child = Bun.spawn([restart, "serve", `--listen=127.0.0.1:${port}`, "--auth=none"], {
    stdout: "ignore",
    stderr: "ignore",
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, KUBECONFIG: kubeconfig },
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGINT");
    await child.exited;
  };
  while (performance.now() - started < 20_000) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return { url, pid: child.pid, ready: performance.now() - started, stop };
    if (child.exitCode !== null) throw new Error(`restart serve exits ${child.exitCode}`);
    await Bun.sleep(1);
  }
  await stop();
  throw new Error("restart serve is not ready after 20 s");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

async function starts(start: () => Promise<Server>, empty: string): Promise<readonly Figure[]> {
  const ready: number[] = [];
  const idle: number[] = [];
  for (let round = 0; round <= 15; round += 1) {
    const server = await start();
    await server.stop();
    const { wall } = await sample({ name: "empty program", command: [empty] });
    // The first one only warms the caches.
    if (round === 0) continue;
    ready.push(server.ready);
    idle.push(wall);
  }
  const memory: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const server = await start();
    await Bun.sleep(10_000);
    memory.push(usageOf(server.pid).memory);
    await server.stop();
  }
  return [
    { name: "restart serve: ready", unit: "ms", samples: ready, budget: 50 },
    {
      name: "restart serve: ready / empty program",
      unit: "ratio",
      samples: ready.map((each, index) => each / (idle[index] ?? Number.NaN)),
    },
    {
      name: "restart serve: memory after ten idle seconds",
      unit: "MiB",
      samples: memory,
      budget: 60_000_000 / 2 ** 20,
    },
  ];
}

const rounds = 300;
const warmUp = 200;

async function calls(start: () => Promise<Server>, api: string): Promise<readonly Figure[]> {
  const server = await start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const rpc: number[] = [];
    const patch: number[] = [];
    const both: number[] = [];
    // Each call restarts a workload of its own, so that none of them waits for the next second.
    const turns = [
      { samples: rpc, work: (round: number) => callRestart(agent, server.url, `called-${round}`) },
      { samples: patch, work: (round: number) => sendPatch(agent, api, `patched-${round}`) },
      {
        samples: both,
        work: async (round: number) => {
          await send(agent, api, "GET", deploymentPath(`read-${round}`), "application/json", "");
          await sendPatch(agent, api, `read-${round}`);
        },
      },
    ];
    for (let round = 0; round < warmUp + rounds; round += 1) {
      // Who goes first changes: what follows the call finds the API server's process cooler than what follows a PATCH.
      const first = round % turns.length;
      for (const { samples, work } of [...turns.slice(first), ...turns.slice(0, first)]) {
        const took = await timed(() => work(round));
        if (round >= warmUp) samples.push(took);
      }
    }
    const p50 = (samples: readonly number[]) => quantile(samples, 0.5);
    return [
      { name: "Restart RPC p50 over a bare PATCH", unit: "ms", samples: [p50(rpc) - p50(patch)], budget: 0.5 },
      { name: "Restart RPC p50 over a bare GET and PATCH", unit: "ms", samples: [p50(rpc) - p50(both)] },
      { name: "Restart RPC", unit: "ms", samples: rpc },
      { name: "bare PATCH", unit: "ms", samples: patch },
      { name: "bare GET and PATCH", unit: "ms", samples: both },
    ];
  } finally {
    agent.destroy();
    await server.stop();
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function callRestart(agent: Agent, url: string, name: string): Promise<void> {
  const message = { group: "apps", version: "v1", resource: "deployments", namespace: "shop", name };
  const path = "/otterscale.runtime.v1.RuntimeService/Restart";
  return send(agent, url, "POST", path, "application/json", JSON.stringify(message));
}

function deploymentPath(name: string): string {
  return `/apis/apps/v1/namespaces/shop/deployments/${name}`;
}

function sendPatch(agent: Agent, api: string, name: string): Promise<void> {
  const annotations = { "kubectl.kubernetes.io/restartedAt": new Date().toISOString() };
  const body = JSON.stringify({ spec: { template: { metadata: { annotations } } } });
  return send(agent, api, "PATCH", deploymentPath(name), "application/strategic-merge-patch+json", body);
}

/** One request whose answer is read to its end. */
function send(agent: Agent, origin: string, method: string, path: string, type: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": type, "content-length": Buffer.byteLength(body) };
    request(`${origin}${path}`, { agent, method, headers }, (answer) => {
      answer.resume();
      answer.once("error", reject).once("end", () => {
        if (answer.statusCode === 200) resolve();
        else reject(new Error(`${method} ${path} is answered ${answer.statusCode}`));
      });
    })
      .once("error", reject)
      .end(body);
  });
}
