import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildControlPlane } from "./build.ts";
import { type Certificates, createCertificates } from "./certificates.ts";
import { type ControlPlaneAddress, type ControlPlaneClient, connectControlPlane } from "./control-plane.ts";
import { createProcessGroup, freePorts, type ProcessGroup } from "./processes.ts";
import { kwokStages } from "./stages.ts";

/** A kube-apiserver with its controllers, its scheduler and fake nodes, on loopback. */
export interface ControlPlane extends ControlPlaneClient {
  /** As plain data, for another process. */
  readonly address: ControlPlaneAddress;
  /** Removed by `stop`; certificates, logs and data are in it. */
  readonly folder: string;
  /** Ends exactly what was started, and removes the folder. */
  readonly stop: () => Promise<void>;
}

export interface StartOptions {
  /** Gets a line for each step of a build, should one be needed. */
  readonly report?: (line: string) => void;
  readonly nodes?: number;
  /** Of the API server and of the controllers: `MaxUnavailableStatefulSet=true`. */
  readonly featureGates?: readonly string[];
}

const tokens = {
  admin: "admin-token",
  reader: "reader-token",
  patcher: "patcher-token",
  nobody: "nobody-token",
} as const;
/** Left out of the audit log; the admin of the tests has another name. */
const insider = "control-plane";
/** Milliseconds; a start takes 4 to 8 s. */
const patience = 90_000;

/** Builds the binaries when they are not there, starts everything and resolves when pods can be scheduled. */
export async function startControlPlane({
  report = () => undefined,
  nodes = 20,
  featureGates = [],
}: StartOptions = {}): Promise<ControlPlane> {
  const binaries = await buildControlPlane(report);
  if (typeof binaries !== "string") throw new Error(binaries.missing);
  for (let tries = 1; ; tries += 1) {
    try {
      return await startOnce(binaries, nodes, featureGates);
    } catch (error) {
      // A port was free when it was chosen and may be taken since.
      const taken = error instanceof Error && error.message.includes("address already in use");
      if (!taken || tries === 3) throw error;
    }
  }
}

