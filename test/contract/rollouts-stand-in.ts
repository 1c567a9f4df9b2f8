import type { KubeRequestInit } from "../../src/kube/cluster.ts";
import type { Answer, Manifest } from "./cluster-under-test.ts";
import { waitFor } from "./wait-for.ts";

const any = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

/** As much of argo-rollouts' manifests/crds/rollout-crd.yaml as a restart has to do with. */
const rolloutDefinition: Manifest = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "rollouts.argoproj.io" },
  spec: {
    group: "argoproj.io",
    scope: "Namespaced",
    names: { plural: "rollouts", singular: "rollout", kind: "Rollout", listKind: "RolloutList", shortNames: ["ro"] },
    versions: [
      {
        name: "v1alpha1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: {
                type: "object",
                properties: {
                  replicas: { type: "integer" },
                  restartAt: { type: "string", format: "date-time" },
                  selector: any,
                  strategy: any,
                  template: any,
                },
              },
              status: any,
            },
          },
        },
      },
    ],
  },
};

interface Made {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation: number;
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly uid: string }[];
  };
}

interface Rollout extends Made {
  readonly spec: {
    readonly replicas: number;
    readonly restartAt?: string;
    readonly selector: object;
    readonly template: { readonly metadata: { readonly labels: object } };
  };
  readonly status?: { readonly restartedAt?: string };
}

interface Pod extends Made {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

type Request = (path: string, init?: KubeRequestInit) => Promise<Answer>;

/**
 * Stands in, from within the test, for the controller that no control plane brings along: one ReplicaSet a Rollout, and
 * what rollout/restart.go does about `spec.restartAt`, with one pod missing at a time. Looks five times a second. The
 * returned function ends it.
 */
export async function startRollouts(request: Request, namespace: string): Promise<() => Promise<void>> {
  const rollouts = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts`;
  const body = JSON.stringify(rolloutDefinition);
  // It stays for the next test: a definition takes a while to go.
  const { status, text } = await request("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  if (status !== 201 && status !== 409) throw new Error(text);
  await waitFor.until("rollouts are served", async () => (await request(rollouts)).status === 200);
  let over = false;
  const work = async () => {
    while (!over) {
      const list = async (path: string) => (await request(path)).body.items ?? [];
      for (const rollout of (await list(rollouts)) as readonly Rollout[]) {
        const sets: readonly Made[] = await list(`/apis/apps/v1/namespaces/${namespace}/replicasets`);
        const pods: readonly Pod[] = await list(`/api/v1/namespaces/${namespace}/pods`);
        await sync(request, namespace, rollout, sets, pods);
      }
      await Bun.sleep(200);
    }
  };
  const working = work();
  return async () => {
    over = true;
    await working;
  };
}

async function sync(
  request: Request,
  namespace: string,
  { apiVersion, kind, metadata, spec, status }: Rollout & { readonly apiVersion?: string; readonly kind?: string },
  sets: readonly Made[],
  pods: readonly Pod[],
): Promise<void> {
  const json = { "content-type": "application/json" };
  const owns = (owner: Made) => (object: Made) => object.metadata.ownerReferences?.[0]?.uid === owner.metadata.uid;
  const set = sets.find(owns({ metadata }));
  if (set === undefined) {
    const owner = { apiVersion: apiVersion ?? "", kind: kind ?? "", name: metadata.name, uid: metadata.uid };
    const body = JSON.stringify({
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: {
        name: metadata.name,
        labels: spec.template.metadata.labels,
        ownerReferences: [{ ...owner, controller: true }],
      },
      spec: { replicas: spec.replicas, selector: spec.selector, template: spec.template },
    });
    await request(`/apis/apps/v1/namespaces/${namespace}/replicasets`, { method: "POST", headers: json, body });
    return;
  }
  const own = pods.filter(owns(set)).filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const available = own.filter((pod) => (pod.status?.conditions ?? []).some(isReady)).length;
  const begin = Date.parse(spec.restartAt ?? "");
  const old = own.filter((pod) => Date.parse(pod.metadata.creationTimestamp) < begin);
  const [first] = old;
  const mayEvict = first !== undefined && available >= spec.replicas && Date.now() >= begin;
  if (mayEvict) {
    const { name } = first.metadata;
    const body = JSON.stringify({ apiVersion: "policy/v1", kind: "Eviction", metadata: { name } });
    await request(`/api/v1/namespaces/${namespace}/pods/${name}/eviction`, { method: "POST", headers: json, body });
  }
  const left = old.length - (mayEvict ? 1 : 0);
  const restartedAt = left === 0 && Date.now() >= begin ? spec.restartAt : status?.restartedAt;
  const serving = available - (mayEvict ? 1 : 0);
  const isHealthy = serving >= spec.replicas && restartedAt === spec.restartAt;
  await request(`/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts/${metadata.name}/status`, {
    method: "PATCH",
    headers: { "content-type": "application/merge-patch+json" },
    body: JSON.stringify({
      status: {
        ...(restartedAt === undefined ? {} : { restartedAt }),
        observedGeneration: String(metadata.generation),
        phase: isHealthy ? "Healthy" : "Progressing",
        replicas: own.length,
        updatedReplicas: own.length,
        readyReplicas: serving,
        availableReplicas: serving,
      },
    }),
  });
}

function isReady({ type, status }: { readonly type: string; readonly status: string }): boolean {
  return type === "Ready" && status === "True";
}
