import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../../src/core/events.ts";
import type { RolloutLimits } from "../../../src/core/rollout.ts";
import { diagnosisPhrase } from "../../../src/words/diagnosis.ts";
import { createStage, ends, last, plan, run, type Stage, workload } from "../simulated.ts";

// Every cluster here is simulated, with the events of its kubelets. What an API server, a scheduler and a controller can
// show without a kubelet is in test/contract/stuck.test.ts, on a real control plane, too.

type Seen = { readonly resource: string; readonly object: Record<string, unknown> };

interface Case {
  readonly name: string;
  readonly kind?: string;
  readonly trouble?: Readonly<Record<string, string>>;
  /** Of the pod template's spec. */
  readonly pod?: object;
  readonly spec?: object;
  readonly prepare?: (stage: Stage) => Promise<void>;
  readonly limits?: Partial<RolloutLimits>;
  /** The event or the status that shows it. */
  readonly shownBy: (seen: Seen) => boolean;
  readonly diagnosis: object;
  readonly sentence: string | RegExp;
  readonly ends: readonly (string | number)[];
}

const container = { name: "app", image: "shop.example/app:1" };
const isEvent = (reason: string, message: RegExp) => (seen: Seen) =>
  seen.resource === "events" && seen.object["reason"] === reason && message.test(String(seen.object["message"]));
const pods = (status: RegExp) => (seen: Seen) =>
  seen.resource === "pods" && status.test(JSON.stringify({ status: seen.object["status"] }));
const quota = (stage: Stage) =>
  stage.apply({
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "pods", namespace: "shop" },
    spec: { hard: { pods: "3" } },
  });
const slack = { maxSurge: 1, maxUnavailable: 0 };
const failed = ["failed", 5];
const stalled = ["stalled", 6];

