import { describe, expect, it } from "vitest";
import { openPodDeletion } from "../../src/core/delete-pods.ts";
import type { RunEvent } from "../../src/core/events.ts";
import { statefulset } from "../../src/core/kinds/statefulset.ts";
import { type PodObject, projectPod } from "../../src/core/pods.ts";
import type { RolloutTarget } from "../../src/core/rollout-sources.ts";
import type { Reading, Sight } from "../../src/core/rollout-state.ts";
import { findNamed } from "../../src/core/select.ts";
import { createStage, ends, last, plan, run, type Stage, workload } from "./simulated.ts";

const byHand = (kind: string, options: Parameters<typeof workload>[2] = {}) =>
  workload(kind, "web", { ...options, spec: { updateStrategy: { type: "OnDelete" }, ...options.spec } });

async function stageWith(object: ReturnType<typeof workload>): Promise<Stage> {
  const stage = await createStage();
  await stage.apply(object);
  await stage.clock.advance(60_000);
  return stage;
}

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const pods = ({ sim }: Stage) => sim.store.list("pods", "shop") as readonly Pod[];

function ready(stage: Stage): number {
  return pods(stage).filter(
    ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined &&
      status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True"),
  ).length;
}

/** Names of the pods whose deletion was asked for, in order; dry runs are none. */
function deletions({ sim }: Stage): readonly string[] {
  return sim.requests
    .filter(({ method, body }) => method === "DELETE" && !body.includes("dryRun"))
    .map(({ path }) => path.split("/").at(-1) ?? "");
}

const deletePods = { deletePods: true };

/** Runs the restart, and the fewest pods that were ready meanwhile. */
async function runWatched(stage: Stage, kind: string) {
  let fewest = Number.POSITIVE_INFINITY;
  const unsubscribe = stage.sim.store.subscribe(({ resource }) => {
    if (resource === "pods") fewest = Math.min(fewest, ready(stage));
  });
  const events = await run(stage, await plan(stage, [[kind, "web"]], deletePods));
  unsubscribe();
  return { events, fewest };
}

const states = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === "target.pod" ? [`${event.pod} ${event.revision} ${event.state}`] : []));

