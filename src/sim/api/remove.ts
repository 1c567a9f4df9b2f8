import { timestamp } from "../clock.ts";
import { isJsonObject, type JsonObject, type KubeObject } from "../object.ts";
import { type ResourceInfo, resourceName, resources } from "../resources.ts";
import type { Store } from "../store.ts";
import { admitWrite } from "./admission.ts";
import type { ApiCall } from "./call.ts";
import { parseJson } from "./document.ts";
import { at, numberAt, objectAt, textAt } from "./field.ts";
import {
  badRequest,
  type Failure,
  failure,
  invalid,
  isFailure,
  notFound,
  type StatusDetails,
  unsupportedValue,
} from "./status.ts";

export interface Removal {
  /** The object as it is now, when it stays for a while. */
  readonly object: KubeObject;
  readonly gone: boolean;
}

const policies = ["Foreground", "Background", "Orphan"];

/** DELETE of one object. */
export function deleteObject(call: ApiCall, info: ResourceInfo): Removal | Failure {
  const options = readDeleteOptions(call);
  if (isFailure(options)) return options;
  const name = call.route.name ?? "";
  const object = call.store.get(resourceName(info), call.route.namespace, name);
  if (object === undefined) return notFound(info, name);
  const conflict = checkPreconditions(info, object, objectAt(options, "preconditions"));
  if (conflict !== undefined) return conflict;
  const denied = admitWrite(call, info, "DELETE", object, object);
  if (denied !== undefined) return denied;
  if (call.query.getAll("dryRun").includes("All") || Array.isArray(options["dryRun"])) return { object, gone: true };
  const grace = call.query.get("gracePeriodSeconds") ?? options["gracePeriodSeconds"];
  const asked = grace === undefined ? undefined : Number(grace);
  return removeObject(call.store, info, object, asked, propagationOf(call, options));
}

export function readDeleteOptions(call: ApiCall): JsonObject | Failure {
  if (call.body.trim() === "") return checkPropagation(call, {});
  const parsed = parseJson(call.body);
  if ("fault" in parsed || !isJsonObject(parsed.document))
    return badRequest("couldn't get version/kind; json parse error");
  return checkPropagation(call, parsed.document);
}

function checkPropagation(call: ApiCall, options: JsonObject): JsonObject | Failure {
  const policy = propagationOf(call, options);
  if (policy === undefined || policies.includes(policy)) return options;
  return invalid({ group: "meta.k8s.io", kind: "DeleteOptions" }, "", [
    unsupportedValue("propagationPolicy", JSON.stringify(policy), [...policies, "nil"]),
  ]);
}

function propagationOf(call: ApiCall, options: JsonObject): string | undefined {
  const policy = call.query.get("propagationPolicy") ?? options["propagationPolicy"];
  return policy === undefined ? undefined : String(policy);
}

function checkPreconditions(info: ResourceInfo, object: KubeObject, wanted: JsonObject): Failure | undefined {
  const { name, uid, resourceVersion } = object.metadata;
  const qualified = info.group === "" ? info.kind : `${info.kind}.${info.group}`;
  const refuse = (text: string): Failure =>
    failure(409, "Conflict", `Operation cannot be fulfilled on ${qualified} "${name}": ${text}`, {
      name,
      ...(info.group === "" ? {} : { group: info.group }),
      kind: info.kind,
    });
  if (wanted["uid"] !== undefined && wanted["uid"] !== uid) {
    return refuse(
      `the UID in the precondition (${String(wanted["uid"])}) does not match the UID in record (${uid}). ` +
        "The object might have been deleted and then recreated",
    );
  }
  if (wanted["resourceVersion"] !== undefined && wanted["resourceVersion"] !== resourceVersion) {
    return refuse(
      `the ResourceVersion in the precondition (${String(wanted["resourceVersion"])}) does not match the ResourceVersion ` +
        `in record (${resourceVersion}). The object might have been modified`,
    );
  }
  return undefined;
}

/**
 * Deletes as the API server does: a scheduled pod gets its grace period, finalizers hold the object back, a namespace first
 * empties itself. Otherwise the object is gone at once. Dependents are the garbage collector's business.
 */