const table: readonly Case[] = [
  {
    name: "a quota without room",
    spec: { strategy: { type: "RollingUpdate", rollingUpdate: slack } },
    prepare: quota,
    shownBy: isEvent("FailedCreate", /exceeded quota/),
    diagnosis: { cause: "quota", quota: "pods", requested: "pods=1", used: "pods=3", limited: "pods=3" },
    sentence: 'quota "pods" has no room for its pods: pods=1 asked for, pods=3 used, pods=3 allowed',
    ends: failed,
  },
  {
    name: "an admission webhook, told of a StatefulSet only by events",
    kind: "StatefulSet",
    trouble: { "fake/refused": "after-restart" },
    shownBy: isEvent("FailedCreate", /denied the request/),
    diagnosis: { cause: "admission", policy: "pods.policy.example" },
    sentence: /^pods\.policy\.example refuses its pods: .*images must be signed$/,
    ends: failed,
  },
  {
    name: "no node with room",
    trouble: { "fake/unschedulable": "after-restart" },
    shownBy: pods(/Insufficient cpu/),
    diagnosis: { cause: "unschedulable", resource: "cpu", nodes: 3, allNodes: 3 },
    sentence: /^pod web-\S+: no node takes it, 3 of 3 nodes for want of cpu$/,
    ends: failed,
  },
  {
    name: "a volume that another node holds",
    trouble: { "fake/multi-attach": "after-restart" },
    shownBy: isEvent("FailedAttachVolume", /Multi-Attach/),
    diagnosis: { cause: "volume", volume: "pvc-4711", heldBy: "web-old" },
    sentence: /^pod web-\S+: its volume "pvc-4711" is still attached to another node, by pod web-old$/,
    ends: failed,
  },
  {
    name: "a volume claim that is not there",
    pod: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] },
    shownBy: pods(/persistentvolumeclaim \\"data\\" not found/),
    diagnosis: { cause: "volume", claim: "data", command: expect.arrayContaining(["describe", "pvc", "data"]) },
    sentence: /^pod web-\S+: its volume claim "data" cannot be used: /,
    ends: failed,
  },
  {
    name: "an image that cannot be pulled",
    trouble: { "fake/image-pull": "after-restart" },
    shownBy: pods(/ErrImagePull/),
    diagnosis: { cause: "image-pull", image: "shop.example/app:1" },
    sentence: /^pod web-\S+, container app: image "shop.example\/app:1" cannot be pulled: rpc error: .*not found$/,
    ends: failed,
  },
  {
    name: "a Secret that is missing",
    trouble: { "fake/config-error": "after-restart" },
    shownBy: pods(/CreateContainerConfigError/),
    diagnosis: { cause: "config-error", reference: "secret/db-credentials" },
    sentence: /^pod web-\S+, container app: Secret "db-credentials" does not exist$/,
    ends: failed,
  },
  {
    name: "an init container that fails",
    trouble: { "fake/init-crash": "after-restart" },
    pod: { initContainers: [{ name: "migrate", image: "shop.example/migrate:1" }] },
    shownBy: pods(/"initContainerStatuses":\[\{[^\]]*"state":\{"terminated":\{"exitCode":3[^\]]*"restartCount":1/),
    diagnosis: { cause: "init-container", container: "migrate", exitCode: 3 },
    sentence: /^pod web-\S+, container migrate: fails at start-up, exit code 3, 1 restart$/,
    ends: failed,
  },
  {
    name: "a container without memory",
    trouble: { "fake/crash": "after-restart", "fake/oom": "true" },
    shownBy: pods(/"terminated":\{"exitCode":137.*"restartCount":1|"restartCount":1.*"terminated":\{"exitCode":137/),
    diagnosis: {
      cause: "crash-loop",
      exitCode: 137,
      exitReason: "OOMKilled",
      signal: "SIGKILL",
      logs: expect.arrayContaining([expect.stringContaining("cannot start without a database")]),
    },
    sentence: /^pod web-\S+, container app: keeps crashing, exit code 137 \(OOMKilled, SIGKILL\), 1 restart$/,
    ends: failed,
  },
  {
    name: "a readiness probe that has failed three times",
    trouble: { "fake/never-ready": "after-restart" },
    limits: { stallTimeout: 120_000 },
    shownBy: (seen) => isEvent("Unhealthy", /^Readiness/)(seen) && Number(seen.object["count"]) >= 3,
    diagnosis: { cause: "probe", probe: "readiness", message: "HTTP probe failed with statuscode: 503" },
    sentence: /^pod web-\S+, container app: its readiness probe fails: HTTP probe failed with statuscode: 503$/,
    ends: stalled,
  },
  {
    name: "a readiness probe of which one failure counts",
    trouble: { "fake/never-ready": "after-restart" },
    pod: { containers: [{ ...container, readinessProbe: { failureThreshold: 1, tcpSocket: { port: 80 } } }] },
    limits: { stallTimeout: 120_000 },
    shownBy: isEvent("Unhealthy", /^Readiness/),
    diagnosis: { cause: "probe", probe: "readiness" },
    sentence: /^pod web-\S+, container app: its readiness probe fails: /,
    ends: stalled,
  },
  {
    name: "a liveness probe for which kubelet kills it, which is no crash",
    trouble: { "fake/liveness": "after-restart" },
    shownBy: (seen) => isEvent("Unhealthy", /^Liveness/)(seen) && Number(seen.object["count"]) >= 3,
    diagnosis: { cause: "probe", probe: "liveness", container: "app" },
    sentence: /^pod web-\S+, container app: its liveness probe fails: HTTP probe failed with statuscode: 500/,
    ends: failed,
  },
  {
    name: "a finalizer that keeps an old pod",
    kind: "StatefulSet",
    prepare: (stage) => change(stage, "pods", "web-2", { finalizers: ["shop.example/drain"] }),
    limits: { stallTimeout: 120_000 },
    shownBy: ({ resource, object }) =>
      resource === "pods" &&
      (object["metadata"] as { deletionGracePeriodSeconds?: number }).deletionGracePeriodSeconds === 0,
    diagnosis: { cause: "terminating", pod: "web-2", finalizers: ["shop.example/drain"], gracePeriodSeconds: 0 },
    sentence: "pod web-2: it is being deleted and does not go: finalizer shop.example/drain holds it",
    ends: stalled,
  },
];

async function change({ sim: { store } }: Stage, resource: string, name: string, metadata: object) {
  const found = store.get(resource, "shop", name);
  if (found === undefined) throw new Error(name);
  store.update(resource, { ...found, metadata: { ...found.metadata, ...metadata } });
}

const allow = [
  "rollout-in-progress",
  "already-unhealthy",
  "missing-ref",
  "downtime",
  "quota",
  "no-room",
  "rwo-deadlock",
];

function template({ trouble = {}, pod = {} }: Pick<Case, "trouble" | "pod">) {
  return { metadata: { labels: { app: "web" }, annotations: trouble }, spec: { containers: [container], ...pod } };
}

/** Restarts `web` and notes when what `shownBy` looks for was first there, after the PATCH. */
async function restart(
  stage: Stage,
  { kind = "Deployment", limits = {}, shownBy }: Pick<Case, "kind" | "limits" | "shownBy">,
) {
  let shown: number | undefined;
  let sent = false;
  stage.sim.store.subscribe(({ resource, object }) => {
    if (sent && shown === undefined && shownBy({ resource, object: object as never })) shown = stage.clock.now();
  });
  const planned = await plan(stage, [[kind, "web"]], { allow });
  const events = await run(stage, planned, {
    limits,
    during: (event) => {
      if (event.type === "target.intent") sent = true;
    },
  });
  return { events, shown: () => shown };
}

/** The first event that tells of the cause. */
function firstTold(events: readonly RunEvent[], cause: string) {
  return events.find(
    (event) =>
      (event.type === "target.warning" || event.type === "target.finished") && event.diagnosis?.cause === cause,
  );
}

describe("a rollout that does not move says why within two seconds", () => {
  it.each(table)("$name", async (row) => {
    const stage = await createStage();
    await stage.apply(workload(row.kind ?? "Deployment", "web", { spec: { ...row.spec, template: template(row) } }));
    await row.prepare?.(stage);
    const { events, shown } = await restart(stage, row);
    const finished = last(events, "target.finished");
    expect(finished.diagnosis).toMatchObject(row.diagnosis);
    expect(ends(events)).toEqual(row.ends);
    if (finished.diagnosis === undefined) throw new Error("no diagnosis");
    expect(diagnosisPhrase(finished.diagnosis)).toMatch(
      row.sentence instanceof RegExp ? row.sentence : new RegExp(`^${escaped(row.sentence)}$`),
    );
    const told = firstTold(events, finished.diagnosis.cause);
    const late = Date.parse(told?.time ?? "") - (shown() ?? Number.NaN);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThanOrEqual(2000);
  });
});

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const never = () => false;

describe("what only the passing of time shows", () => {
  it("a controller that does not look at the change", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    await change(stage, "deployments.apps", "web", { annotations: { "fake/unobserved": "true" } });
    const { events } = await restart(stage, { shownBy: never, limits: { stallTimeout: 60_000 } });
    const { diagnosis } = last(events, "target.finished");
    expect(diagnosis).toMatchObject({ cause: "not-observed", generation: 2, observedGeneration: 1 });
    expect(diagnosis && diagnosisPhrase(diagnosis)).toBe(
      "its controller has not seen the change (generation 2, seen 1)",
    );
    const [patched, warned] = [last(events, "target.patched"), last(events, "target.warning")];
    expect(Date.parse(warned.time) - Date.parse(patched.time)).toBeLessThanOrEqual(12_000);
    expect(ends(events)).toEqual(stalled);
  });

  it.each([
    { state: "gone", words: "is gone", outcome: ["healthy", 0] },
    { state: "not-ready", words: "does not report", outcome: stalled },
  ])("an old pod whose node $words, two seconds after its grace period", async ({ state, words, outcome }) => {
    const stage = await createStage();
    await stage.apply(workload("StatefulSet", "web"));
    const { store } = stage.sim;
    const { nodeName: name = "" } = (store.get("pods", "shop", "web-2")?.spec ?? {}) as { nodeName?: string };
    if (state === "gone") store.remove("nodes", undefined, name);
    else {
      const { status } = store.get("nodes", undefined, name) ?? {};
      store.updateStatus("nodes", undefined, name, {
        ...(status as object),
        conditions: [{ type: "Ready", status: "Unknown", reason: "NodeStatusUnknown" }],
      });
    }
    const { events } = await restart(stage, { kind: "StatefulSet", shownBy: never, limits: { stallTimeout: 120_000 } });
    const warned = last(events, "target.warning");
    expect(warned.diagnosis).toMatchObject({ cause: "terminating", pod: "web-2", node: name, nodeState: state });
    expect(diagnosisPhrase(warned.diagnosis)).toBe(
      `pod web-2: it is being deleted and does not go: its node ${name} ${words}`,
    );
    const going = events.find((event) => event.type === "target.pod" && event.state === "terminating");
    expect(Date.parse(warned.time) - Date.parse(going?.time ?? "")).toBe(32_000);
    expect(ends(events)).toEqual(outcome);
  });

  it("nothing, and then it says what it looked at", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { trouble: { "fake/ready-delay": "400000" } }));
    const { events } = await restart(stage, { shownBy: never, limits: { stallTimeout: 100_000 } });
    const { diagnosis } = last(events, "target.finished");
    expect(diagnosis).toMatchObject({
      cause: "unknown",
      lookedAt: ["deployments/web", "replicasets", "pods", "events"],
    });
    expect(diagnosis && diagnosisPhrase(diagnosis)).toMatch(
      /^pod web-\S+, container app: no progress, .*nothing says why$/,
    );
  });
});

