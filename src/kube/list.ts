import { type KubeObject, readAnswer } from "./answer.ts";
import type { KubeApi } from "./cluster.ts";
import { RestartError } from "./error.ts";
import { type ResourcePath, resourcePath } from "./path.ts";
import { exchange, type RequestOptions } from "./request.ts";

export interface ListOptions extends RequestOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects a page; 500 by default. */
  readonly limit?: number;
  /** `"0"` accepts an older state from the server's cache. */
  readonly resourceVersion?: string;
}

export interface Listed<T> {
  readonly items: readonly T[];
  /** Of the whole list: a watch from here on misses nothing. */
  readonly resourceVersion: string;
}

interface Page {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly KubeObject[] | null;
}

/**
 * Lists a resource page by page. Each object is projected and dropped, so that a list of thousands never stands in
 * memory as a whole; `undefined` leaves an object out. A list that expires half-way (410) starts again once.
 * Rejects like `get`. `expectedKind` is the list's: `DeploymentList`.
 */
export async function list<T>(
  api: KubeApi,
  path: ResourcePath,
  expectedKind: string,
  project: (object: KubeObject) => T | undefined,
  options: ListOptions = {},
): Promise<Listed<T>> {
  try {
    return await listOnce(api, path, expectedKind, project, options);
  } catch (error) {
    if (!(error instanceof RestartError) || error.status !== 410) throw error;
    return await listOnce(api, path, expectedKind, project, options);
  }
}

async function listOnce<T>(
  api: KubeApi,
  path: ResourcePath,
  expectedKind: string,
  project: (object: KubeObject) => T | undefined,
  options: ListOptions,
): Promise<Listed<T>> {
  const { resourceVersion, limit = 500, ...rest } = options;
  const items: T[] = [];
  let first: string | undefined;
  let token: string | undefined;
  do {
    const page: Page = await exchange(
      api,
      "GET",
      resourcePath(path),
      {
        ...rest,
        query: {
          ...rest.query,
          ...selectorQuery(options),
          limit: String(limit),
          // A continue token holds the version of the first page; both together are refused.
          ...(token === undefined ? { resourceVersion } : { continue: token }),
        },
        safeToResend: true,
      },
      (response) => readAnswer<Page>(response, expectedKind),
    );
    for (const object of page.items ?? []) {
      const item = project(object);
      if (item !== undefined) items.push(item);
    }
    first ??= page.metadata.resourceVersion ?? "";
    if (token !== undefined && page.metadata.continue === token) {
      throw new RestartError("UnexpectedAnswer", `the API server repeats the same page of ${expectedKind}`);
    }
    token = page.metadata.continue;
  } while (token !== undefined && token !== "");
  return { items, resourceVersion: first };
}

/** The query of the two selectors, for a list and the watch that goes on from it. */
export function selectorQuery(options: ListOptions): Readonly<Record<string, string | undefined>> {
  const { labelSelector, fieldSelector } = options;
  return {
    labelSelector: labelSelector === "" ? undefined : labelSelector,
    fieldSelector: fieldSelector === "" ? undefined : fieldSelector,
  };
}
