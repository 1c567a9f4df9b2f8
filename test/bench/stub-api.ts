// An API server that answers at once: what is left of a call's time is the client's. It knows Deployments by any name.
const restartedKey = "kubectl.kubernetes.io/restartedAt";
const restarted = new Map<string, { readonly at: string; readonly generation: number }>();

interface Patch {
  readonly spec: {
    readonly template: { readonly metadata: { readonly annotations: Readonly<Record<string, string>> } };
  };
}

function deployment(namespace: string, name: string): object {
  const { at, generation } = restarted.get(name) ?? { at: undefined, generation: 1 };
  const env = Array.from({ length: 20 }, (_, number) => ({ name: `SETTING_${number}`, value: "x".repeat(30) }));
  const managedFields = Array.from({ length: 3 }, (_, index) => ({
    manager: `manager-${index}`,
    operation: "Update",
    apiVersion: "apps/v1",
    fieldsType: "FieldsV1",
    fieldsV1: Object.fromEntries(env.map((each) => [`f:${each.name}`, { ".": {}, "f:name": {}, "f:value": {} }])),
  }));
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, uid: `uid-${name}`, resourceVersion: String(generation), generation, managedFields },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, ...(at !== undefined && { annotations: { [restartedKey]: at } }) },
        spec: { containers: [{ name: "app", image: "shop.example/app:1", env }] },
      },
    },
    status: { observedGeneration: generation, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
  };
}

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: async (request) => {
    const [, namespace = "", name] =
      /^\/apis\/apps\/v1\/namespaces\/([^/]+)\/deployments\/([^/]+)$/.exec(new URL(request.url).pathname) ?? [];
    if (name === undefined) return Response.json({ kind: "Status", status: "Failure", code: 404 }, { status: 404 });
    if (request.method === "PATCH") {
      const { spec } = (await request.json()) as Patch;
      const generation = (restarted.get(name)?.generation ?? 1) + 1;
      restarted.set(name, { at: spec.template.metadata.annotations[restartedKey] ?? "", generation });
    }
    return Response.json(deployment(namespace, name));
  },
});
console.log(server.url.origin);
