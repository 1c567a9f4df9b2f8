import { RestartError } from "../kube/error.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";

/**
 * Whether an error says that the cluster does not serve this kind at all: its definition is not installed. An API server
 * that serves it and has no such object names the object.
 */
export function isUnserved(kind: WorkloadKind, { reason, detail }: RestartError): boolean {
  return kind.optional === true && reason === "NotFound" && detail["name"] === undefined;
}

/** The same, said by us: `NotFound`, with `unserved` as `detail.why`. */
export function unservedError({ resource, group, version }: WorkloadKind): RestartError {
  return new RestartError("NotFound", `the cluster serves no ${resource} in ${group}/${version}`, {
    status: 404,
    detail: { why: "unserved" },
  });
}

/** Runs a request for objects of a kind, with that error in place of the API server's. */
export async function servedOrThrow<T>(kind: WorkloadKind, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (caught) {
    throw caught instanceof RestartError && isUnserved(kind, caught) ? unservedError(kind) : caught;
  }
}
