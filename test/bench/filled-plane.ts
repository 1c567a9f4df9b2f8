import { type ControlPlane, startControlPlane } from "../control-plane/start.ts";

const count = 600;

/** A real API server with 600 Deployments of 8.1 kB, managed fields included, once its controllers rest. */
export async function startFilledPlane(): Promise<ControlPlane> {
  const plane = await startControlPlane();
  try {
    const fill = Bun.spawn([plane.kubectl, "create", "--save-config", "-f", "-", "-o", "name"], {
      stdin: new Blob([JSON.stringify({ apiVersion: "v1", kind: "List", items: objects() })]),
      stdout: "ignore",
      stderr: "inherit",
      env: { ...process.env, KUBECONFIG: plane.adminKubeconfig },
    });
    if ((await fill.exited) !== 0) throw new Error("the cluster could not be filled");
    await untilSettled(plane);
    return plane;
  } catch (failure) {
    await plane.stop();
    throw failure;
  }
}

/** Controllers that are still busy would be measured, too. */
async function untilSettled({ kubectl, adminKubeconfig }: ControlPlane): Promise<void> {
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

function objects(): readonly object[] {
  const namespaces = Array.from({ length: 12 }, (_, index) => `team-${index}`);
  return [
    ...namespaces.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    ...Array.from({ length: count }, (_, index) => {
      const name = `service-${String(index).padStart(3, "0")}`;
      const env = Array.from({ length: 20 }, (_, number) => ({ name: `SETTING_${number}`, value: "x".repeat(30) }));
      const resources = { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } };
      const readinessProbe = { httpGet: { path: "/healthz", port: 8080 } };
      const ports = [{ containerPort: 8080, name: "http" }];
      const container = { name: "app", image: "shop.example/app:1", env, resources, readinessProbe, ports };
      return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace: namespaces[index % namespaces.length] },
        spec: {
          replicas: 0,
          selector: { matchLabels: { app: name } },
          template: { metadata: { labels: { app: name } }, spec: { containers: [container] } },
        },
      };
    }),
  ];
}
