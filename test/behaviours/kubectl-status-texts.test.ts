import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createSimulatedCluster } from "../../src/sim/cluster.ts";
import { renderKubeconfig, serveClusters, systemClock } from "../../src/sim/host.ts";
import { writeKubeconfig } from "../contract/kubeconfig.ts";
import { workload } from "../contract/manifests.ts";
import { start } from "../contract/program.ts";
import { executable } from "../terminal/executable.ts";

interface State {
  readonly name: string;
  readonly spec?: object;
  /** Without one the controller has seen the object as it is. */
  readonly status: Readonly<Record<string, unknown>>;
  readonly line: string;
}

const seen = { observedGeneration: 1 };
const finishing = (name: string, what: string) => `Waiting for deployment "${name}" rollout to finish: ${what}...`;
const spreading = (name: string, what: string) => `Waiting for daemon set "${name}" rollout to finish: ${what}...`;
const partitioned = { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } };

const deployments: readonly State[] = [
  { name: "unseen", status: { observedGeneration: 0 }, line: "Waiting for deployment spec update to be observed..." },
  {
    name: "updating",
    status: { ...seen, replicas: 4, updatedReplicas: 1, availableReplicas: 3 },
    line: finishing("updating", "1 out of 3 new replicas have been updated"),
  },
  {
    name: "beginning",
    status: { ...seen, replicas: 3, availableReplicas: 3 },
    line: finishing("beginning", "0 out of 3 new replicas have been updated"),
  },
  {
    name: "leaving",
    status: { ...seen, replicas: 4, updatedReplicas: 3, availableReplicas: 3 },
    line: finishing("leaving", "1 old replicas are pending termination"),
  },
  {
    name: "starting",
    status: { ...seen, replicas: 3, updatedReplicas: 3, availableReplicas: 2 },
    line: finishing("starting", "2 of 3 updated replicas are available"),
  },
  {
    name: "done",
    status: { ...seen, replicas: 3, updatedReplicas: 3, availableReplicas: 3 },
    line: 'deployment "done" successfully rolled out',
  },
  {
    // The condition is of the rollout before: its deadline says nothing about this one.
    name: "stale",
    status: {
      observedGeneration: 0,
      conditions: [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }],
    },
    line: "Waiting for deployment spec update to be observed...",
  },
];

const nodes = { ...seen, desiredNumberScheduled: 3, currentNumberScheduled: 3, numberMisscheduled: 0, numberReady: 3 };

const daemonSets: readonly State[] = [
  {
    name: "unseen",
    status: { ...nodes, observedGeneration: 0 },
    line: "Waiting for daemon set spec update to be observed...",
  },
  {
    name: "updating",
    status: { ...nodes, updatedNumberScheduled: 1, numberAvailable: 3 },
    line: spreading("updating", "1 out of 3 new pods have been updated"),
  },
  {
    name: "starting",
    status: { ...nodes, updatedNumberScheduled: 3, numberAvailable: 2 },
    line: spreading("starting", "2 of 3 updated pods are available"),
  },
  {
    name: "done",
    status: { ...nodes, updatedNumberScheduled: 3, numberAvailable: 3 },
    line: 'daemon set "done" successfully rolled out',
  },
];

const statefulSets: readonly State[] = [
  {
    name: "unseen",
    status: { observedGeneration: 0, replicas: 3 },
    line: "Waiting for statefulset spec update to be observed...",
  },
  {
    name: "starting",
    status: { ...seen, replicas: 3, readyReplicas: 2, updatedReplicas: 1 },
    line: "Waiting for 1 pods to be ready...",
  },
  {
    name: "updating",
    status: { ...seen, replicas: 3, readyReplicas: 3, updatedReplicas: 1 },
    line: "Waiting for partitioned roll out to finish: 1 out of 3 new pods have been updated...",
  },
  {
    name: "held",
    spec: partitioned,
    status: { ...seen, replicas: 3, readyReplicas: 3 },
    line: "Waiting for partitioned roll out to finish: 0 out of 1 new pods have been updated...",
  },
  {
    name: "partitioned",
    spec: partitioned,
    status: { ...seen, replicas: 3, readyReplicas: 3, updatedReplicas: 1 },
    line: "partitioned roll out complete: 1 new pods have been updated...",
  },
  {
    name: "done",
    status: { ...seen, replicas: 3, readyReplicas: 3, updatedReplicas: 3 },
    line: "partitioned roll out complete: 3 new pods have been updated...",
  },
];

