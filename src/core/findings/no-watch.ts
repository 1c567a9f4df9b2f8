import type { KubeApi } from "../../kube/cluster.ts";
import { create } from "../../kube/create.ts";
import { toRestartError } from "../../kube/error.ts";
import { list } from "../../kube/list.ts";
import { openWatch } from "../../kube/watch-stream.ts";
import type { WorkloadKind } from "../kinds/workload-kind.ts";
import type { WorkloadRef } from "../workload.ts";
import type { Finding } from "./finding.ts";

/**
 * Lists the one object as following it would, and asks for the right to watch it: a rollout that was begun without
 * them could not be seen to its end. Anything but a refusal is left to whoever follows.
 */
export async function watchFindings(
  api: KubeApi,
  kind: WorkloadKind,
  ref: WorkloadRef,
  signal: AbortSignal | undefined,
): Promise<readonly Finding[]> {
  const { group, version, resource, listKind } = kind;
  const path = { group, version, resource, namespace: ref.namespace };
  const options = { fieldSelector: `metadata.name=${ref.name}`, ...(signal && { signal }) };
  try {
    const [{ resourceVersion }, allowed] = await Promise.all([
      list(api, path, listKind, () => undefined, { ...options, limit: 1 }),
      mayWatch(api, kind, ref, signal),
    ]);
    // The review answers without a sentence; the refusal itself has one, and stays the judge.
    if (!allowed) await tryWatch(api, path, { ...options, resourceVersion });
    return [];
  } catch (caught) {
    const error = toRestartError(caught);
    if (error.reason !== "Forbidden") throw caught;
    return [{ code: "no-watch", level: "block", evidence: { message: error.message } }];
  }
}

/** Asked rather than tried: a watch that is let in would have to be cut, and its connection with it. */
async function mayWatch(
  api: KubeApi,
  { group, version, resource }: WorkloadKind,
  { namespace, name }: WorkloadRef,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const resourceAttributes = { verb: "watch", group, version, resource, namespace, name };
  const review = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes },
  };
  try {
    const path = { group: "authorization.k8s.io", version: "v1", resource: "selfsubjectaccessreviews" };
    const options = { safeToResend: true, attempts: 1, timeoutMilliseconds: 5000, ...(signal && { signal }) };
    const { status } = await create<{ readonly status?: { readonly allowed?: boolean } }>(api, path, review, options);
    return status?.allowed !== false;
  } catch {
    // A cluster without reviews; an abort ends the list as well.
    return true;
  }
}

async function tryWatch(...[api, path, options]: Parameters<typeof openWatch>): Promise<void> {
  const over = new AbortController();
  const signal = options.signal === undefined ? over.signal : AbortSignal.any([options.signal, over.signal]);
  try {
    await openWatch(api, path, { ...options, timeoutSeconds: 1, signal });
  } finally {
    over.abort();
  }
}
