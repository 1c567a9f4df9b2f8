import {
  type Cluster,
  clusterIdentity,
  findKind,
  findNamed,
  type KubeApi,
  listWorkloads,
  makePlan,
  memoryJournal,
  type Plan,
  preflight,
  type RunEvent,
  runPlan,
  toRestartError,
} from "../../src/core/index.ts";
import { get } from "../../src/kube/get.ts";
import { list } from "../../src/kube/list.ts";
import { resourcePath } from "../../src/kube/path.ts";
import { watch } from "../../src/kube/watch.ts";
import type { Expect } from "./expect.ts";

/** What a runtime brings: its own fetch to the two servers of the runner. */
export interface Surroundings {
  /** The simulated cluster. */
  readonly cluster: Cluster;
  /** A server that answers as no API server should; see run.ts. */
  readonly odd: Cluster;
  /** Prepared by the runner, this runtime's own. */
  readonly namespace: string;
}

export interface Case {
  readonly name: string;
  readonly run: (surroundings: Surroundings, expect: Expect) => Promise<void>;
}

export interface Result {
  readonly name: string;
  /** Empty when it passed. */
  readonly problem: string;
}

/** Runs every case after another, so that one runtime's requests are easy to count. */
export async function runSuite(surroundings: Surroundings, expect: Expect): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const { name, run } of cases) {
    try {
      await run(surroundings, expect);
      results.push({ name, problem: "" });
    } catch (error) {
      results.push({ name, problem: error instanceof Error ? error.message : String(error) });
    }
  }
  return results;
}

const clock = {
  now: () => Date.now(),
  sleep: (milliseconds: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, milliseconds);
      signal?.addEventListener("abort", stop, { once: true });
    }),
};

const apiOf = (cluster: Cluster): KubeApi => ({ cluster, clock, random: Math.random });
const pods = (namespace: string) => ({ group: "", version: "v1", resource: "pods", namespace });
const nameOf = ({ metadata }: { readonly metadata: { readonly name: string } }) => metadata.name;

async function planOf({ cluster, namespace }: Surroundings, kindName: string, name: string): Promise<Plan> {
  const api = apiOf(cluster);
  const kind = findKind("apps/v1", kindName);
  if (kind === undefined) throw new Error(kindName);
  const options = { fieldManager: "restart", wait: true, allow: [] };
  const found = await findNamed(api, kind, namespace, name);
  const target = await preflight(api, found, { ...options, clusterUid: await clusterIdentity(api) });
  return makePlan([target], options, { now: clock.now(), random: Math.random });
}

async function restartOf(surroundings: Surroundings, kindName: string, name: string): Promise<readonly RunEvent[]> {
  const plan = await planOf(surroundings, kindName, name);
  const never = new AbortController().signal;
  const capabilities = { clock, random: Math.random, journal: memoryJournal };
  const open = () => apiOf(surroundings.cluster);
  return Array.fromAsync(runPlan(plan, capabilities, { open, drain: never, leave: never }));
}

function finished(events: readonly RunEvent[]): RunEvent & { readonly type: "target.finished" } {
  const found = events.find((event) => event.type === "target.finished");
  if (found === undefined) throw new Error("no target.finished");
  return found;
}

