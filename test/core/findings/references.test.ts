import { describe, expect, it } from "vitest";
import { createStage, type Stage } from "../simulated.ts";
import { app, findingsOf, put } from "./stage.ts";

const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "db" }, data: { password: "c2VjcmV0" } };
const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { level: "info" } };
const uses = {
  env: [{ name: "PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } }],
  envFrom: [{ configMapRef: { name: "settings" } }],
};

describe("missing-ref", () => {
  it("is not found when everything is there, its key too", async () => {
    const stage = await createStage();
    put(stage, "secrets", secret);
    put(stage, "configmaps", map);
    await stage.apply(app({ container: uses }));
    expect(await findingsOf(stage, "missing-ref")).toEqual([]);
  });

  it("blocks with every name that is not there", async () => {
    const stage = await createStage();
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "files" } }];
    await stage.apply(app({ container: uses, pod: { volumes, serviceAccountName: "robot" } }));
    expect(await findingsOf(stage, "missing-ref")).toEqual([
      {
        level: "block",
        evidence: { missing: "serviceaccount/robot,persistentvolumeclaim/files,configmap/settings,secret/db" },
      },
    ]);
  });

  it("blocks for a key that a Secret lacks, and never reads a value into the plan", async () => {
    const stage = await createStage();
    put(stage, "secrets", { ...secret, data: { user: "c2VjcmV0" } });
    put(stage, "configmaps", map);
    await stage.apply(app({ container: uses }));
    const found = await findingsOf(stage, "missing-ref");
    expect(found).toEqual([{ level: "block", evidence: { missing: "secret/db:password" } }]);
    expect(JSON.stringify(found)).not.toContain("c2VjcmV0");
  });

  it("leaves out what is optional, and pull secrets", async () => {
    const stage = await createStage();
    const envFrom = [{ secretRef: { name: "db", optional: true } }];
    await stage.apply(app({ container: { envFrom }, pod: { imagePullSecrets: [{ name: "registry" }] } }));
    expect(await findingsOf(stage, "missing-ref")).toEqual([]);
  });

  it("asks a namespace for Secrets once, however many workloads", async () => {
    const stage = await createStage();
    put(stage, "secrets", secret);
    put(stage, "configmaps", map);
    await stage.apply(app({ container: uses }));
    const before = stage.sim.requests.length;
    await findingsOf(stage, "missing-ref");
    const lists = stage.sim.requests.slice(before).filter(({ path }) => /\/(secrets|configmaps)$/.test(path));
    expect(lists).toHaveLength(2);
  });
});

describe("config-changed", () => {
  async function running(): Promise<Stage> {
    const stage = await createStage();
    put(stage, "secrets", secret);
    put(stage, "configmaps", map);
    await stage.apply(app({ container: uses }));
    return stage;
  }

  it("is not found while the pods are younger than what they use", async () => {
    expect(await findingsOf(await running(), "config-changed")).toEqual([]);
  });

  async function change(stage: Stage): Promise<void> {
    const path = "/api/v1/namespaces/shop/configmaps/settings?fieldManager=editor";
    const headers = { "content-type": "application/merge-patch+json" };
    const init = { method: "PATCH", headers, body: JSON.stringify({ data: { level: "debug" } }) };
    await stage.sim.handle(new Request(`https://stage.example${path}`, init));
  }

  it("names what was changed after the pods started, and how long after", async () => {
    const stage = await running();
    await stage.clock.advance(7_200_000 - (stage.clock.now() - firstPod(stage)));
    await change(stage);
    expect(await findingsOf(stage, "config-changed")).toEqual([
      { level: "info", evidence: { changed: "configmap/settings", secondsLater: "7200" } },
    ]);
  });

  it("goes by the oldest pod, however young the others are", async () => {
    const stage = await running();
    await stage.clock.advance(60_000);
    await change(stage);
    const [pod] = stage.sim.store.list("pods");
    const path = `/api/v1/namespaces/shop/pods/${pod?.metadata.name}`;
    const deletion = new Request(`https://stage.example${path}`, { method: "DELETE" });
    expect((await stage.clock.runUntil(stage.sim.handle(deletion))).status).toBe(200);
    await stage.clock.advance(60_000);
    expect(stage.sim.store.list("pods").map(({ metadata }) => metadata.name)).not.toContain(pod?.metadata.name);
    expect(await findingsOf(stage, "config-changed")).toHaveLength(1);
  });

  it.each([
    [1, 0],
    [2, 1],
  ])("takes a change %s s after the oldest pod for later: %s", async (seconds, findings) => {
    const stage = await createStage();
    put(stage, "secrets", secret);
    put(stage, "configmaps", map);
    // Behind the API's back, so that no time passes until they are ready.
    const path = "/apis/apps/v1/namespaces/shop/deployments";
    const headers = { "content-type": "application/json" };
    const init = { method: "POST", headers, body: JSON.stringify(app({ container: uses })) };
    await stage.clock.runUntil(stage.sim.handle(new Request(`https://stage.example${path}`, init)));
    while (stage.sim.store.list("pods").length === 0) await stage.clock.advance(50);
    await stage.clock.advance(seconds * 1000 - (stage.clock.now() - firstPod(stage)));
    await change(stage);
    expect(await findingsOf(stage, "config-changed")).toHaveLength(findings);
  });

  function firstPod(stage: Stage): number {
    return Math.min(...stage.sim.store.list("pods").map(({ metadata }) => Date.parse(metadata.creationTimestamp)));
  }
});

