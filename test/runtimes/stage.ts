import type { SimulatedCluster } from "../../src/sim/cluster.ts";

const settled = [
  ...["web", "lost", "crash"].map((name) => `deployments.apps/${name}`),
  ...["statefulsets.apps/web", "daemonsets.apps/web"],
];

/** Three kinds called web, one Deployment to lose an answer of, one Deployment that crashes once it is restarted, one that is paused; all settled. */
export async function prepare(cluster: SimulatedCluster, namespace: string): Promise<void> {
  await post(cluster, "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const make = (kind: string, name: string, annotations: object, spec: object) =>
    post(cluster, `/apis/apps/v1/namespaces/${namespace}/${kind.toLowerCase()}s`, {
      apiVersion: "apps/v1",
      kind,
      metadata: { name },
      spec: {
        ...spec,
        selector: { matchLabels: { app: name, kind } },
        template: {
          metadata: { labels: { app: name, kind }, annotations: { "fake/ready-delay": "50", ...annotations } },
          spec: {
            containers: [
              {
                name: "app",
                image: "shop.example/app:1",
                readinessProbe: { httpGet: { path: "/healthz", port: 8080 } },
              },
            ],
          },
        },
      },
    });
  await make("Deployment", "web", {}, { replicas: 2 });
  await make("StatefulSet", "web", {}, { replicas: 2, serviceName: "web" });
  await make("DaemonSet", "web", {}, {});
  await make("Deployment", "lost", {}, { replicas: 1 });
  await make("Deployment", "crash", { "fake/crash-after-restart": "true" }, { replicas: 1 });
  await make("Deployment", "paused", {}, { replicas: 1, paused: true });
  const ready = (): boolean =>
    settled.every((path) => {
      const [resource = "", name = ""] = path.split("/");
      const status = (cluster.store.get(resource, namespace, name)?.status ?? {}) as Readonly<Record<string, number>>;
      const available = status["availableReplicas"] ?? status["numberAvailable"] ?? 0;
      return available > 0 && available === (status["replicas"] ?? status["desiredNumberScheduled"]);
    });
  while (!ready()) await Bun.sleep(20);
}

async function post(cluster: SimulatedCluster, path: string, object: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const request = new Request(`http://sim${path}`, { method: "POST", headers, body: JSON.stringify(object) });
  const answer = await cluster.handle(request);
  if (!answer.ok) throw new Error(await answer.text());
}

const decidedQuery = "fieldManager=restart&fieldValidation=Strict";

/** What the cluster was sent in the namespace against what was decided; empty when that is the same. */
export function problemOfPatches({ requests, store }: SimulatedCluster, namespace: string): string {
  const sent = requests.flatMap(({ method, path, query, contentType, body }) => {
    const [, target = ""] = path.split(`/namespaces/${namespace}/`);
    if (method !== "PATCH" || target === "" || query.includes("dryRun=All")) return [];
    return [{ target, query, contentType, body }];
  });
  const targets = sent.map(({ target }) => target).join(" ");
  const decided = "deployments/web statefulsets/web daemonsets/web deployments/crash deployments/lost deployments/lost";
  if (targets !== decided) return `PATCHes were sent to ${targets}`;
  const wrong = sent.find(({ target, query, contentType, body }) => {
    const [resource = "", name = ""] = target.split("/");
    const { metadata, spec } = store.get(`${resource}.apps`, namespace, name) ?? {};
    const { template } = spec as { readonly template: { readonly metadata: { readonly annotations: object } } };
    const { "kubectl.kubernetes.io/restartedAt": restartedAt } = template.metadata.annotations as Record<
      string,
      string
    >;
    const annotations = { "kubectl.kubernetes.io/restartedAt": restartedAt };
    const wanted = { metadata: { uid: metadata?.uid }, spec: { template: { metadata: { annotations } } } };
    return (
      query !== decidedQuery ||
      contentType !== "application/strategic-merge-patch+json" ||
      body !== JSON.stringify(wanted)
    );
  });
  if (wrong !== undefined) return JSON.stringify(wrong);
  const generation = store.get("deployments.apps", namespace, "lost")?.metadata.generation;
  return generation === 2 ? "" : `the Deployment whose answer was lost has generation ${generation}`;
}
