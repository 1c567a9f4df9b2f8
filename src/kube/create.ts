import { type KubeObject, readAnswer } from "./answer.ts";
import type { KubeApi } from "./cluster.ts";
import { type ResourcePath, resourcePath } from "./path.ts";
import { exchange, type RequestOptions } from "./request.ts";

export interface CreateOptions extends RequestOptions {
  readonly fieldManager?: string;
  /** Runs admission and stores nothing. */
  readonly dryRun?: boolean;
  /** For what is only asked and never stored, such as an access review. */
  readonly safeToResend?: boolean;
}

/** What is sent to make an object: `kind` says what the answer must be. */
export interface NewObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name?: string; readonly generateName?: string; readonly namespace?: string };
}

/**
 * Creates an object at a path without a name. Rejects with `AlreadyExists` when it is there. A lost answer is
 * `Unreachable` and is not sent again unless that is safe: the object may have been made.
 */
export async function create<T = KubeObject>(
  api: KubeApi,
  path: ResourcePath,
  object: NewObject,
  options: CreateOptions = {},
): Promise<T> {
  const { fieldManager, dryRun = false, safeToResend = dryRun, ...rest } = options;
  return await exchange(
    api,
    "POST",
    resourcePath(path),
    {
      ...rest,
      query: { ...rest.query, fieldManager, dryRun: dryRun ? "All" : undefined },
      headers: { ...rest.headers, "content-type": "application/json" },
      body: JSON.stringify(object),
      safeToResend,
    },
    (response) => readAnswer<T>(response, object.kind),
  );
}