describe("rwo-deadlock", () => {
  const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "files" } }];
  const claim = (...accessModes: readonly string[]) => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "files" },
    spec: { accessModes },
    status: { phase: "Bound" },
  });
  const one = { replicas: 1 };

  async function found(accessMode: string, spec: object = one) {
    const stage = await createStage();
    put(stage, "persistentvolumeclaims", claim(accessMode));
    await stage.apply(app({ spec, pod: { volumes } }));
    return findingsOf(stage, "rwo-deadlock");
  }

  it.each(["ReadWriteOnce", "ReadWriteOncePod"])("blocks with %s when a new pod comes first", async (accessMode) => {
    expect(await found(accessMode)).toEqual([{ level: "block", evidence: { claims: "files", accessMode } }]);
  });

  it("is not found where many may mount it", async () => {
    expect(await found("ReadWriteMany")).toEqual([]);
  });

  const onNode = (...names: readonly string[]) => ({
    nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: names }] }],
  });

  it("is not found when only one node takes the pod, unless one pod alone may hold the volume", async () => {
    const stage = await createStage();
    put(stage, "persistentvolumeclaims", claim("ReadWriteOnce"));
    const pinned = { volumes, nodeSelector: { "kubernetes.io/hostname": "node-1" } };
    await stage.apply(app({ spec: one, pod: pinned }));
    expect(await findingsOf(stage, "rwo-deadlock")).toEqual([]);
    const other = await createStage();
    put(other, "persistentvolumeclaims", claim("ReadWriteOncePod"));
    await other.apply(app({ spec: one, pod: pinned }));
    expect(await findingsOf(other, "rwo-deadlock")).toMatchObject([{ level: "block" }]);
  });

  it.each([
    [["node-1"], []],
    [["node-1", "node-2"], [{ level: "block", evidence: { claims: "files", accessMode: "ReadWriteOnce" } }]],
  ])("asks which nodes the volume reaches: %j", async (names, findings) => {
    const stage = await createStage();
    const bound = claim("ReadWriteOnce");
    put(stage, "persistentvolumeclaims", { ...bound, spec: { ...bound.spec, volumeName: "disk" } });
    stage.sim.store.create("persistentvolumes", {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "disk" },
      spec: { nodeAffinity: { required: onNode(...names) } },
    });
    await stage.apply(app({ spec: one, pod: { volumes } }));
    expect(await findingsOf(stage, "rwo-deadlock")).toEqual(findings);
  });

  it.each([
    { ...one, strategy: { type: "Recreate" } },
    { ...one, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } },
    { ...one, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } },
  ])("is not found when an old pod may go first: %j", async (spec) => {
    expect(await found("ReadWriteOnce", spec)).toEqual([]);
  });
});
