import { expect, it } from "vitest";
import type { Manifest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { workload } from "./manifests.ts";
import { findingsOf, planRestart } from "./run-restart.ts";

interface Parts {
  readonly kind?: "StatefulSet";
  readonly container?: object;
  readonly pod?: object;
  readonly spec?: object;
}

/** A Deployment, or a StatefulSet, with parts of its spec, its pods' spec and their container. */
function made(name: string, { kind, container = {}, pod = {}, spec = {} }: Parts): Manifest {
  const containers = [{ name: "app", image: "shop.example/app:1", ...container }];
  const template = { metadata: { labels: { app: name } }, spec: { containers, ...pod } };
  return workload(kind ?? "Deployment", name, { spec: { template, ...spec } });
}

const object = (kind: "Secret" | "ConfigMap" | "ServiceAccount", name: string, more: object = {}): Manifest => ({
  apiVersion: "v1",
  kind,
  metadata: { name },
  ...more,
});

const claim = (name: string, ...accessModes: readonly string[]): Manifest => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name },
  spec: { accessModes, storageClassName: "none", resources: { requests: { storage: "1Gi" } } },
});

const mounts = (claimName: string) => ({ volumes: [{ name: "data", persistentVolumeClaim: { claimName } }] });

const password = { valueFrom: { secretKeyRef: { name: "db", key: "password" } } };
const level = { valueFrom: { configMapKeyRef: { name: "settings", key: "level" } } };

describeOnEveryCluster("what new pods refer to", (start) => {
  const uses = {
    container: {
      env: [
        { name: "PASSWORD", ...password },
        { name: "LEVEL", ...level },
      ],
      envFrom: [{ secretRef: { name: "tokens" } }],
    },
    pod: { serviceAccountName: "robot", ...mounts("files") },
  };

  it("blocks with everything that is not there, and not once it is", async () => {
    const cluster = await start();
    await cluster.apply(made("web", uses));
    const missing = "serviceaccount/robot,persistentvolumeclaim/files,secret/tokens,secret/db,configmap/settings";
    expect(await findingsOf(cluster, "missing-ref", "web")).toEqual([{ level: "block", evidence: { missing } }]);
    await cluster.apply(
      object("ServiceAccount", "robot"),
      claim("files", "ReadWriteMany"),
      object("Secret", "tokens"),
      object("Secret", "db", { data: { password: "c2VjcmV0" } }),
      object("ConfigMap", "settings", { data: { level: "info" } }),
    );
    expect(await findingsOf(cluster, "missing-ref", "web")).toEqual([]);
  });

  it("blocks with the key that an object lacks, and takes none of its values into the plan", async () => {
    const cluster = await start();
    await cluster.apply(
      object("Secret", "db", { data: { user: "c2VjcmV0" } }),
      object("ConfigMap", "settings", { binaryData: { level: "aW5mbw==" } }),
      made("web", {
        container: {
          env: [
            { name: "PASSWORD", ...password },
            { name: "LEVEL", ...level },
          ],
        },
      }),
    );
    const evidence = { missing: "secret/db:password" };
    expect(await findingsOf(cluster, "missing-ref", "web")).toEqual([{ level: "block", evidence }]);
    const plan = await planRestart(cluster, "Deployment", "web");
    expect(JSON.stringify(plan)).not.toContain("c2VjcmV0");
  });

  it("blocks with nothing that pods start without", async () => {
    const cluster = await start();
    const env = [{ name: "PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password", optional: true } } }];
    const envFrom = [{ configMapRef: { name: "settings", optional: true } }];
    await cluster.apply(
      made("web", { container: { env, envFrom }, pod: { imagePullSecrets: [{ name: "registry" }] } }),
    );
    expect(await findingsOf(cluster, "missing-ref", "web")).toEqual([]);
  });

  it("is unknown to whoever may not list Secrets, and blocks nobody", async () => {
    const cluster = await start();
    await cluster.apply(made("web", { container: { envFrom: [{ secretRef: { name: "tokens" } }] } }));
    const verbs = ["get", "list", "watch", "patch"];
    const api = await cluster.as("patcher", [
      { verbs, apiGroups: ["apps"], resources: ["deployments", "replicasets"] },
      { verbs, apiGroups: [""], resources: ["pods", "events"] },
    ]);
    expect(await findingsOf(cluster, "missing-ref", "web", { api })).toEqual([]);
    const [unknown] = await findingsOf(cluster, "unknown", "web", { api });
    expect(unknown?.evidence["resources"]?.split(",")).toContain("secrets");
  });
});

