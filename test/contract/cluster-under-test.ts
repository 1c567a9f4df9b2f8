import type { Clock } from "../../src/kube/clock.ts";
import type { KubeApi, KubeRequestInit } from "../../src/kube/cluster.ts";
import type { FaultProxy } from "../faults/proxy.ts";

/** One cluster with a namespace of its own, for one test. What it answers is compared on a simulated and a real one. */
export interface ClusterUnderTest {
  readonly kind: "simulated" | "real";
  /** May do everything. */
  readonly api: KubeApi;
  readonly clock: Clock;
  /** Fresh, empty, gone after the test. */
  readonly namespace: string;
  /** A raw request that may do everything; the body is read to its end. */
  readonly request: (path: string, init?: KubeRequestInit) => Promise<Answer>;
  /** Creates the objects, in the namespace unless they say otherwise. */
  readonly apply: (...manifests: readonly Manifest[]) => Promise<void>;
  /** Creates the objects and waits until every workload among them is observed, updated and available. */
  readonly applyReady: (...manifests: readonly Manifest[]) => Promise<void>;
  /** Lets the cluster go on until the promise settles. */
  readonly settle: <T>(promise: Promise<T>) => Promise<T>;
  /** Lets the cluster go on until the condition holds; `what` names it when it does not come true within a minute. */
  readonly until: (what: string, condition: () => Promise<boolean>) => Promise<void>;
  /** The PATCH requests of workloads in the namespace that the API server answered, but dry runs. */
  readonly patches: () => Promise<readonly PatchRecord[]>;
  /** A user who may do only this, in the namespace unless a rule says otherwise. */
  readonly as: (user: LimitedUser, rules: readonly Rule[]) => Promise<KubeApi>;
  /** A raw GET with another bearer token, or without credentials. */
  readonly withToken: (token: string | undefined, path: string) => Promise<Answer>;
  /** Path of a collection whose version 1 is forgotten: no watch can begin with it. */
  readonly forgetful: () => Promise<string>;
  /** From now on a ValidatingAdmissionPolicy judges updates of Deployments in the namespace. */
  readonly addPolicy: (policy: Policy) => Promise<void>;
  /** Path of an administrator's kubeconfig whose context `test` starts in the namespace. Only for the system's clock. */
  readonly kubeconfig: () => Promise<string>;
  /** A proxy on loopback in front of the API server. Only for clusters whose clock is the system's. */
  readonly startFaultProxy: () => Promise<FaultProxy>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text read as JSON; undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shape is what they test.
  readonly body: any;
}

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

export interface PatchRecord {
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly userAgent: string;
  readonly user: string;
  readonly auditId: string;
  readonly status: number | undefined;
}

export type LimitedUser = "reader" | "patcher" | "nobody";

export interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  /** Holds in every namespace and for what has none. */
  readonly everywhere?: boolean;
}

export interface Policy {
  /** Of the policy; its binding is called `<name up to the first dot>-<action>`. */
  readonly name: string;
  readonly action: "deny" | "warn";
  readonly message: string;
  readonly reason?: "Forbidden";
}

/** Path of the collection that a manifest belongs to. */
export function collectionOf({ apiVersion, kind, metadata }: Manifest, namespace: string): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const plural = plurals[kind] ?? `${kind.toLowerCase()}s`;
  return clusterScoped.includes(kind)
    ? `${root}/${plural}`
    : `${root}/namespaces/${metadata.namespace ?? namespace}/${plural}`;
}

const plurals: Readonly<Record<string, string>> = { ValidatingAdmissionPolicy: "validatingadmissionpolicies" };
const clusterScoped = [
  "CustomResourceDefinition",
  "Namespace",
  "Node",
  "PersistentVolume",
  "ClusterRole",
  "ClusterRoleBinding",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
];

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
