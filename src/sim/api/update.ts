import { timestamp } from "../clock.ts";
import { isJsonObject, type JsonObject, jsonEqual, type KubeObject, type ObjectMeta } from "../object.ts";
import { groupVersion, type ResourceInfo, resourceName } from "../resources.ts";
import { admitWrite } from "./admission.ts";
import type { ApiCall } from "./call.ts";
import { createDecoded } from "./create.ts";
import { withDefaults } from "./defaults.ts";
import { readDocument } from "./document.ts";
import { at, objectAt } from "./field.ts";
import { manageFields } from "./managed-fields.ts";
import {
  badRequest,
  type Failure,
  internalError,
  invalid,
  invalidValue,
  isFailure,
  modifiedConflict,
  notFound,
} from "./status.ts";
import { validateChange } from "./validation.ts";
import { readWriteOptions, type WriteOptions } from "./write-options.ts";

/** Kinds whose PUT must carry a resourceVersion. */
const conditional = new Set(["Lease", "PodDisruptionBudget"]);
/** Kinds whose PUT creates what is not there. */
const createdByPut = new Set(["Lease", "Event"]);

/** PUT of a whole object or of its status. */
export function replaceObject(
  call: ApiCall,
  info: ResourceInfo,
): { readonly object: KubeObject; readonly created: boolean } | Failure {
  const options = readWriteOptions(call, "UpdateOptions");
  if (isFailure(options)) return options;
  const document = readDocument(call, info, options);
  if (isFailure(document)) return document;
  const name = call.route.name ?? "";
  const mismatch = checkPlace(call, document);
  if (mismatch !== undefined) return mismatch;
  const previous = call.store.get(resourceName(info), call.route.namespace, name);
  if (previous === undefined) {
    if (!createdByPut.has(info.kind) || call.route.subresource !== undefined) return notFound(info, name);
    const created = createDecoded(call, info, document, options);
    return isFailure(created) ? created : { object: created, created: true };
  }
  if (conditional.has(info.kind) && (at(document, "metadata", "resourceVersion") ?? "") === "") {
    const subject = { group: info.group, kind: info.resource };
    return invalid(subject, name, [invalidValue("metadata.resourceVersion", 0, "must be specified for an update")]);
  }
  const object = changeObject(call, info, previous, document, options);
  return isFailure(object) ? object : { object, created: false };
}

/** An object must name the place that its URL names. */
export function checkPlace(call: ApiCall, document: JsonObject): Failure | undefined {
  const { name = "", namespace } = call.route;
  const given = objectAt(document, "metadata");
  if ((given["name"] ?? "") !== name) {
    return badRequest(
      (given["name"] ?? "") === ""
        ? "name must be provided"
        : `the name of the object (${String(given["name"])}) does not match the name on the URL (${name})`,
    );
  }
  if (
    namespace !== undefined &&
    call.route.resource !== "namespaces" &&
    (given["namespace"] ?? namespace) !== namespace
  ) {
    return badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  return undefined;
}

/** The common end of PUT and PATCH: locks, defaults, validation, admission, ownership of fields, and the write. */
export function changeObject(
  call: ApiCall,
  info: ResourceInfo,
  previous: KubeObject,
  document: JsonObject,
  options: WriteOptions,
): KubeObject | Failure {
  const { store, route } = call;
  const { name } = previous.metadata;
  const conflict = checkVersion(info, previous, at(document, "metadata", "resourceVersion"));
  if (conflict !== undefined) return conflict;
  const next = nextState(info, previous, document, route.subresource);
  const causes = validateChange(info, next, previous);
  if (causes.length > 0) return invalid(info, name, causes);
  const denied = admitWrite(call, info, "UPDATE", next, previous);
  if (denied !== undefined) return denied;
  if (jsonEqual(next, previous)) return previous;
  const writer = {
    manager: options.manager,
    apiVersion: groupVersion(info),
    time: timestamp(store.clock.now()),
    ...(route.subresource === undefined ? {} : { subresource: route.subresource }),
  };
  const managedFields = manageFields(info.kind, next, previous, previous.metadata.managedFields ?? [], writer);
  const managed: KubeObject = { ...next, metadata: { ...next.metadata, managedFields } };
  const annotated = info.kind === "Deployment" && !jsonEqual(next.metadata.annotations, previous.metadata.annotations);
  if (options.dryRun) {
    const { generation } = previous.metadata;
    const moves = annotated || !jsonEqual(next.spec, previous.spec);
    if (generation === undefined || !moves) return managed;
    return { ...managed, metadata: { ...managed.metadata, generation: generation + 1 } };
  }
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = next.metadata;
  if (
    deletionTimestamp !== undefined &&
    finalizers.length === 0 &&
    deletionGracePeriodSeconds === 0 &&
    info.kind !== "Namespace"
  ) {
    store.remove(resourceName(info), next.metadata.namespace, name);
    return managed;
  }
  return store.update(resourceName(info), managed, { moveGeneration: annotated });
}

function checkVersion(info: ResourceInfo, previous: KubeObject, given: unknown): Failure | undefined {
  if (given === undefined || given === "") return undefined;
  if (!/^\d+$/.test(String(given)))
    return internalError(`strconv.ParseUint: parsing "${String(given)}": invalid syntax`);
  return given === previous.metadata.resourceVersion ? undefined : modifiedConflict(info, previous.metadata.name);
}

/** The object as it would be stored: what the server keeps is taken from the present state. */
function nextState(
  info: ResourceInfo,
  previous: KubeObject,
  document: JsonObject,
  subresource: string | undefined,
): KubeObject {
  if (subresource === "status") return { ...previous, status: document["status"] ?? {} };
  const { managedFields: _managed, ...present } = previous.metadata;
  const given = objectAt(document, "metadata");
  const kept: Record<string, unknown> = {};
  for (const key of ["generateName", "labels", "annotations", "ownerReferences", "finalizers"]) {
    const value = given[key];
    if (value !== undefined && !(isJsonObject(value) && Object.keys(value).length === 0)) kept[key] = value;
  }
  const {
    labels: _labels,
    annotations: _annotations,
    ownerReferences: _owners,
    finalizers: _finalizers,
    ...fixed
  } = present;
  const uid = given["uid"];
  const metadata = {
    ...fixed,
    ...(typeof uid === "string" && uid !== "" ? { uid } : {}),
    ...kept,
    ...(previous.metadata.managedFields === undefined ? {} : { managedFields: previous.metadata.managedFields }),
  } as ObjectMeta;
  const filled = withDefaults(info.kind, {
    ...document,
    apiVersion: previous.apiVersion,
    kind: previous.kind,
    metadata,
  });
  const { status: _status, ...rest } = filled;
  const next = {
    ...(info.hasStatus ? rest : filled),
    ...(previous.status === undefined ? {} : { status: previous.status }),
  } as KubeObject;
  return info.kind === "DaemonSet" ? countTemplates(next, previous) : next;
}

/** A DaemonSet counts the changes of its template in an annotation. */
function countTemplates(next: KubeObject, previous: KubeObject): KubeObject {
  const key = "deprecated.daemonset.template.generation";
  if (jsonEqual(at(next, "spec", "template"), at(previous, "spec", "template"))) return next;
  const count = Number(previous.metadata.annotations?.[key] ?? "0") + 1;
  return {
    ...next,
    metadata: { ...next.metadata, annotations: { ...next.metadata.annotations, [key]: String(count) } },
  };
}
