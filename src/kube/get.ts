import { type KubeObject, readAnswer } from "./answer.ts";
import type { KubeApi } from "./cluster.ts";
import { type ResourcePath, resourcePath } from "./path.ts";
import { exchange, type RequestOptions } from "./request.ts";

export type { KubeObject };

/**
 * Reads one object. Rejects with the reason of the API server, or `UnexpectedAnswer` for an answer that is not JSON of
 * `expectedKind`.
 */
export async function get<T>(
  api: KubeApi,
  path: ResourcePath,
  expectedKind: string,
  options: RequestOptions = {},
): Promise<T> {
  return (await getWithDate<T>(api, path, expectedKind, options)).object;
}

/** `get`, with the server's clock: the `Date` header of the answer, as sent. */
export async function getWithDate<T>(
  api: KubeApi,
  path: ResourcePath,
  expectedKind: string,
  options: RequestOptions = {},
): Promise<{ readonly object: T; readonly date: string | undefined }> {
  return await exchange(api, "GET", resourcePath(path), { ...options, safeToResend: true }, async (response) => ({
    object: await readAnswer<T>(response, expectedKind),
    date: response.headers.get("date") ?? undefined,
  }));
}
