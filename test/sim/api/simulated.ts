import { createSimulatedCluster, type SimulatedCluster } from "../../../src/sim/cluster.ts";
import { createVirtualClock, type VirtualClock } from "../../virtual-clock.ts";

export const start = Date.parse("2026-11-25T12:00:00Z");

export interface Answer {
  readonly status: number;
  readonly text: string;
  // Tests read answers of every shape.
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

export interface Bench {
  readonly clock: VirtualClock;
  readonly sim: SimulatedCluster;
  /** Sends a request; a body that is an object goes as JSON. `METHOD /path`. */
  readonly send: (request: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  /** Opens a stream and hands out its lines as they come. */
  readonly open: (path: string, signal?: AbortSignal) => Promise<Lines>;
}

export interface Lines {
  readonly headers: Headers;
  /** What has come until now, parsed; an end is `"closed"` or the reason of an error. */
  readonly seen: unknown[];
  readonly cancel: () => Promise<void>;
}

/** A cluster without controllers, with the namespace `shop`. */
export function bench(
  options: { readonly controllers?: boolean; readonly customResources?: readonly string[] } = {},
): Bench {
  const clock = createVirtualClock(start);
  const sim = createSimulatedCluster({ clock, seed: 1, name: "test", controllers: false, ...options });
  sim.store.create("namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "shop" },
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  });
  const send: Bench["send"] = async (request, body, headers = {}) => {
    const [method = "GET", path = "/"] = request.split(" ");
    const response = await sim.handle(
      new Request(`http://sim.example${path}`, {
        method,
        headers: { "user-agent": "tester/1.0", "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
    return { status: response.status, text, body: isJson ? JSON.parse(text) : {}, headers: response.headers };
  };
  const open: Bench["open"] = async (path, signal) => {
    const response = await sim.handle(new Request(`http://sim.example${path}`, signal === undefined ? {} : { signal }));
    const seen: unknown[] = [];
    const reader = response.body?.getReader();
    const read = async (): Promise<void> => {
      const decoder = new TextDecoder();
      for (;;) {
        const chunk = await reader?.read();
        if (chunk === undefined || chunk.done) break;
        for (const line of decoder.decode(chunk.value).split("\n")) {
          if (line !== "") seen.push(line.startsWith("{") ? JSON.parse(line) : line);
        }
      }
      seen.push("closed");
    };
    read().catch((reason: unknown) => seen.push(reason));
    return { headers: response.headers, seen, cancel: async () => reader?.cancel() };
  };
  return { clock, sim, send, open };
}

export function configMap(name: string, labels: Readonly<Record<string, string>> = {}): unknown {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels }, data: { key: name } };
}

export function deployment(name: string, spec: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "c", image: "nginx:1" }] } },
      ...spec,
    },
  };
}

export const configMaps = "/api/v1/namespaces/shop/configmaps";
export const deployments = "/apis/apps/v1/namespaces/shop/deployments";
