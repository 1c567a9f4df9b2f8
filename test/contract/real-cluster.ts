import { readFile } from "node:fs/promises";
import type { KubeApi, KubeFetch, KubeRequestInit } from "../../src/kube/cluster.ts";
import { resolveContext } from "../../src/runtime/context-entry.ts";
import { fixedCredentials } from "../../src/runtime/credentials.ts";
import { loadKubeconfig } from "../../src/runtime/kubeconfig.ts";
import { createSystemClock } from "../../src/runtime/system-clock.ts";
import { createClusterFetch } from "../../src/runtime/transport.ts";
import { userCredentials } from "../../src/runtime/user-credentials.ts";
import {
  type ControlPlaneAddress,
  type ControlPlaneClient,
  connectControlPlane,
} from "../control-plane/control-plane.ts";
import { startFaultProxy } from "../faults/proxy.ts";
import { policyHolds, policyManifests } from "./admission-policy.ts";
import {
  answerOf,
  type ClusterUnderTest,
  collectionOf,
  type LimitedUser,
  type Manifest,
  type PatchRecord,
} from "./cluster-under-test.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { bind } from "./role-binding.ts";
import { startRollouts } from "./rollouts-stand-in.ts";
import { waitFor } from "./wait-for.ts";
import { workloadIsReady } from "./workload-is-ready.ts";

const clock = createSystemClock();
const workloads = ["deployments", "statefulsets", "daemonsets"];

interface Shared {
  readonly plane: ControlPlaneClient;
  readonly admin: KubeFetch;
  /** By user name, so that connections are shared. */
  readonly users: Readonly<Record<LimitedUser, KubeFetch>>;
}

let shared: Shared | undefined;
let count = 0;

function connect(address: ControlPlaneAddress): Shared {
  const kubeconfig = loadKubeconfig({
    explicitFiles: [address.adminKubeconfig],
    env: {},
    homeDirectory: "",
    workingDirectory: "/",
  });
  const entry = resolveContext(kubeconfig, {});
  const host = { clock, env: {}, stdinIsTerminal: false };
  const options = { env: {}, userAgent: "restart/0.0.0 (test)" };
  const bearer = (user: LimitedUser) =>
    createClusterFetch(entry, {
      ...options,
      credentials: fixedCredentials({ authorization: `Bearer ${address.tokens[user]}` }),
    });
  return {
    plane: connectControlPlane(address),
    admin: createClusterFetch(entry, { ...options, credentials: userCredentials(entry, host) }),
    users: { reader: bearer("reader"), patcher: bearer("patcher"), nobody: bearer("nobody") },
  };
}

/** A namespace of the real control plane that all tests share. */
export async function startReal(
  address: ControlPlaneAddress,
  { rollouts = false }: { readonly rollouts?: boolean } = {},
): Promise<ClusterUnderTest & { stop: () => Promise<void> }> {
  shared ??= connect(address);
  const { plane, admin, users } = shared;
  count += 1;
  const namespace = `test-${process.pid}-${count}`;
  const apiOf = (fetch: KubeFetch): KubeApi => ({
    clock,
    random: Math.random,
    cluster: { name: "real", uid: undefined, server: address.server, fetch },
  });
  const api = apiOf(admin);
  const closers: (() => Promise<unknown>)[] = [];
  const request = (path: string, init: KubeRequestInit = {}) => waitFor.settle(admin(path, init).then(answerOf));
  const create = async (manifest: Manifest): Promise<void> => {
    const path = collectionOf(manifest, namespace);
    const headers = { "content-type": "application/json" };
    const { status, text } = await request(`${path}?fieldManager=test`, {
      method: "POST",
      headers,
      body: JSON.stringify(manifest),
    });
    if (status !== 201) throw new Error(`${manifest.kind} ${manifest.metadata.name}: ${status} ${text}`);
    if (!path.includes("/namespaces/")) {
      const body = JSON.stringify({ propagationPolicy: "Background" });
      const remove = { method: "DELETE", headers, body } as const;
      closers.push(() => request(`${path}/${manifest.metadata.name}`, remove));
    }
  };
  const apply = async (...manifests: readonly Manifest[]): Promise<void> => {
    for (const manifest of manifests) await create(manifest);
  };
  await create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  if (rollouts) {
    closers.push(await startRollouts(request, namespace));
  }
  return {
    kind: "real",
    api,
    clock,
    namespace,
    request,
    apply,
    applyReady: async (...manifests) => {
      await apply(...manifests);
      for (const manifest of manifests.filter(({ apiVersion }) => apiVersion === "apps/v1")) {
        const path = `${collectionOf(manifest, namespace)}/${manifest.metadata.name}`;
        await waitFor.until(`${manifest.metadata.name} is ready`, async () =>
          workloadIsReady(manifest.kind, (await request(path)).body),
        );
      }
    },
    ...waitFor,
    patches: async () =>
      (await plane.auditEvents()).flatMap((event): PatchRecord[] => {
        const { objectRef, requestURI, verb } = event;
        const url = new URL(requestURI, address.server);
        const counts =
          verb === "patch" && objectRef?.namespace === namespace && workloads.includes(objectRef.resource ?? "");
        if (!counts || url.searchParams.has("dryRun")) return [];
        return [
          {
            path: url.pathname,
            query: url.searchParams,
            body: event.requestObject,
            userAgent: event.userAgent ?? "",
            user: event.user.username,
            auditId: event.auditID,
            status: event.responseStatus?.code,
          },
        ];
      }),
    as: async (user, rules) => {
      await bind(user, rules, { namespace, create, allowed: apiOf(users[user]) });
      return apiOf(users[user]);
    },
    withToken: async (token, path) => {
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const tls = { ca: address.ca };
      return waitFor.settle(fetch(`${address.server}${path}`, { headers, tls }).then(answerOf));
    },
    forgetful: async () => {
      await apply(definition(namespace));
      const path = `/apis/${namespace}.example.com/v1/namespaces/${namespace}/things`;
      await waitFor.until("the new kind is served", async () => (await request(path)).status === 200);
      return path;
    },
    addPolicy: async (policy) => {
      await apply(...policyManifests(policy, namespace));
      await waitFor.until("the policy is in force", () => policyHolds(policy, namespace, request));
    },
    kubeconfig: async () => {
      const text = await readFile(address.adminKubeconfig, "utf8");
      const context = `contexts: [{ name: test, context: { cluster: real, user: admin, namespace: ${namespace} } }]`;
      const changed = text.replace(/^contexts:[\s\S]*$/m, `${context}\ncurrent-context: test\n`);
      return writeKubeconfig(changed, closers);
    },
    startFaultProxy: async () => {
      const proxy = await startFaultProxy(admin);
      closers.push(proxy.close);
      return proxy;
    },
    stop: async () => {
      for (const close of closers.reverse()) await close();
    },
  };
}

/** A kind of its own: the API server's cache of its objects begins when it is defined, long after version 1. */
function definition(namespace: string): Manifest {
  const group = `${namespace}.example.com`;
  const schema = { openAPIV3Schema: { type: "object" } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `things.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural: "things", singular: "thing", kind: "Thing", listKind: "ThingList" },
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  };
}