const cases: readonly Case[] = [
  ...["Deployment", "StatefulSet", "DaemonSet"].map(
    (kind): Case => ({
      name: `a ${kind} is restarted and followed until it is healthy`,
      run: async (surroundings, expect) => {
        const end = finished(await restartOf(surroundings, kind, "web"));
        expect.equal(
          [end.outcome, end.progress?.newPodsReady, end.progress?.oldPods],
          ["healthy", end.progress?.desired, 0],
        );
      },
    }),
  ),
  {
    name: "a Deployment whose new pods crash fails with pod, container and exit code",
    run: async (surroundings, expect) => {
      const { outcome, diagnosis } = finished(await restartOf(surroundings, "Deployment", "crash"));
      expect.equal(
        [outcome, diagnosis?.cause, diagnosis?.container, diagnosis?.exitCode, diagnosis?.pod?.startsWith("crash-")],
        ["failed", "crash-loop", "app", 1, true],
      );
    },
  },
  {
    name: "a paused Deployment is blocked",
    run: async (surroundings, expect) => {
      const plan = await planOf(surroundings, "Deployment", "paused");
      expect.equal(
        plan.targets[0]?.findings.map(({ code, level }) => [code, level]),
        [["paused", "block"]],
      );
    },
  },
  {
    name: "a list comes in pages, in order",
    run: async ({ cluster, namespace }, expect) => {
      const kind = findKind("apps/v1", "Deployment");
      const workloads = kind && (await listWorkloads(apiOf(cluster), kind, { namespace, limit: 1 }));
      expect.equal(
        workloads?.map(({ ref }) => ref.name),
        ["crash", "paused", "web"],
      );
    },
  },
  {
    name: "an object that is not there is NotFound, with the API server's words",
    run: async ({ cluster, namespace }, expect) => {
      const found = await get(apiOf(cluster), { ...pods(namespace), name: "nope" }, "Pod").then(
        () => toRestartError("found"),
        toRestartError,
      );
      expect.equal([found.reason, found.message], ["NotFound", 'pods "nope" not found']);
    },
  },
  {
    name: "a path that would escape is refused before it is sent",
    run: async (_, expect) => {
      for (const name of ["..", "a/b", "%2e%2e", ""]) {
        await expect.rejects(
          Promise.resolve().then(() => resourcePath({ ...pods("x"), name })),
          "Usage",
        );
      }
    },
  },
  {
    name: "a watch reads text that is split within a character",
    run: async ({ odd }, expect) => {
      const events = watch(apiOf(odd), pods("split"), nameOf, { resourceVersion: "1" });
      expect.equal(await Array.fromAsync(events), [{ type: "added", object: "wéb-✓" }]);
    },
  },
  {
    name: "a watch that is cut in the middle of a line is an error, not an end",
    run: async ({ odd }, expect) => {
      const events = watch(apiOf(odd), pods("cut"), nameOf, { resourceVersion: "1" });
      await expect.rejects(Array.fromAsync(events), "StreamCut");
    },
  },
  {
    name: "a version that is no longer kept is Expired",
    run: async ({ odd }, expect) => {
      const events = watch(apiOf(odd), pods("expired"), nameOf, { resourceVersion: "1" });
      await expect.rejects(Array.fromAsync(events), "Expired");
    },
  },
  {
    name: "a watch that is left ends",
    run: async ({ odd }, expect) => {
      const leave = new AbortController();
      const events = watch(apiOf(odd), pods("quiet"), nameOf, { resourceVersion: "1", signal: leave.signal });
      expect.equal((await events.next()).value, { type: "added", object: "first" });
      const next = events.next();
      leave.abort(new Error("left"));
      await next.then(
        () => Promise.reject(new Error("it went on")),
        () => undefined,
      );
    },
  },
  {
    name: "a 429 in plain text is waited for and asked again",
    run: async ({ odd, namespace }, expect) => {
      const { items } = await list(apiOf(odd), pods(`busy-${namespace}`), "PodList", nameOf);
      expect.equal(items, ["served"]);
    },
  },
  {
    name: "a page of a proxy is no answer, however friendly its status",
    run: async ({ odd }, expect) => {
      await expect.rejects(list(apiOf(odd), pods("login"), "PodList", nameOf), "UnexpectedAnswer");
    },
  },
  {
    name: "a redirect is not followed",
    run: async ({ odd }, expect) => {
      await expect.rejects(list(apiOf(odd), pods("moved"), "PodList", nameOf), "UnexpectedAnswer");
    },
  },
];

/** How many cases there are, so that a runtime that ran none is noticed. */
export const caseCount: number = cases.length;
