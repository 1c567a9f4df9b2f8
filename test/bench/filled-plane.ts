import { type ControlPlane, startControlPlane } from "../control-plane/start.ts";

/** A real API server with so many Deployments of 8.1 kB, managed fields included, once its controllers rest. */
export async function startFilledPlane(count = 600): Promise<ControlPlane> {
  const plane = await startControlPlane();
  try {
    await create(plane, namespaces());
    await addDeployments(plane, 0, count);
    return plane;
  } catch (failure) {
    await plane.stop();
    throw failure;
  }
}

/** Adds the Deployments from the number `first` to the one before `end`, and waits until the controllers rest. */
export async function addDeployments(plane: ControlPlane, first: number, end: number): Promise<void> {
  await create(
    plane,
    Array.from({ length: end - first }, (_, index) => deployment(first + index)),
  );
  await untilSettled(plane, end);
}

/** Creates objects, of several namespaces and kinds, in one go. */
export async function create({ kubectl, adminKubeconfig }: ControlPlane, items: readonly object[]): Promise<void> {
  const fill = Bun.spawn([kubectl, "create", "--save-config", "-f", "-", "-o", "name"], {
    stdin: new Blob([JSON.stringify({ apiVersion: "v1", kind: "List", items })]),
    stdout: "ignore",
    stderr: "inherit",
    env: { ...process.env, KUBECONFIG: adminKubeconfig },
  });
  if ((await fill.exited) !== 0) throw new Error("the cluster could not be filled");
}

/** Waits for so many ReplicaSets: controllers that are still busy would be measured, too. */
export async function untilSettled({ kubectl, adminKubeconfig }: ControlPlane, count: number): Promise<void> {
  for (;;) {
    const sets = Bun.spawn([kubectl, "get", "replicasets", "-A", "-o", "name"], {
      stdout: "pipe",
      env: { ...process.env, KUBECONFIG: adminKubeconfig },
    });
    const names = (await new Response(sets.stdout).text()).trim().split("\n");
    if (names.length >= count) return;
    await Bun.sleep(500);
  }
}

const teams = Array.from({ length: 12 }, (_, index) => `team-${index}`);

function namespaces(): readonly object[] {
  return teams.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
}

function deployment(index: number): object {
  const name = `service-${String(index).padStart(3, "0")}`;
  const env = Array.from({ length: 20 }, (_, number) => ({ name: `SETTING_${number}`, value: "x".repeat(30) }));
  const resources = { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } };
  const readinessProbe = { httpGet: { path: "/healthz", port: 8080 } };
  const ports = [{ containerPort: 8080, name: "http" }];
  const container = { name: "app", image: "shop.example/app:1", env, resources, readinessProbe, ports };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: teams[index % teams.length] },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container] } },
    },
  };
}
