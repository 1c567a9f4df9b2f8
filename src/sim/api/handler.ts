import type { KubeObject } from "../object.ts";
import { type ResourceInfo, resourceName } from "../resources.ts";
import { authorize } from "./access.ts";
import type { ApiCall } from "./call.ts";
import { createObject } from "./create.ts";
import { aggregatedDiscovery, discoveryPathsServed, knowsGroup, plainDiscovery } from "./discovery.ts";
import { evictPod } from "./eviction.ts";
import { listObjects, tooLargeResourceVersion } from "./list.ts";
import { openApiDocument, openApiIndex } from "./openapi.ts";
import { patchObject } from "./patch.ts";
import { readPodLog } from "./pod-log.ts";
import { deleteObject, readDeleteOptions, removalDetails, removeObject } from "./remove.ts";
import { negotiate, renderList, renderObject } from "./rendering.ts";
import { answerReview } from "./reviews.ts";
import { resourceOf } from "./route.ts";
import { answerScale } from "./scale.ts";
import { type Failure, isFailure, methodNotAllowed, notFound, unknownResource } from "./status.ts";
import { replaceObject } from "./update.ts";
import { watchObjects } from "./watch.ts";

const jsonType = { "content-type": "application/json" };
const textType = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" };
const version = {
  major: "1",
  minor: "36",
  gitVersion: "v1.36.3",
  gitCommit: "simulated",
  gitTreeState: "clean",
  buildDate: "2026-07-01T00:00:00Z",
  goVersion: "go1.26.8",
  compiler: "gc",
  platform: "linux/amd64",
};

/** Answers one authenticated request. `closing` ends streams when the cluster closes. */
export function answerCall(received: ApiCall, closing: AbortSignal): Response {
  const forbidden = authorize(received.user, received.route);
  if (forbidden !== undefined) return failed(forbidden);
  if (!received.route.isResource) return answerPath(received);
  const info = resourceOf(received.route, received.custom);
  // A namespace is authorized as standing in itself and stored as standing in none.
  const isClusterWide = info !== undefined && !info.namespaced;
  const call = isClusterWide ? { ...received, route: { ...received.route, namespace: undefined } } : received;
  if (info === undefined) {
    if (!knowsGroup(call.route.group, call.custom)) return pageNotFound();
    const review = call.method === "POST" ? answerReview(call) : undefined;
    if (isFailure(review)) return failed(review);
    return review === undefined ? failed(unknownResource()) : json(review, 201);
  }
  if (info.namespaced && call.route.namespace === undefined && call.route.name !== undefined && call.method !== "GET") {
    return failed(unknownResource());
  }
  if (call.route.subresource !== undefined) return answerSubresource(call, info, closing);
  return isCollection(call) ? answerCollection(call, info, closing) : answerObject(call, info);
}

/** A name that only comes from a field selector leaves a request about a collection. */
function isCollection(call: ApiCall): boolean {
  return ["list", "watch", "create", "deletecollection"].includes(call.route.verb) || call.route.name === undefined;
}

function answerCollection(call: ApiCall, info: ResourceInfo, closing: AbortSignal): Response {
  const { query, route, store } = call;
  switch (call.method) {
    case "GET": {
      const form = negotiate(call.headers.get("accept"), query);
      if (isFailure(form)) return failed(form);
      if (route.verb === "watch") {
        const stream = watchObjects(call, info, form, closing);
        return isFailure(stream) ? failed(stream) : new Response(stream, { headers: jsonType });
      }
      const listing = listObjects(store, info, route.namespace, query);
      if (isFailure(listing)) return failed(listing);
      return new Response(renderList(listing.items, listing.metadata, info, form, store.clock.now()), {
        headers: jsonType,
      });
    }
    case "POST":
      if (info.namespaced && route.namespace === undefined) return failed(methodNotAllowed());
      if (route.name !== undefined) return failed(methodNotAllowed());
      return objectAnswer(call, info, createObject(call, info), 201);
    case "DELETE":
      return deleteCollection(call, info);
    default:
      return failed(methodNotAllowed());
  }
}

function deleteCollection(call: ApiCall, info: ResourceInfo): Response {
  const options = readDeleteOptions(call);
  if (isFailure(options)) return failed(options);
  const listing = listObjects(call.store, info, call.route.namespace, call.query);
  if (isFailure(listing)) return failed(listing);
  if (!call.query.has("dryRun")) for (const object of listing.items) removeObject(call.store, info, object);
  const form = { as: "object", includeObject: "Metadata" } as const;
  const metadata = { resourceVersion: String(call.store.revision()) };
  return new Response(renderList(listing.items, metadata, info, form, call.store.clock.now()), { headers: jsonType });
}

