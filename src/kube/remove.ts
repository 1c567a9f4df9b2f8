import { readObject } from "./answer.ts";
import type { KubeApi } from "./cluster.ts";
import { RestartError } from "./error.ts";
import { type ResourcePath, resourcePath } from "./path.ts";
import { exchange, type RequestOptions } from "./request.ts";

export interface RemoveOptions extends RequestOptions {
  /** Only this object, not one that was made anew under the same name; else `Conflict`. */
  readonly uid?: string;
  /** Only in this version; else `Conflict`. */
  readonly resourceVersion?: string;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: "Orphan" | "Background" | "Foreground";
  /** Runs admission and removes nothing. */
  readonly dryRun?: boolean;
}

/**
 * Deletes one object; resolves when the API server has accepted it, which is before a finalizer or a grace period ends.
 * With `uid` or `resourceVersion` it is sent again after a lost answer, and "not found" then means done.
 */
export async function remove(api: KubeApi, path: ResourcePath, options: RemoveOptions = {}): Promise<void> {
  const { uid, resourceVersion, gracePeriodSeconds, propagationPolicy, dryRun = false, ...rest } = options;
  if (path.name === undefined) throw new RestartError("Usage", "a delete needs a name");
  const guarded = uid !== undefined || resourceVersion !== undefined;
  let unanswered = false;
  try {
    await exchange(
      api,
      "DELETE",
      resourcePath(path),
      {
        ...rest,
        headers: { ...rest.headers, "content-type": "application/json" },
        body: JSON.stringify({
          apiVersion: "v1",
          kind: "DeleteOptions",
          ...(guarded && { preconditions: { uid, resourceVersion } }),
          gracePeriodSeconds,
          propagationPolicy,
          ...(dryRun && { dryRun: ["All"] }),
        }),
        safeToResend: guarded || dryRun,
        onUnanswered: () => {
          unanswered = true;
        },
      },
      (response) => readObject(response, "Status"),
    );
  } catch (error) {
    if (unanswered && error instanceof RestartError && error.reason === "NotFound") return;
    throw error;
  }
}