describe("a workload whose pods nobody replaces", () => {
  it("is refused, and planned when its pods are deleted by the run", async () => {
    const stage = await stageWith(byHand("StatefulSet"));
    const [refused] = (await plan(stage, [["StatefulSet", "web"]])).targets;
    expect(refused?.findings).toEqual([{ code: "on-delete", level: "block", evidence: {} }]);
    const [planned] = (await plan(stage, [["StatefulSet", "web"]], deletePods)).targets;
    expect(planned).toMatchObject({ deletePods: true, affected: 3 });
    expect(planned?.findings).toEqual([{ code: "on-delete", level: "warn", evidence: { pods: "3", atOnce: "1" } }]);
    expect(deletions(stage)).toEqual([]);
  });

  it("is no other workload", async () => {
    const stage = await stageWith(workload("StatefulSet", "web"));
    const [planned] = (await plan(stage, [["StatefulSet", "web"]], deletePods)).targets;
    expect(planned).not.toHaveProperty("deletePods");
    expect(planned?.findings).toEqual([]);
  });

  it("has its pods deleted from the highest ordinal on, each when the one before it is ready again", async () => {
    const stage = await stageWith(byHand("StatefulSet"));
    const old = pods(stage).map(({ metadata }) => metadata.uid);
    const { events, fewest } = await runWatched(stage, "StatefulSet");
    expect(ends(events)).toEqual(["healthy", 0]);
    expect(deletions(stage)).toEqual(["web-2", "web-1", "web-0"]);
    expect(fewest).toBe(2);
    expect(pods(stage).filter(({ metadata }) => old.includes(metadata.uid))).toEqual([]);
    const told = states(events);
    const steps = ["web-2 old terminating", "web-2 new ready", "web-1 old terminating", "web-1 new ready"];
    expect(told.filter((state) => steps.includes(state))).toEqual(steps);
    expect(last(events, "target.finished")).not.toHaveProperty("findings");
  });

  it("waits for minReadySeconds before the next", async () => {
    const stage = await stageWith(byHand("StatefulSet", { spec: { minReadySeconds: 30 } }));
    const { events } = await runWatched(stage, "StatefulSet");
    expect(ends(events)).toEqual(["healthy", 0]);
    expect(last(events, "target.finished").seconds).toBeGreaterThanOrEqual(90);
  });

  it.each([
    [undefined, 2],
    [2, 1],
  ])("loses, as a DaemonSet with maxUnavailable %s, no more pods at once", async (maxUnavailable, fewestReady) => {
    const rollingUpdate = maxUnavailable === undefined ? {} : { rollingUpdate: { maxUnavailable } };
    const stage = await stageWith(
      byHand("DaemonSet", { spec: { updateStrategy: { type: "OnDelete", ...rollingUpdate } } }),
    );
    const { events, fewest } = await runWatched(stage, "DaemonSet");
    expect(ends(events)).toEqual(["healthy", 0]);
    expect(deletions(stage)).toHaveLength(3);
    expect(fewest).toBe(fewestReady);
  });

  it("loses the pod first that does not serve anyway, and holds up the others", async () => {
    const stage = await stageWith(byHand("StatefulSet", { trouble: { "fake/crash-after-restart": "true" } }));
    // Marked as if an earlier restart had made it: it crashes.
    const sick = pods(stage).find(({ metadata }) => metadata.name === "web-0");
    if (sick === undefined) throw new Error("web-0 is not there");
    const conditions = sick.status?.conditions?.map((condition) =>
      condition.type === "Ready" ? { ...condition, status: "False" } : condition,
    );
    stage.sim.store.updateStatus("pods", "shop", "web-0", { ...sick.status, conditions });
    await stage.clock.advance(1000);
    const planned = await plan(stage, [["StatefulSet", "web"]], deletePods);
    await run(stage, planned, { limits: { timeout: 20_000 } });
    expect(deletions(stage)).toEqual(["web-0"]);
  });

  it("keeps the others when the first new pod crashes, and says which are left", async () => {
    const stage = await stageWith(byHand("StatefulSet", { trouble: { "fake/crash-after-restart": "true" } }));
    const { events } = await runWatched(stage, "StatefulSet");
    expect(ends(events)).toEqual(["failed", 5]);
    expect(deletions(stage)).toEqual(["web-2"]);
    expect(last(events, "target.finished")).toMatchObject({
      diagnosis: { cause: "crash-loop", pod: "web-2" },
      findings: [{ code: "on-delete", level: "warn", evidence: { left: "2", pods: "web-1 web-0" } }],
    });
  });

  it("is left in the middle by an interruption, and that is said", async () => {
    const stage = await stageWith(byHand("StatefulSet"));
    const leaving = new AbortController();
    const events = await run(stage, await plan(stage, [["StatefulSet", "web"]], deletePods), {
      leave: leaving.signal,
      during: (event) => {
        if (event.type === "target.pod" && event.pod === "web-2" && event.state === "ready") leaving.abort();
      },
    });
    expect(ends(events)).toEqual(["interrupted", 130]);
    expect(last(events, "target.finished").findings?.[0]?.evidence["left"]).toMatch(/^[12]$/);
    const asked = deletions(stage).length;
    await stage.clock.advance(300_000);
    expect(deletions(stage)).toHaveLength(asked);
  });

  it("loses only the pods that were looked at, by their uid", async () => {
    const stage = await stageWith(byHand("StatefulSet"));
    const uids = new Map(pods(stage).map(({ metadata }) => [metadata.name, metadata.uid]));
    await runWatched(stage, "StatefulSet");
    const bodies = stage.sim.requests.flatMap(({ method, path, body }) =>
      method === "DELETE" ? [[path.split("/").at(-1), JSON.parse(body).preconditions.uid]] : [],
    );
    expect(bodies.every(([name, uid]) => uids.get(name) === uid)).toBe(true);
    // The dry run is one of them.
    expect(bodies).toHaveLength(4);
  });

  it.each([
    ["delete", [{ verbs: ["get", "list", "watch"], apiGroups: [""], resources: ["pods"] }]],
    ["list", []],
  ])("is refused before anything is sent to somebody who may not %s pods", async (verb, rules) => {
    const stage = await stageWith(byHand("StatefulSet"));
    const apps = { verbs: ["*"], apiGroups: ["apps", "authorization.k8s.io"], resources: ["*"] };
    stage.sim.addToken("t", "dev", [], [apps, ...rules]);
    const { cluster } = stage.api;
    const fetch: typeof cluster.fetch = (path, init) =>
      cluster.fetch(path, { ...init, headers: { ...init.headers, authorization: "Bearer t" } });
    const limited = { ...stage, api: { ...stage.api, cluster: { ...cluster, fetch } } };
    const [target] = (await plan(limited, [["StatefulSet", "web"]], deletePods)).targets;
    expect(target?.findings).toContainEqual({
      code: "no-permission",
      level: "block",
      evidence: { reason: "Forbidden", message: expect.stringContaining(`cannot ${verb} resource "pods"`) },
    });
  });

  it("fails when the API server takes the right away meanwhile", async () => {
    const stage = await stageWith(byHand("StatefulSet"));
    const planned = await plan(stage, [["StatefulSet", "web"]], deletePods);
    stage.sim.addPolicy({
      match: ({ operation, resource }) => operation === "DELETE" && resource === "pods",
      message: "no deletions today",
      action: "deny",
    });
    const events = await run(stage, planned);
    expect(ends(events)).toEqual(["failed", 5]);
    expect(last(events, "target.finished")).toMatchObject({
      error: { message: expect.stringContaining("no deletions today") },
      findings: [{ evidence: { left: "3", pods: "web-2 web-1 web-0" } }],
    });
  });
});

describe("a pod", () => {
  it.each([
    ["before the restart is observed", { progress: { observed: false } }],
    ["before there is a new revision for its successor", { revision: undefined }],
  ])("is not deleted %s", async (_, change) => {
    const stage = await stageWith(byHand("StatefulSet"));
    const found = await stage.clock.runUntil(findNamed(stage.api, statefulset, "shop", "web"));
    if (found.type !== "found") throw found.error;
    const { workload: seen } = found.item;
    const [first] = stage.sim.store.list("pods", "shop");
    const old = projectPod(first as unknown as PodObject);
    const target = { kind: statefulset, workload: seen } as RolloutTarget;
    const sight = { kind: statefulset, seen: found.item, pods: new Map(), revisions: new Map() } as Sight;
    const reading = {
      progress: { observed: true },
      revision: {},
      newPods: [],
      oldPods: [old, old, old],
    } as unknown as Reading;
    const { signal } = new AbortController();
    await openPodDeletion(stage.api, target).next(sight, { ...reading, ...change } as Reading, signal);
    expect(deletions(stage)).toEqual([]);
    await openPodDeletion(stage.api, target).next(sight, reading, signal);
    expect(deletions(stage)).toEqual([old.name]);
  });
});