/** Without controllers: every status stays as it was written. */
const sim = createSimulatedCluster({ clock: systemClock, seed: 7, name: "test", controllers: false });
const closers: (() => Promise<unknown>)[] = [];
let env = { KUBECONFIG: "", HOME: "" };

beforeAll(async () => {
  const served = await serveClusters([sim]);
  closers.push(served.close);
  const file = await writeKubeconfig(renderKubeconfig(served.entries, "default"), closers);
  env = { KUBECONFIG: file, HOME: join(file, "..") };
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

const kubectl = (...args: readonly string[]) => start(inject("controlPlane")?.kubectl ?? "", args, env).ended;
const restart = (...args: readonly string[]) => start(executable, args, env).ended;

async function write(kind: "Deployment" | "StatefulSet" | "DaemonSet", { name, spec, status }: State): Promise<void> {
  const collection = `/apis/apps/v1/namespaces/default/${kind.toLowerCase()}s`;
  const replicas = kind === "DaemonSet" ? {} : { replicas: 3 };
  const object = workload(kind, name, { spec: { ...replicas, ...spec } });
  const created = await send("POST", collection, object);
  await send("PUT", `${collection}/${name}/status`, { ...created, status });
}

async function send(method: string, path: string, object: object): Promise<object> {
  const headers = { "content-type": "application/json" };
  const request = new Request(`https://test.example${path}`, { method, headers, body: JSON.stringify(object) });
  const response = await sim.handle(request);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as object;
}

describe("where a rollout stands, in kubectl's words", () => {
  it.each([
    ["row 64: of a Deployment", "Deployment", deployments],
    ["row 65: of a DaemonSet", "DaemonSet", daemonSets],
    ["row 65: of a StatefulSet", "StatefulSet", statefulSets],
  ] as const)("%s", async (_, kind, states) => {
    for (const state of states) await write(kind, state);
    const targets = states.map(({ name }) => `${kind.toLowerCase()}/${name}`);
    const theirs = await kubectl("rollout", "status", ...targets, "--watch=false");
    const ours = await restart("status", ...targets, "--watch=false");
    expect(theirs.stdout).toBe(states.map(({ line }) => `${line}\n`).join(""));
    expect(ours).toEqual(theirs);
  });

  it("row 66: of a Deployment whose deadline is over", async () => {
    const conditions = [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }];
    const status = { ...seen, replicas: 4, updatedReplicas: 1, availableReplicas: 3, conditions };
    await write("Deployment", { name: "late", status, line: "" });
    for (const flags of [["--watch=false"], []]) {
      const theirs = await kubectl("rollout", "status", "deploy/late", ...flags);
      const ours = await restart("status", "deploy/late", ...flags);
      expect(theirs).toEqual({
        exitCode: 1,
        stdout: "",
        stderr: 'error: deployment "late" exceeded its progress deadline\n',
      });
      expect(ours.exitCode).toBe(5);
      expect(ours.stderr.startsWith(theirs.stderr)).toBe(true);
    }
  });

  it("row 65: of what is replaced by hand", async () => {
    const spec = { updateStrategy: { type: "OnDelete" } };
    await write("StatefulSet", { name: "manual", spec, status: seen, line: "" });
    await write("DaemonSet", { name: "manual", spec, status: seen, line: "" });
    for (const target of ["sts/manual", "ds/manual"]) {
      const theirs = await kubectl("rollout", "status", target);
      const ours = await restart("status", target);
      expect([theirs.exitCode, ours.exitCode]).toEqual([1, 4]);
      expect(ours.stderr).toBe(theirs.stderr);
    }
  });
});
