import type { KubeObject } from "../object.ts";
import { type ResourceInfo, resourceName } from "../resources.ts";
import type { Store } from "../store.ts";
import { type Matches, parseSelectors } from "./selectors.ts";
import { badRequest, type Failure, failure, forbiddenValue, invalid, isFailure } from "./status.ts";

export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export interface Listing {
  readonly items: readonly KubeObject[];
  readonly metadata: ListMeta;
}

const listOptions = { group: "meta.k8s.io", kind: "ListOptions" };

/** One page. Pages after the first show the state of the first, as long as its events are remembered: then 410. */
export function listObjects(
  store: Store,
  info: ResourceInfo,
  namespace: string | undefined,
  query: URLSearchParams,
): Listing | Failure {
  const refusal = checkListOptions(query);
  if (refusal !== undefined) return refusal;
  const matches = parseSelectors(info, query);
  if (isFailure(matches)) return matches;
  const limit = Number(query.get("limit") ?? "0");
  const token = query.get("continue") ?? "";
  const start = token === "" ? undefined : parseContinue(token);
  if (isFailure(start)) return start;
  const wanted = query.get("resourceVersion") ?? "";
  if (Number(wanted) > store.revision()) return tooLargeResourceVersion(store, Number(wanted));
  const exact = query.get("resourceVersionMatch") === "Exact" ? Number(wanted) : undefined;
  const present = store.revision();
  const revision = start === undefined ? (exact ?? present) : start.revision < 0 ? present : start.revision;
  const all = snapshot(store, resourceName(info), namespace, revision);
  if (all === undefined) return expired(start?.after);
  const rest = start === undefined ? all : all.filter((object) => keyOf(object) > start.after);
  return cut(rest, matches, limit, revision);
}

function cut(objects: readonly KubeObject[], matches: Matches | undefined, limit: number, revision: number): Listing {
  const found = matches === undefined ? objects : objects.filter(matches);
  const resourceVersion = String(revision);
  if (limit <= 0 || found.length <= limit) return { items: found, metadata: { resourceVersion } };
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    metadata: {
      resourceVersion,
      continue: continueToken(revision, last === undefined ? "" : keyOf(last)),
      // The API server counts what is left only when no selector would make it read everything.
      ...(matches === undefined ? { remainingItemCount: found.length - limit } : {}),
    },
  };
}

/** The objects as they were at a revision; undefined when that is forgotten. */
export function snapshot(
  store: Store,
  resource: string,
  namespace: string | undefined,
  revision: number,
): readonly KubeObject[] | undefined {
  const present = store.list(resource, namespace);
  if (revision === store.revision()) return present;
  const events = store.since(revision);
  if (events === "compacted") return undefined;
  const objects = new Map(present.map((object) => [keyOf(object), object]));
  for (const event of events.toReversed()) {
    if (event.resource !== resource) continue;
    if (namespace !== undefined && event.object.metadata.namespace !== namespace) continue;
    if (event.previous === undefined) objects.delete(keyOf(event.object));
    else objects.set(keyOf(event.object), event.previous);
  }
  return [...objects.values()].toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}

function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

function continueToken(revision: number, after: string): string {
  return btoa(JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: `${after}\u0000` }))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function parseContinue(token: string): { readonly revision: number; readonly after: string } | Failure {
  const refuse = (why: string): Failure => badRequest(`invalid continue token: continue key is not valid: ${why}`);
  try {
    const value: unknown = JSON.parse(atob(token.replaceAll("-", "+").replaceAll("_", "/")));
    if (typeof value !== "object" || value === null || !("rv" in value) || !("start" in value)) {
      return refuse("unrecognized encoded version");
    }
    if (typeof value.rv !== "number" || typeof value.start !== "string") return refuse("incorrect encoded start");
    return { revision: value.rv, after: value.start.endsWith("\0") ? value.start.slice(0, -1) : value.start };
  } catch {
    return refuse("invalid character looking for beginning of value");
  }
}

export function tooLargeResourceVersion(store: Store, wanted: number): Failure {
  return failure(504, "Timeout", `Timeout: Too large resource version: ${wanted}, current: ${store.revision()}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}

function expired(after: string | undefined): Failure {
  if (after === undefined) return failure(410, "Expired", "The resourceVersion for the provided list is too old.");
  const answer = failure(
    410,
    "Expired",
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without " +
      "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. " +
      "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or " +
      "deleted between the time the first chunk was returned and now may show up in the list.",
  );
  return { ...answer, metadata: { continue: continueToken(-1, after) } };
}

/** What list and watch refuse alike, in the API server's order. */
export function checkListOptions(query: URLSearchParams): Failure | undefined {
  for (const name of ["limit", "timeoutSeconds"]) {
    const value = query.get(name);
    if (value !== null && !/^[+-]?\d+$/.test(value)) {
      return badRequest(`strconv.ParseInt: parsing "${value}": invalid syntax`);
    }
  }
  const watching = query.get("watch") === "true" || query.get("watch") === "1";
  const match = query.get("resourceVersionMatch") ?? "";
  const version = query.get("resourceVersion") ?? "";
  const sends = query.get("sendInitialEvents");
  const refuse = (field: string, detail: string): Failure => invalid(listOptions, "", [forbiddenValue(field, detail)]);
  if (!watching && sends !== null) return refuse("sendInitialEvents", "sendInitialEvents is forbidden for list");
  if (watching && sends !== null && match !== "NotOlderThan") {
    return refuse("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
  }
  if (watching && sends === null && match !== "") {
    return refuse(
      "resourceVersionMatch",
      "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
    );
  }
  if (!watching && match !== "" && version === "") {
    return refuse("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
  }
  if (!watching && match === "Exact" && version === "0") {
    return refuse("resourceVersionMatch", 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
  if (version !== "" && !/^\d+$/.test(version)) {
    const cause = `resourceVersion: Invalid value: "${version}": strconv.ParseUint: parsing "${version}": invalid syntax`;
    return watching ? failure(500, undefined, cause) : badRequest(`invalid resource version: ${cause}`);
  }
  return undefined;
}