describe("a progress deadline", () => {
  it("that nothing explains says what was looked at", async () => {
    const stage = await createStage();
    const spec = { progressDeadlineSeconds: 60, template: template({ trouble: { "fake/ready-delay": "400000" } }) };
    await stage.apply(workload("Deployment", "web", { spec }));
    const { events } = await restart(stage, { shownBy: never });
    expect(ends(events)).toEqual(failed);
    expect(last(events, "target.finished").diagnosis).toMatchObject({
      cause: "progress-deadline",
      lookedAt: ["deployments/web", "replicasets", "pods", "events"],
    });
  });

  it("is not the reason where there is one", async () => {
    const stage = await createStage();
    const trouble = { "fake/never-ready": "after-restart" };
    const spec = { progressDeadlineSeconds: 60, template: template({ trouble }) };
    await stage.apply(workload("Deployment", "web", { spec }));
    const { events } = await restart(stage, { shownBy: never });
    expect(ends(events)).toEqual(failed);
    expect(last(events, "target.finished").diagnosis).toMatchObject({ cause: "probe", probe: "readiness" });
  });
});

describe("two causes at once", () => {
  it("the earlier one is the reason, and the other is told before", async () => {
    const stage = await createStage();
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } };
    await stage.apply(
      workload("Deployment", "web", { trouble: { "fake/crash": "after-restart" }, spec: { strategy } }),
    );
    await stage.apply({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "pods", namespace: "shop" },
      spec: { hard: { pods: "4" } },
    });
    const { events } = await restart(stage, { shownBy: never });
    expect(last(events, "target.finished").diagnosis?.cause).toBe("quota");
    const warnings = events.flatMap((event) => (event.type === "target.warning" ? [event.diagnosis.cause] : []));
    expect(warnings).toEqual(["quota", "crash-loop"]);
  });
});

