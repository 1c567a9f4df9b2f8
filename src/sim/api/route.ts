import { type ResourceInfo, resourceName, resources } from "../resources.ts";

/** What a path and a method ask for, before anything is known to exist. */
export interface Route {
  /** False for paths outside `/api/V/…` and `/apis/G/V/…`. */
  readonly isResource: boolean;
  readonly path: string;
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string | undefined;
  readonly resource: string;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

const verbs: Readonly<Record<string, readonly [named: string, collection: string]>> = {
  GET: ["get", "list"],
  HEAD: ["get", "list"],
  POST: ["create", "create"],
  PUT: ["update", "update"],
  PATCH: ["patch", "patch"],
  DELETE: ["delete", "deletecollection"],
};

/** Reads a path the way the API server's request info does. A list or watch of one name counts as being about that name. */
export function parseRoute(method: string, url: URL): Route {
  const path = url.pathname;
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodePart);
  const [prefix] = parts;
  const start = prefix === "api" ? 2 : prefix === "apis" ? 3 : Number.POSITIVE_INFINITY;
  const outside = {
    path,
    namespace: undefined,
    name: undefined,
    subresource: undefined,
    group: prefix === "apis" ? (parts[1] ?? "") : "",
    version: (prefix === "apis" ? parts[2] : parts[1]) ?? "",
  };
  if (parts.length <= start) {
    return { ...outside, isResource: false, verb: method.toLowerCase(), resource: "" };
  }
  let rest = parts.slice(start);
  let namespace: string | undefined;
  const ofNamespace = rest[2] === "status" || rest[2] === "finalize";
  if (rest[0] === "namespaces" && rest.length > 2 && !ofNamespace) {
    namespace = rest[1];
    rest = rest.slice(2);
  } else if (rest[0] === "namespaces") {
    namespace = rest[1];
  }
  const [resource = "", name, ...below] = rest;
  const [named, collection] = verbs[method] ?? [method.toLowerCase(), method.toLowerCase()];
  const isWatch = name === undefined && collection === "list" && isTrue(url.searchParams.get("watch"));
  const selected =
    collection === "list" ? /(?:^|,)metadata\.name==?([^,]+)/.exec(url.searchParams.get("fieldSelector") ?? "") : null;
  return {
    ...outside,
    isResource: true,
    verb: name !== undefined ? named : isWatch ? "watch" : collection,
    namespace,
    resource,
    name: name ?? selected?.[1],
    subresource: below.length === 0 ? undefined : below.join("/"),
  };
}

/** The resource that a route names; undefined when it is not served. */
export function resourceOf(route: Route, custom: ReadonlySet<string>): ResourceInfo | undefined {
  const found = resources.find(
    (info) => info.group === route.group && info.version === route.version && info.resource === route.resource,
  );
  return found === undefined || !found.custom || custom.has(resourceName(found)) ? found : undefined;
}

export function isTrue(value: string | null): boolean {
  return value === "true" || value === "1";
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
