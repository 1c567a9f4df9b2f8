import type { KubeFetch } from "../../src/kube/cluster.ts";
import { RestartError } from "../../src/kube/error.ts";
import type { ContextEntry } from "../../src/runtime/context-entry.ts";
import { fixedCredentials } from "../../src/runtime/credentials.ts";
import type { Impersonation, KubeconfigCluster, KubeconfigUser } from "../../src/runtime/kubeconfig-entry.ts";
import type { TransportOptions } from "../../src/runtime/transport.ts";
import { createClusterFetch } from "../../src/runtime/transport.ts";

const origin = { file: "/kubeconfig", line: 7 };

export interface EntryOptions {
  readonly cluster?: Partial<KubeconfigCluster>;
  readonly user?: Partial<KubeconfigUser>;
  readonly impersonate?: Impersonation;
}

/** A context `prod` of user `alice` for `server`, as `resolveContext` would answer it. */
export function entryFor(server: string, options: EntryOptions = {}): ContextEntry {
  return {
    name: "prod",
    clusterName: "prod-cluster",
    server,
    userName: "alice",
    namespace: "default",
    cluster: {
      name: "prod-cluster",
      origin,
      server,
      insecureSkipTlsVerify: false,
      disableCompression: false,
      ...options.cluster,
    },
    user: { name: "alice", origin, ...options.user },
    impersonate: options.impersonate,
  };
}

export interface FetchOptions extends EntryOptions, Partial<TransportOptions> {}

/** A fetch for `server` with credentials and environment that are empty unless given. */
export function fetchFor(server: string, options: FetchOptions = {}): KubeFetch {
  return createClusterFetch(entryFor(server, options), {
    credentials: fixedCredentials({}),
    env: {},
    userAgent: "restart/0.0.0 (test/test)",
    ...options,
  });
}

/** The RestartError that a promise ends with; anything else fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<RestartError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("error" in outcome && outcome.error instanceof RestartError) return outcome.error;
  throw new Error(
    `expected a RestartError, got ${JSON.stringify(outcome)} ${"error" in outcome ? String(outcome.error) : ""}`,
  );
}
