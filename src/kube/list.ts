import type { KubeObject } from "./answer.ts";
import type { KubeApi } from "./cluster.ts";
import { RestartError } from "./error.ts";
import { type Page, protobuf, readPage } from "./list-page.ts";
import { type ResourcePath, resourcePath } from "./path.ts";
import { exchange, type RequestOptions } from "./request.ts";
import type { WireReader } from "./wire.ts";

export interface ListOptions extends RequestOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects a page; 500 by default. */
  readonly limit?: number;
  /** Reads the list in the API server's binary encoding, should it offer that; its result has the shape of the JSON. */
  readonly wire?: WireReader<unknown>;
  /** Also reads the fields that `wire` marks as details. */
  readonly detail?: boolean;
  /** `"0"` accepts an older state from the server's cache. */
  readonly resourceVersion?: string;
}

export interface Listed<T> {
  readonly items: readonly T[];
  /** Of the whole list: a watch from here on misses nothing. */
  readonly resourceVersion: string;
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
    if (!(error instanceof RestartError)) throw error;
    const { wire, ...plain } = options;
    // Asked for protobuf the API server refuses in protobuf, too; JSON says it in words, and is what every server speaks.
    if (wire !== undefined && error.status !== undefined) return await list(api, path, expectedKind, project, plain);
    if (error.status !== 410) throw error;
    return await listOnce(api, path, expectedKind, project, options);
  }
}

export interface ListedPage<T> extends Listed<T> {
  /** Of the next page; empty on the last one. */
  readonly token: string;
}

/** One page of a list, from its start or from the token of the page before. Rejects like `list`, and with `Expired`. */
export async function listPage<T>(
  api: KubeApi,
  path: ResourcePath,
  expectedKind: string,
  project: (object: KubeObject) => T,
  token: string,
  options: ListOptions = {},
): Promise<ListedPage<T>> {
  const page = await fetchPage(api, path, expectedKind, token, options);
  return { items: page.items().map(project), resourceVersion: page.resourceVersion, token: page.token };
}

function fetchPage(
  api: KubeApi,
  path: ResourcePath,
  expectedKind: string,
  token: string,
  options: ListOptions,
): Promise<Page> {
  const { resourceVersion, limit = 500, wire, detail = false, ...rest } = options;
  return exchange(
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
        ...(token === "" ? { resourceVersion } : { continue: token }),
      },
      ...(wire !== undefined && { headers: { ...rest.headers, accept: `${protobuf},application/json` } }),
      safeToResend: true,
    },
    (response) => readPage(response, expectedKind, wire, detail),
  );
}

async function listOnce<T>(
  api: KubeApi,
  path: ResourcePath,
  expectedKind: string,
  project: (object: KubeObject) => T | undefined,
  options: ListOptions,
): Promise<Listed<T>> {
  const fetchNext = (token: string): Promise<Page> => fetchPage(api, path, expectedKind, token, options);
  const items: T[] = [];
  let page = await fetchNext("");
  const first = page.resourceVersion;
  for (;;) {
    const { token } = page;
    const next = token === "" ? undefined : fetchNext(token);
    // It is awaited below; should this page be unreadable, nobody hears of the next one's failure.
    next?.catch(() => undefined);
    // Gives the request its turn to leave: the API server works on the next page while this one is read.
    if (next !== undefined) await Promise.race([next, api.clock.sleep(0, options.signal)]);
    for (const object of page.items()) {
      const item = project(object);
      if (item !== undefined) items.push(item);
    }
    if (next === undefined) return { items, resourceVersion: first };
    page = await next;
    if (page.token === token) {
      throw new RestartError("UnexpectedAnswer", `the API server repeats the same page of ${expectedKind}`);
    }
  }
}

/** The query of the two selectors, for a list and the watch that goes on from it. */
export function selectorQuery(options: ListOptions): Readonly<Record<string, string | undefined>> {
  const { labelSelector, fieldSelector } = options;
  return {
    labelSelector: labelSelector === "" ? undefined : labelSelector,
    fieldSelector: fieldSelector === "" ? undefined : fieldSelector,
  };
}
