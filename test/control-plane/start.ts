import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { controlPlaneFolder, type Program } from "./build.ts";
import { kwokStages } from "./kwok-stages.ts";
import { createCertificates } from "./public-key-infrastructure.ts";

/** A running control plane on loopback. */
export interface ControlPlane {
  readonly folder: string;
  readonly server: string;
  /** Path of a kubeconfig whose current context `real` is an administrator by client certificate. */
  readonly kubeconfig: string;
  /** Path of kubectl, of the same version. */
  readonly kubectl: string;
  /** Bearer tokens by user name; the users have no rights until a test binds some. */
  readonly tokens: Readonly<Record<string, string>>;
  /** The audit log so far, one event a request that was answered. */
  readonly auditEvents: () => Promise<readonly AuditEvent[]>;
  /** Ends what was started and removes the folder. */
  readonly stop: () => Promise<void>;
}

export interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly auditID: string;
  readonly userAgent?: string;
  readonly user: { readonly username: string };
  readonly requestObject?: unknown;
  readonly responseStatus?: { readonly code?: number };
}

const nodeCount = 20;
const users = ["reader", "patcher", "nobody"] as const;

/** Starts etcd, the API server with RBAC and audit, both controllers, and kwok with twenty nodes: about seven seconds. */
export async function startControlPlane(): Promise<ControlPlane> {
  const programs = await controlPlaneFolder();
  const folder = await mkdtemp(join(tmpdir(), "restart-control-plane-"));
  const children: Bun.Subprocess[] = [];
  const stop = async () => {
    for (const child of children.reverse()) child.kill("SIGKILL");
    await Promise.all(children.map((child) => child.exited));
    await rm(folder, { recursive: true, force: true });
  };
  const spawn = (program: Program, words: readonly string[]) => {
    const log = Bun.file(join(folder, `${program}.log`));
    children.push(Bun.spawn([join(programs, program), ...words], { cwd: folder, stdout: "ignore", stderr: log }));
  };
  // A test run that is killed must not leave a cluster behind.
  process.once("exit", () => {
    for (const child of children) child.kill("SIGKILL");
  });
  try {
    const [etcdPort, peerPort, apiPort, controllerPort, schedulerPort, kwokPort] = await freePorts(6);
    const server = `https://127.0.0.1:${apiPort}`;
    await createCertificates(folder);
    const tokens = Object.fromEntries(users.map((user) => [user, `token-of-${user}`]));
    await writeFile(join(folder, "tokens.csv"), users.map((user) => `${tokens[user]},${user},${user}`).join("\n"));
    await writeFile(join(folder, "audit.yaml"), auditPolicy);
    await writeFile(join(folder, "stages.yaml"), kwokStages);
    const kubeconfig = join(folder, "kubeconfig");
    await writeFile(kubeconfig, JSON.stringify(adminKubeconfig(folder, server)));
    await chmod(kubeconfig, 0o600);

    const etcd = `http://127.0.0.1:${etcdPort}`;
    const peer = `http://127.0.0.1:${peerPort}`;
    const peers = [
      "--listen-peer-urls",
      peer,
      "--initial-advertise-peer-urls",
      peer,
      "--initial-cluster",
      `one=${peer}`,
    ];
    const clients = ["--listen-client-urls", etcd, "--advertise-client-urls", etcd];
    spawn("etcd", ["--name", "one", "--data-dir", "etcd", "--unsafe-no-fsync", ...clients, ...peers]);
    spawn("kube-apiserver", apiServerFlags(etcd, apiPort));
    const tls = { ca: await readFile(join(folder, "ca.crt"), "utf8"), ...(await clientCertificate(folder)) };
    const get = (path: string, init: RequestInit = {}) => fetch(`${server}${path}`, { ...init, tls });
    await until("the API server is ready", async () => (await get("/readyz")).ok);

    const config = ["--kubeconfig", kubeconfig];
    const delegated = [...config, "--authentication-kubeconfig", kubeconfig, "--authorization-kubeconfig", kubeconfig];
    const quick = [
      "--bind-address",
      "127.0.0.1",
      "--leader-elect=false",
      "--kube-api-qps",
      "500",
      "--kube-api-burst",
      "1000",
    ];
    const keys = ["--service-account-private-key-file", "sa.key", "--root-ca-file", "ca.crt"];
    const workers = ["--concurrent-deployment-syncs", "10", "--concurrent-replicaset-syncs", "10"];
    spawn("kube-controller-manager", [
      ...delegated,
      ...quick,
      ...keys,
      ...workers,
      "--secure-port",
      String(controllerPort),
    ]);
    spawn("kube-scheduler", [...delegated, ...quick, "--secure-port", String(schedulerPort)]);
    const fake = [
      "--config",
      "stages.yaml",
      "--manage-all-nodes=true",
      "--cidr",
      "10.64.0.1/10",
      "--node-ip",
      "10.0.0.1",
    ];
    spawn("kwok", [
      ...config,
      ...fake,
      "--server-address",
      `127.0.0.1:${kwokPort}`,
      "--node-lease-duration-seconds",
      "40",
    ]);
    await Promise.all(Array.from({ length: nodeCount }, (_, index) => createNode(get, index + 1)));
    await until("the nodes are ready", async () => {
      const list = (await (await get("/api/v1/nodes")).json()) as NodeList;
      const ready = list.items.filter(({ status }) =>
        status.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
      );
      return ready.length === nodeCount;
    });
    await until(
      "the default service account is there",
      async () => (await get("/api/v1/namespaces/default/serviceaccounts/default")).ok,
    );
    return {
      folder,
      server,
      kubeconfig,
      kubectl: join(programs, "kubectl"),
      tokens,
      auditEvents: async () => {
        const text = await readFile(join(folder, "audit.log"), "utf8").catch(() => "");
        return text
          .split("\n")
          .filter((line) => line.endsWith("}"))
          .map((line) => JSON.parse(line) as AuditEvent);
      },
      stop,
    };
  } catch (error) {
    const log = await readFile(join(folder, "kube-apiserver.log"), "utf8").catch(() => "");
    await stop();
    throw new Error(`the control plane does not start: ${log.split("\n").slice(-5).join("\n")}`, { cause: error });
  }
}

