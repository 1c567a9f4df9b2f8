import type { KubeApi } from "../kube/cluster.ts";
import { getDiscoveryDocument } from "../kube/discovery-document.ts";
import { RestartError } from "../kube/error.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";

/** Whether an error says that the cluster does not serve the kind at all: `NotFound`, made by `readRefusal`. */
export function isUnserved({ detail }: RestartError): boolean {
  return detail["why"] === "unserved";
}

/**
 * What the refusal of a request for objects of a kind means: the error itself, or `NotFound` when the
 * cluster does not serve the kind, with `unserved` as `detail.why` when that is because its definition is not installed. An API server asks for the
 * right before it looks whether there is such a kind: after a `Forbidden` its discovery tells.
 */
export async function readRefusal(
  api: KubeApi,
  kind: WorkloadKind,
  error: RestartError,
  signal?: AbortSignal,
): Promise<RestartError> {
  // One that serves the kind and has no such object names the object.
  const isMissing = error.reason === "NotFound" && error.detail["name"] === undefined;
  const { resource, group, version } = kind;
  const message = `the cluster serves no ${resource} in ${group}/${version}`;
  if (kind.optional !== true) {
    // Without `why`: a cluster without Deployments, or an address that is none of a cluster's, is never passed over.
    return isMissing ? new RestartError("NotFound", message, { status: 404, cause: error }) : error;
  }
  const isUnknown = error.reason === "Forbidden" && !(await isServed(api, kind, signal));
  if (!isMissing && !isUnknown) return error;
  return new RestartError("NotFound", message, { status: 404, detail: { why: "unserved" } });
}

async function isServed(
  api: KubeApi,
  { group, version, resource }: WorkloadKind,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    const path = `/apis/${group}/${version}`;
    const { resources } = await getDiscoveryDocument(api, path, signal === undefined ? {} : { signal });
    const served = (Array.isArray(resources) ? resources : []) as readonly { readonly name?: string }[];
    return served.some(({ name }) => name === resource);
  } catch (caught) {
    signal?.throwIfAborted();
    return !(caught instanceof RestartError && caught.reason === "NotFound");
  }
}

/** Runs a request for objects of a kind; rejects with what its refusal means. */
export async function servedOrThrow<T>(
  api: KubeApi,
  kind: WorkloadKind,
  request: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  try {
    return await request();
  } catch (caught) {
    throw caught instanceof RestartError ? await readRefusal(api, kind, caught, signal) : caught;
  }
}