async function startOnce(binaries: string, nodes: number, featureGates: readonly string[]): Promise<ControlPlane> {
  const folder = mkdtempSync(join(tmpdir(), "restart-control-plane-"));
  const group = createProcessGroup(folder);
  const stop = async (): Promise<void> => {
    await group.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const started = await Promise.race([startParts({ binaries, folder, group, nodes, featureGates }), group.failure]);
    return { ...started, address: addressOf(started), folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Parts {
  readonly binaries: string;
  readonly folder: string;
  readonly group: ProcessGroup;
  readonly nodes: number;
  readonly featureGates: readonly string[];
}

async function startParts({ binaries, folder, group, nodes, featureGates }: Parts): Promise<ControlPlaneClient> {
  const [client = 0, peer = 0, api = 0, controllers = 0, scheduler = 0, kubelet = 0] = await freePorts(6);
  const certificates = createCertificates(folder, { admin: "system:masters", [insider]: "system:masters" });
  const server = `https://127.0.0.1:${api}`;
  const adminKubeconfig = writeKubeconfig(folder, server, certificates, "admin");
  const kubeconfig = writeKubeconfig(folder, server, certificates, insider);
  const bin = (name: string): string => join(binaries, name);
  const gates = featureGates.length === 0 ? [] : [`--feature-gates=${featureGates.join(",")}`];
  const auditLog = join(folder, "audit.log");
  writeFileSync(auditLog, "");
  group.start("etcd", bin("etcd"), etcdArgs(folder, client, peer));
  group.start("kube-apiserver", bin("kube-apiserver"), [
    ...apiServerArgs({ folder, certificates, etcd: client, port: api, auditLog }),
    ...gates,
  ]);
  const address = { server, ca: certificates.ca, adminKubeconfig, tokens, kubectl: bin("kubectl"), auditLog };
  const connected = connectControlPlane(address);
  await until(async () => (await connected.fetch("/readyz")).ok);
  const as = [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
  ];
  const local = (port: number) => ["--bind-address=127.0.0.1", `--secure-port=${port}`, "--leader-elect=false"];
  const pace = ["--kube-api-qps=500", "--kube-api-burst=1000"];
  group.start("kube-controller-manager", bin("kube-controller-manager"), [
    ...as,
    ...local(controllers),
    ...pace,
    ...gates,
    `--service-account-private-key-file=${certificates.serviceAccountKey}`,
    `--root-ca-file=${certificates.caPath}`,
    "--concurrent-deployment-syncs=10",
    "--concurrent-replicaset-syncs=10",
  ]);
  group.start("kube-scheduler", bin("kube-scheduler"), [...as, ...local(scheduler), ...pace]);
  const stages = join(folder, "stages.yaml");
  writeFileSync(stages, kwokStages());
  group.start("kwok", bin("kwok"), [
    `--kubeconfig=${kubeconfig}`,
    `--config=${stages}`,
    "--manage-all-nodes=true",
    "--cidr=10.64.0.1/10",
    "--node-ip=10.0.0.1",
    `--server-address=127.0.0.1:${kubelet}`,
    "--node-lease-duration-seconds=40",
  ]);
  await Promise.all(Array.from({ length: nodes }, (_, index) => addNode(connected, `node-${index}`)));
  await until(async () => (await connected.fetch("/api/v1/namespaces/default/serviceaccounts/default")).ok);
  await until(async () => (await readyNodes(connected)) === nodes);
  return connected;
}

function etcdArgs(folder: string, client: number, peer: number): readonly string[] {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  return [
    "--name=etcd",
    `--data-dir=${join(folder, "etcd")}`,
    "--unsafe-no-fsync",
    `--listen-client-urls=${at(client)}`,
    `--advertise-client-urls=${at(client)}`,
    `--listen-peer-urls=${at(peer)}`,
    `--initial-advertise-peer-urls=${at(peer)}`,
    `--initial-cluster=etcd=${at(peer)}`,
  ];
}

interface ApiServerSettings {
  readonly folder: string;
  readonly certificates: Certificates;
  readonly etcd: number;
  readonly port: number;
  readonly auditLog: string;
}

function apiServerArgs({ folder, certificates, etcd, port, auditLog }: ApiServerSettings): readonly string[] {
  const tokenFile = join(folder, "tokens.csv");
  const users = Object.entries(tokens).map(([user, token]) => {
    return user === "admin" ? `${token},${user},${user},"system:masters"` : `${token},${user},${user}`;
  });
  writeFileSync(tokenFile, `${users.join("\n")}\n`);
  const policy = join(folder, "audit-policy.yaml");
  writeFileSync(policy, JSON.stringify(auditPolicy));
  mkdirSync(join(folder, "certificates"));
  return [
    `--etcd-servers=http://127.0.0.1:${etcd}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, "certificates")}`,
    `--tls-cert-file=${certificates.server.certificate}`,
    `--tls-private-key-file=${certificates.server.key}`,
    `--client-ca-file=${certificates.caPath}`,
    `--token-auth-file=${tokenFile}`,
    "--authorization-mode=RBAC",
    "--service-cluster-ip-range=10.0.0.0/24",
    "--endpoint-reconciler-type=none",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${certificates.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${certificates.serviceAccountKey}`,
    `--audit-policy-file=${policy}`,
    `--audit-log-path=${auditLog}`,
  ];
}

const auditPolicy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived", "ResponseStarted"],
  rules: [
    { level: "None", users: [insider, "system:apiserver"] },
    { level: "Request", verbs: ["patch"], resources: [{ group: "apps" }] },
    { level: "Metadata" },
  ],
};

function writeKubeconfig(folder: string, server: string, { ca, clients }: Certificates, user: string): string {
  const path = join(folder, `${user}.kubeconfig`);
  const pair = clients[user];
  const name = "real";
  const text = `apiVersion: v1
kind: Config
clusters:
  - name: ${name}
    cluster:
      server: ${server}
      certificate-authority-data: ${Buffer.from(ca).toString("base64")}
users:
  - name: ${user}
    user:
      client-certificate: ${pair?.certificate}
      client-key: ${pair?.key}
contexts:
  - name: ${name}
    context: { cluster: ${name}, user: ${user} }
current-context: ${name}
`;
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

async function addNode({ fetch: send }: ControlPlaneClient, name: string): Promise<void> {
  const labels = { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" };
  const answer = await send("/api/v1/nodes", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ apiVersion: "v1", kind: "Node", metadata: { name, labels } }),
  });
  if (!answer.ok) throw new Error(`node ${name}: ${answer.status} ${await answer.text()}`);
  await answer.body?.cancel();
}

async function readyNodes({ fetch: send }: ControlPlaneClient): Promise<number> {
  const answer = await send("/api/v1/nodes");
  const { items } = (await answer.json()) as { readonly items: readonly NodeObject[] };
  return items.filter(
    ({ spec, status }) =>
      (spec?.taints ?? []).length === 0 &&
      (status?.conditions ?? []).some(({ type, status: word }) => type === "Ready" && word === "True"),
  ).length;
}

interface NodeObject {
  readonly spec?: { readonly taints?: readonly unknown[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

function addressOf({
  server,
  ca,
  adminKubeconfig,
  tokens: all,
  kubectl,
  auditLog,
}: ControlPlaneAddress): ControlPlaneAddress {
  return { server, ca, adminKubeconfig, tokens: all, kubectl, auditLog };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patience;
  for (;;) {
    if (await holds().catch(() => false)) return;
    if (Date.now() > end) throw new Error(`the control plane was not ready after ${patience / 1000} s`);
    await sleep(100);
  }
}
