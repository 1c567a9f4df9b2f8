import { timestamp } from "../clock.ts";
import type { Draft, JsonObject, KubeObject, ManagedFields, ObjectMeta } from "../object.ts";
import { groupVersion, type ResourceInfo, resourceName } from "../resources.ts";
import { admitNamespace, admitWrite } from "./admission.ts";
import type { ApiCall } from "./call.ts";
import { withDefaults } from "./defaults.ts";
import { readDocument } from "./document.ts";
import { at, objectAt } from "./field.ts";
import { manageFields } from "./managed-fields.ts";
import { alreadyExists, badRequest, type Failure, invalid, isFailure } from "./status.ts";
import { validateNew } from "./validation.ts";
import { readWriteOptions, type WriteOptions } from "./write-options.ts";

const suffixLetters = "bcdfghjklmnpqrstvwxz2456789";
const dryRunUid = "00000000-0000-4000-8000-000000000000";

/** POST of a new object. */
export function createObject(call: ApiCall, info: ResourceInfo): KubeObject | Failure {
  const options = readWriteOptions(call, "CreateOptions");
  if (isFailure(options)) return options;
  const document = readDocument(call, info, options);
  if (isFailure(document)) return document;
  return createDecoded(call, info, document, options);
}

/** Creates an object that was already decoded: from a POST, or from a PUT of a kind that may be created so. */
export function createDecoded(
  call: ApiCall,
  info: ResourceInfo,
  document: JsonObject,
  options: WriteOptions,
): KubeObject | Failure {
  const { store, route } = call;
  const given = objectAt(document, "metadata");
  if (info.namespaced && given["namespace"] !== undefined && given["namespace"] !== route.namespace) {
    return badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  if (given["resourceVersion"] !== undefined && given["resourceVersion"] !== "" && call.method === "POST") {
    return badRequest("resourceVersion should not be set on objects to be created");
  }
  const generated = typeof given["generateName"] === "string" && given["name"] === undefined;
  const name = generated ? `${String(given["generateName"])}${suffix(store.random)}` : String(given["name"] ?? "");
  const refusal = admitNamespace(call, info, name);
  if (refusal !== undefined) return refusal;
  const draft = draftOf(info, document, name, route.namespace);
  const causes = validateNew(info, draft);
  if (causes.length > 0) return invalid(info, name, causes);
  const time = timestamp(store.clock.now());
  const writer = { manager: options.manager, apiVersion: groupVersion(info), time };
  const managedFields: readonly ManagedFields[] = manageFields(info.kind, draft, undefined, [], writer);
  const metadata = { ...draft.metadata, managedFields };
  const object: Draft = { ...draft, metadata };
  const preview: KubeObject = {
    ...object,
    metadata: {
      ...metadata,
      uid: dryRunUid,
      resourceVersion: "",
      creationTimestamp: time,
      ...(info.hasGeneration ? { generation: 1 } : {}),
    },
  };
  const denied = admitWrite(call, info, "CREATE", preview, undefined);
  if (denied !== undefined) return denied;
  if (store.get(resourceName(info), draft.metadata.namespace, name) !== undefined) return alreadyExists(info, name);
  return options.dryRun ? withoutVersion(preview) : store.create(resourceName(info), object);
}

/** What is not stored has no version. */
function withoutVersion(object: KubeObject): KubeObject {
  const { resourceVersion: _none, ...metadata } = object.metadata;
  return { ...object, metadata: metadata as ObjectMeta };
}

function draftOf(info: ResourceInfo, document: JsonObject, name: string, namespace: string | undefined): Draft {
  const {
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _created,
    deletionTimestamp: _deleted,
    deletionGracePeriodSeconds: _grace,
    generation: _generation,
    managedFields: _managers,
    selfLink: _link,
    ...kept
  } = objectAt(document, "metadata");
  const annotations =
    info.kind === "DaemonSet"
      ? { annotations: { ...objectAt(kept["annotations"]), "deprecated.daemonset.template.generation": "1" } }
      : {};
  const { status, metadata: _metadata, ...rest } = document;
  const filled = withDefaults(info.kind, {
    apiVersion: groupVersion(info),
    kind: info.kind,
    metadata: { name, ...(info.namespaced && namespace !== undefined ? { namespace } : {}), ...kept, ...annotations },
    ...rest,
  });
  const first = info.kind === "Node" && status !== undefined ? status : firstStatus[info.kind];
  return {
    ...filled,
    ...(info.kind === "Service" ? { spec: withClusterIp(objectAt(filled, "spec"), name) } : {}),
    ...(info.hasStatus && filled["status"] === undefined ? { status: first ?? {} } : {}),
  } as Draft;
}

/** What a status holds before a controller has seen the object. */
const firstStatus: Readonly<Record<string, unknown>> = {
  ReplicaSet: { replicas: 0 },
  ReplicationController: { replicas: 0 },
  StatefulSet: { replicas: 0, availableReplicas: 0 },
  DaemonSet: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  PodDisruptionBudget: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  Service: { loadBalancer: {} },
  PersistentVolume: { phase: "Pending" },
  PersistentVolumeClaim: { phase: "Pending" },
};

function withClusterIp(spec: JsonObject, name: string): JsonObject {
  if (at(spec, "clusterIP") !== undefined || spec["type"] === "ExternalName") return spec;
  const sum = [...name].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 64_516, 7);
  const address = `10.96.${1 + Math.floor(sum / 254)}.${1 + (sum % 254)}`;
  return { ...spec, clusterIP: address, clusterIPs: [address] };
}

function suffix(random: () => number): string {
  return Array.from({ length: 5 }, () => suffixLetters[Math.floor(random() * suffixLetters.length)]).join("");
}