describe("a volume that came after all", () => {
  it.each([
    ["says that the sandbox is ready", true],
    ["does not, but goes on to pull", false],
  ])("does not fail a pod that pulls its image for long, when kubelet %s", async (_, says) => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { trouble: { "fake/mount-heals": "after-restart" } }));
    if (!says) {
      // As kubelets before 1.29.
      stage.sim.store.subscribe(({ resource, object, type }) => {
        if (resource !== "pods" || type === "DELETED") return;
        const status = object.status as { conditions?: readonly { type: string }[] };
        const conditions = status.conditions?.filter((condition) => condition.type !== "PodReadyToStartContainers");
        if (conditions?.length === status.conditions?.length) return;
        const { namespace, name } = object.metadata;
        stage.sim.store.updateStatus("pods", namespace, name, { ...status, conditions });
      });
    }
    const { events } = await restart(stage, { shownBy: never });
    expect(ends(events)).toEqual(["healthy", 0]);
    const warnings = events.flatMap((event) => (event.type === "target.warning" ? [event.diagnosis.cause] : []));
    expect(new Set(warnings)).toEqual(new Set(["volume"]));
    expect(last(events, "target.finished").seconds).toBeGreaterThan(150);
    // What the pod says itself need not be asked for.
    expect(stage.sim.requests.some(({ query }) => query.includes("involvedObject"))).toBe(!says);
  });
});

describe("who may not watch events", () => {
  it("gets the same reason from a look now and then", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { trouble: { "fake/multi-attach": "after-restart" } }));
    const denied = { apiVersion: "v1", kind: "Status", status: "Failure", reason: "Forbidden", code: 403 };
    stage.sim.intercept((request) => {
      const { pathname, searchParams } = new URL(request.url);
      const isAll = pathname.endsWith("/events") && !(searchParams.get("fieldSelector") ?? "").includes("uid");
      return isAll ? Response.json(denied, { status: 403 }) : undefined;
    });
    const { events } = await restart(stage, { shownBy: never });
    expect(ends(events)).toEqual(failed);
    expect(last(events, "target.finished").diagnosis).toMatchObject({ cause: "volume", volume: "pvc-4711" });
  });
});
