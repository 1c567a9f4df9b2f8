import { join } from "node:path";
import { type ControlPlane, startControlPlane } from "../control-plane/start.ts";
import type { Figure } from "./figure.ts";
import { create, untilSettled } from "./filled-plane.ts";

const root = join(import.meta.dirname, "../..");
const workloads = 500;
const namespaces = Array.from({ length: 20 }, (_, index) => `team-${index}`);
const runs = 5;

/** `restart plan -A -o json` over 500 running workloads in 20 namespaces of a real API server. */
export async function plan(): Promise<readonly Figure[]> {
  const plane = await startControlPlane();
  try {
    await create(
      plane,
      namespaces.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    );
    await create(plane, namespaces.flatMap(companions));
    await create(
      plane,
      Array.from({ length: workloads }, (_, index) => deployment(index)),
    );
    await untilSettled(plane, workloads);
    await untilRunning(plane);
    const samples: Sample[] = [];
    for (let run = 0; run < runs; run += 1) samples.push(await measure(plane));
    const figure = (name: string, unit: Figure["unit"], of: (sample: Sample) => number, budget?: number): Figure => ({
      name: `restart plan -A -o json, 500 workloads in 20 namespaces: ${name}`,
      unit,
      samples: samples.map(of),
      ...(budget !== undefined && { budget }),
    });
    return [
      figure("wall time", "s", ({ seconds }) => seconds),
      figure("CPU", "s", ({ cpu }) => cpu),
      figure("peak memory", "MiB", ({ memory }) => memory),
      figure("requests", "count", ({ requests }) => requests),
      figure("of which dry runs", "count", ({ dryRuns }) => dryRuns, workloads),
      figure("most of one namespace, without dry runs", "count", ({ inNamespace }) => inNamespace, 16),
    ];
  } finally {
    await plane.stop();
  }
}

interface Sample {
  readonly seconds: number;
  readonly cpu: number;
  readonly memory: number;
  readonly requests: number;
  readonly dryRuns: number;
  readonly inNamespace: number;
}

async function measure({ adminKubeconfig }: ControlPlane): Promise<Sample> {
  const started = Bun.nanoseconds();
  const child = Bun.spawn([join(root, "dist/restart"), "plan", "-A", "-o", "json", "-v"], {
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, KUBECONFIG: adminKubeconfig },
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  const seconds = (Bun.nanoseconds() - started) / 1e9;
  const { targets } = JSON.parse(out) as { readonly targets: readonly unknown[] };
  if (code !== 0 || targets.length !== workloads) throw new Error(`exit ${code}, ${targets.length} targets\n${err}`);
  const lines = err.split("\n").filter((line) => /^(GET|POST|PATCH) /.test(line));
  const reads = lines.filter((line) => !line.startsWith("PATCH "));
  const perNamespace = namespaces.map(
    (name) => reads.filter((line) => new RegExp(`/namespaces/${name}[/ ?]`).test(line)).length,
  );
  // Reviews name their namespace in the body alone; they are at most one each, and counted with it.
  const reviews = reads.filter((line) => line.includes("selfsubject")).length;
  const usage = child.resourceUsage();
  return {
    seconds,
    cpu: Number(usage?.cpuTime.total ?? 0n) / 1e6,
    memory: (usage?.maxRSS ?? 0) / 2 ** 20,
    requests: lines.length,
    dryRuns: lines.length - reads.length,
    inNamespace: Math.max(...perNamespace) + Math.ceil(reviews / namespaces.length),
  };
}

/** What the pods of a namespace refer to. */
function companions(namespace: string): readonly object[] {
  const metadata = { name: "settings", namespace };
  return [
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { level: "info" } },
    { apiVersion: "v1", kind: "Secret", metadata, stringData: { password: "x" } },
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: { tier: "front" } } },
    },
  ];
}

function deployment(index: number): object {
  const name = `service-${String(index).padStart(3, "0")}`;
  const container = {
    name: "app",
    image: "shop.example/app:1",
    env: [{ name: "PASSWORD", valueFrom: { secretKeyRef: { name: "settings", key: "password" } } }],
    envFrom: [{ configMapRef: { name: "settings" } }],
    resources: { requests: { cpu: "10m", memory: "16Mi" } },
    readinessProbe: { httpGet: { path: "/healthz", port: 8080 } },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: namespaces[index % namespaces.length] },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name, tier: "back" } }, spec: { containers: [container] } },
    },
  };
}

async function untilRunning({ kubectl, adminKubeconfig }: ControlPlane): Promise<void> {
  for (;;) {
    const jsonpath = "{range .items[*]}{.status.availableReplicas}{end}";
    const list = Bun.spawn([kubectl, "get", "deployments", "-A", "-o", `jsonpath=${jsonpath}`], {
      stdout: "pipe",
      env: { ...process.env, KUBECONFIG: adminKubeconfig },
    });
    if ((await new Response(list.stdout).text()).length >= workloads) return;
    await Bun.sleep(1000);
  }
}