interface NodeList {
  readonly items: readonly { readonly status: { readonly conditions?: readonly { type: string; status: string }[] } }[];
}

type Get = (path: string, init?: RequestInit) => Promise<Response>;

async function createNode(get: Get, index: number): Promise<void> {
  const name = `node-${String(index).padStart(2, "0")}`;
  const node = { apiVersion: "v1", kind: "Node", metadata: { name, labels: { "kubernetes.io/hostname": name } } };
  const headers = { "content-type": "application/json" };
  const answer = await get("/api/v1/nodes", { method: "POST", headers, body: JSON.stringify(node) });
  if (!answer.ok) throw new Error(await answer.text());
}

function apiServerFlags(etcd: string, port: number | undefined): readonly string[] {
  return [
    ...["--etcd-servers", etcd, "--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1"],
    ...["--secure-port", String(port), "--tls-cert-file", "server.crt", "--tls-private-key-file", "server.key"],
    ...["--client-ca-file", "ca.crt", "--token-auth-file", "tokens.csv", "--authorization-mode", "RBAC"],
    ...["--service-cluster-ip-range", "10.0.0.0/24", "--endpoint-reconciler-type", "none"],
    ...["--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", "sa.pub"],
    ...["--service-account-signing-key-file", "sa.key"],
    ...["--audit-policy-file", "audit.yaml", "--audit-log-path", "audit.log"],
  ];
}

/** Bodies of what patches workloads, so that a test can count and read restarts; nothing of controllers and reads. */
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
- level: None
  userGroups: ["system:serviceaccounts"]
- level: Request
  verbs: [patch]
  resources: [{group: apps, resources: [deployments, statefulsets, daemonsets]}]
- level: None
`;

function adminKubeconfig(folder: string, server: string) {
  const credentials = { "client-certificate": join(folder, "admin.crt"), "client-key": join(folder, "admin.key") };
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "real",
    clusters: [{ name: "real", cluster: { server, "certificate-authority": join(folder, "ca.crt") } }],
    users: [{ name: "admin", user: credentials }],
    contexts: [{ name: "real", context: { cluster: "real", user: "admin" } }],
  };
}

async function clientCertificate(folder: string): Promise<{ readonly cert: string; readonly key: string }> {
  const [cert, key] = await Promise.all(["admin.crt", "admin.key"].map((name) => readFile(join(folder, name), "utf8")));
  return { cert: cert ?? "", key: key ?? "" };
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (await holds().catch(() => false)) return;
    if (Date.now() > deadline) throw new Error(`it did not come true within a minute that ${what}`);
    await Bun.sleep(50);
  }
}

/** Ports that nothing listens on, all different. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