export function removeObject(
  store: Store,
  info: ResourceInfo,
  object: KubeObject,
  askedGraceSeconds?: number,
  propagation?: string,
): Removal {
  const resource = resourceName(info);
  const { name, namespace } = object.metadata;
  if (info.kind === "Namespace") return terminateNamespace(store, object);
  const grace = info.kind === "Pod" ? podGrace(object, askedGraceSeconds) : 0;
  const finalizers = object.metadata.finalizers ?? [];
  // Foreground deletion is simulated as background deletion: what it adds is only the order.
  if (propagation === "Orphan") orphanDependents(store, object.metadata.uid);
  if (grace === 0 && finalizers.length === 0) {
    store.remove(resource, namespace, name);
    return { object, gone: true };
  }
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = object.metadata;
  if (deletionTimestamp !== undefined && grace >= deletionGracePeriodSeconds) return { object, gone: false };
  const marked: KubeObject = {
    ...object,
    metadata: {
      ...object.metadata,
      deletionTimestamp: timestamp(store.clock.now() + grace * 1000),
      deletionGracePeriodSeconds: grace,
    },
  };
  const moves = { moveGeneration: object.metadata.generation !== undefined };
  return { object: store.update(resource, marked, moves), gone: false };
}

function orphanDependents(store: Store, uid: string): void {
  for (const info of resources) {
    for (const object of store.list(resourceName(info))) {
      const owners = object.metadata.ownerReferences;
      if (owners?.some((owner) => owner.uid === uid) !== true) continue;
      const ownerReferences = owners.filter((owner) => owner.uid !== uid);
      store.update(resourceName(info), { ...object, metadata: { ...object.metadata, ownerReferences } });
    }
  }
}

function podGrace(pod: KubeObject, asked: number | undefined): number {
  const finished = ["Succeeded", "Failed"].includes(textAt(pod, "status", "phase"));
  if (textAt(pod, "spec", "nodeName") === "" || finished) return 0;
  return asked ?? (numberAt(pod, "spec", "terminationGracePeriodSeconds") || 30);
}

function terminateNamespace(store: Store, namespace: KubeObject): Removal {
  const { name } = namespace.metadata;
  const marked =
    namespace.metadata.deletionTimestamp !== undefined
      ? namespace
      : store.update("namespaces", {
          ...namespace,
          metadata: { ...namespace.metadata, deletionTimestamp: timestamp(store.clock.now()) },
          status: { ...objectAt(namespace, "status"), phase: "Terminating" },
        });
  emptyNamespace(store, name);
  return { object: marked, gone: false };
}

/**
 * Deletes what a terminating namespace still holds, pods before everything else (KEP-5080), and the namespace itself
 * once it is empty.
 */
export function emptyNamespace(store: Store, name: string): void {
  const namespace = store.get("namespaces", undefined, name);
  if (namespace?.metadata.deletionTimestamp === undefined) return;
  const namespaced = resources.filter((info) => info.namespaced);
  if (emptyOf(store, name, namespaced.filter(isPods)) > 0) return;
  const left = emptyOf(
    store,
    name,
    namespaced.filter((info) => !isPods(info)),
  );
  if (
    left === 0 &&
    store.get("namespaces", undefined, name) !== undefined &&
    (namespace.metadata.finalizers ?? []).length === 0
  ) {
    store.remove("namespaces", undefined, name);
  }
}

function isPods({ group, kind }: ResourceInfo): boolean {
  return group === "" && kind === "Pod";
}

/** Deletes what a namespace holds of some resources; returns how many objects stay for now. */
function emptyOf(store: Store, name: string, kinds: readonly ResourceInfo[]): number {
  let left = 0;
  for (const info of kinds) {
    for (const object of store.list(resourceName(info), name)) {
      const present = store.get(resourceName(info), name, object.metadata.name);
      if (present === undefined) continue;
      if (present.metadata.deletionTimestamp === undefined) {
        if (!removeObject(store, info, present).gone) left += 1;
      } else {
        left += 1;
      }
    }
  }
  return left;
}

/** Details of the `Success` that answers a finished deletion. */
export function removalDetails(info: ResourceInfo, object: KubeObject): StatusDetails {
  return {
    name: object.metadata.name,
    ...(info.group === "" ? {} : { group: info.group }),
    kind: info.resource,
    uid: String(at(object, "metadata", "uid")),
  };
}