function answerObject(call: ApiCall, info: ResourceInfo): Response {
  switch (call.method) {
    case "GET":
      return objectAnswer(call, info, readObject(call, info), 200);
    case "PUT": {
      const replaced = replaceObject(call, info);
      if (isFailure(replaced)) return failed(replaced);
      return objectAnswer(call, info, replaced.object, replaced.created ? 201 : 200);
    }
    case "PATCH":
      return objectAnswer(call, info, patchObject(call, info), 200);
    case "DELETE": {
      const removal = deleteObject(call, info);
      if (isFailure(removal)) return failed(removal);
      if (!removal.gone || info.kind === "Pod") return objectAnswer(call, info, removal.object, 200);
      return json({
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Success",
        details: removalDetails(info, removal.object),
      });
    }
    default:
      return failed(methodNotAllowed());
  }
}

function readObject(call: ApiCall, info: ResourceInfo): KubeObject | Failure {
  const wanted = Number(call.query.get("resourceVersion") ?? "0");
  if (wanted > call.store.revision()) return tooLargeResourceVersion(call.store, wanted);
  const name = call.route.name ?? "";
  return call.store.get(resourceName(info), call.route.namespace, name) ?? notFound(info, name);
}

function answerSubresource(call: ApiCall, info: ResourceInfo, closing: AbortSignal): Response {
  const { subresource } = call.route;
  if (subresource === "status" && info.hasStatus) {
    if (call.method === "DELETE" || call.method === "POST") return failed(methodNotAllowed());
    return answerObject(call, info);
  }
  if (subresource === "scale" && info.hasScale) {
    const scale = answerScale(call, info);
    return isFailure(scale) ? failed(scale) : json(scale);
  }
  if (info.kind === "Pod" && subresource === "log") {
    if (call.method !== "GET") return failed(methodNotAllowed());
    const log = readPodLog(call, closing);
    return isFailure(log) ? failed(log) : new Response(log, { headers: { "content-type": "text/plain" } });
  }
  if (info.kind === "Pod" && subresource === "eviction") {
    if (call.method !== "POST") return failed(methodNotAllowed());
    const refusal = evictPod(call);
    return refusal === undefined
      ? json({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 }, 201)
      : failed(refusal);
  }
  return failed(unknownResource());
}

function objectAnswer(call: ApiCall, info: ResourceInfo, object: KubeObject | Failure, status: number): Response {
  if (isFailure(object)) return failed(object);
  const form = negotiate(call.headers.get("accept"), call.query);
  if (isFailure(form)) return failed(form);
  return new Response(renderObject(object, info, form, call.store.clock.now()), { status, headers: jsonType });
}

function answerPath(call: ApiCall): Response {
  const path = call.route.path.length > 1 ? call.route.path.replace(/\/$/, "") : call.route.path;
  if (call.method !== "GET" && call.method !== "HEAD") return failed(methodNotAllowed());
  if (path === "/version") return json(version);
  const health = /^\/(?:healthz|livez|readyz)(?:\/|$)/.exec(path);
  if (health !== null) {
    const verbose = `[+]ping ok\n${path.slice(1)} check passed\n`;
    return new Response(call.query.has("verbose") ? verbose : "ok", { headers: textType });
  }
  if (path === "/")
    return json({
      paths: [...discoveryPathsServed(call.custom), "/healthz", "/livez", "/openapi/v3", "/readyz", "/version"],
    });
  if (path === "/api" || path === "/apis") {
    const aggregated = aggregatedType(call.headers.get("accept"));
    if (aggregated !== undefined) {
      return json(aggregatedDiscovery(path === "/api", call.custom), 200, {
        "content-type": aggregated,
        "cache-control": "public",
        vary: "Accept",
      });
    }
  }
  if (path === "/openapi/v3") return json(openApiIndex(call.custom));
  const document = /^\/openapi\/v3\/(.+)$/.exec(path)?.[1];
  if (document !== undefined) {
    const found = openApiDocument(document, call.custom);
    return found === undefined ? pageNotFound() : json(found);
  }
  const found = plainDiscovery(path, call.headers.get("host") ?? "127.0.0.1", call.custom);
  if (found !== undefined) return json(found);
  const isVersion =
    call.route.version !== "" && (path.startsWith("/api/") || knowsGroup(call.route.group, call.custom));
  return isVersion && path.startsWith("/api") ? failed(unknownResource()) : pageNotFound();
}

/** The first form of an `Accept` header decides between the one document and the plain ones. */
function aggregatedType(accept: string | null): string | undefined {
  const [first = ""] = (accept ?? "").split(",");
  const wanted = first.includes("as=APIGroupDiscoveryList") && first.includes("v=v2") && !first.includes("v2beta1");
  return wanted ? "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList" : undefined;
}

export function failed(status: Failure): Response {
  const retry = status.details?.retryAfterSeconds;
  return json(status, status.code, {
    ...jsonType,
    ...(retry === undefined ? {} : { "retry-after": String(retry) }),
    ...(status.code === 403 ? { "x-content-type-options": "nosniff" } : {}),
  });
}

function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = jsonType): Response {
  return new Response(JSON.stringify(value), { status, headers });
}

function pageNotFound(): Response {
  return new Response("404 page not found\n", { status: 404, headers: textType });
}