describeOnEveryCluster("what changed since the pods started", (start) => {
  it("is named, and nothing that is as it was", async () => {
    const cluster = await start();
    await cluster.apply(
      object("ConfigMap", "settings", { data: { level: "info" } }),
      object("ConfigMap", "still", { data: { level: "info" } }),
      object("Secret", "db", { data: { password: "b2xk" } }),
    );
    const uses = { envFrom: [{ configMapRef: { name: "settings" } }, { configMapRef: { name: "still" } }] };
    await cluster.applyReady(
      made("web", { container: { ...uses, env: [{ name: "PASSWORD", ...password }] } }),
      made("other", { container: { envFrom: [{ configMapRef: { name: "still" } }] } }),
    );
    expect(await findingsOf(cluster, "config-changed", "web")).toEqual([]);
    const change = async (resource: string, name: string, data: object) => {
      const path = `/api/v1/namespaces/${cluster.namespace}/${resource}/${name}?fieldManager=editor`;
      const headers = { "content-type": "application/merge-patch+json" };
      const { status } = await cluster.request(path, { method: "PATCH", headers, body: JSON.stringify({ data }) });
      expect(status).toBe(200);
    };
    let changes = 0;
    // The times have whole seconds, so it takes some until a change is surely the later one.
    await cluster.until("a change is later than the pods", async () => {
      changes += 1;
      await change("configmaps", "settings", { level: String(changes) });
      await change("secrets", "db", { password: btoa(String(changes)) });
      return (await findingsOf(cluster, "config-changed", "web")).some(({ evidence }) =>
        evidence["changed"]?.includes("secret/db"),
      );
    });
    expect(await findingsOf(cluster, "config-changed", "web")).toEqual([
      { level: "info", evidence: expect.objectContaining({ changed: "configmap/settings,secret/db" }) },
    ]);
    expect(await findingsOf(cluster, "config-changed", "other")).toEqual([]);
  });
});

describeOnEveryCluster("a volume for one node or one pod", (start) => {
  const one = { replicas: 1 };
  const rolling = (maxSurge: number, maxUnavailable: number) => ({
    ...one,
    strategy: { rollingUpdate: { maxSurge, maxUnavailable } },
  });

  it.each(["ReadWriteOnce", "ReadWriteOncePod"])("blocks as %s when the new pod comes first", async (accessMode) => {
    const cluster = await start();
    await cluster.apply(
      claim("files", accessMode),
      made("web", { pod: mounts("files"), spec: one }),
      made("recreated", { pod: mounts("files"), spec: { ...one, strategy: { type: "Recreate" } } }),
      made("first", { pod: mounts("files"), spec: rolling(0, 1) }),
    );
    const evidence = { claims: "files", accessMode };
    expect(await findingsOf(cluster, "rwo-deadlock", "web")).toEqual([{ level: "block", evidence }]);
    expect(await findingsOf(cluster, "rwo-deadlock", "recreated")).toEqual([]);
    expect(await findingsOf(cluster, "rwo-deadlock", "first")).toEqual([]);
  });

  it("does not block where the volume is on one node, and does where several reach it", async () => {
    const cluster = await start();
    const { body } = await cluster.request("/api/v1/nodes");
    const nodes: readonly string[] = body.items.map(({ metadata }: Manifest) => metadata.name);
    const volume = (name: string, values: readonly string[]): Manifest => {
      const matchExpressions = [{ key: "kubernetes.io/hostname", operator: "In", values }];
      return {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: { name: `${cluster.namespace}-${name}` },
        spec: {
          accessModes: ["ReadWriteOnce"],
          capacity: { storage: "1Gi" },
          storageClassName: "none",
          local: { path: "/var/lib/disk" },
          nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } },
        },
      };
    };
    const bound = (name: string): Manifest => {
      const { spec, ...rest } = claim(name, "ReadWriteOnce");
      return { ...rest, spec: { ...Object(spec), volumeName: `${cluster.namespace}-${name}` } };
    };
    await cluster.apply(
      volume("local", nodes.slice(0, 1)),
      volume("zonal", nodes.slice(0, 2)),
      bound("local"),
      bound("zonal"),
      made("web", { pod: mounts("local"), spec: one }),
      made("other", { pod: mounts("zonal"), spec: one }),
    );
    expect(await findingsOf(cluster, "rwo-deadlock", "web")).toEqual([]);
    const evidence = { claims: "zonal", accessMode: "ReadWriteOnce" };
    expect(await findingsOf(cluster, "rwo-deadlock", "other")).toEqual([{ level: "block", evidence }]);
  });

  it("does not block for what many may mount, and for claims of each pod", async () => {
    const cluster = await start();
    const { metadata, spec } = claim("data", "ReadWriteOnce");
    await cluster.apply(
      claim("files", "ReadWriteMany"),
      made("web", { pod: mounts("files"), spec: one }),
      made("db", { kind: "StatefulSet", spec: { volumeClaimTemplates: [{ metadata, spec }] } }),
    );
    expect(await findingsOf(cluster, "rwo-deadlock", "web")).toEqual([]);
    expect(await findingsOf(cluster, "rwo-deadlock", "db", { kind: "StatefulSet" })).toEqual([]);
  });
});
