import { isJsonObject, type JsonObject, jsonEqual } from "../object.ts";
import type { ResourceInfo } from "../resources.ts";
import { at, listAt, objectAt } from "./field.ts";
import {
  isQualifiedName,
  label,
  labelText,
  labelValue,
  labelValueText,
  qualifiedText,
  subdomain,
  subdomainText,
} from "./names.ts";
import { labelSelectorMatches } from "./selectors.ts";
import { forbiddenValue, invalidValue, requiredValue, type StatusCause } from "./status.ts";

const templated = new Set(["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"]);
const selectorFixed = new Set(["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"]);

/** What the API server would refuse in a new object. */
export function validateNew(info: ResourceInfo, object: JsonObject): readonly StatusCause[] {
  return [...validateMeta(info, object), ...validateSpec(info, object)];
}

/** What the API server would refuse in a change: the new state's own faults first, then what must not change. */
export function validateChange(info: ResourceInfo, object: JsonObject, previous: JsonObject): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  // Generic code and the kind's own validation look at the metadata one after the other: measured, a cause in the labels is
  // listed three times and one in the uid twice.
  const uid = at(object, "metadata", "uid");
  const maps = validateMetaMaps(object);
  const once: StatusCause[] = [];
  if (uid !== at(previous, "metadata", "uid")) once.push(invalidValue("metadata.uid", uid, "field is immutable"));
  once.push(...newFinalizers(object, previous));
  causes.push(...maps, ...once, ...maps, ...once, ...maps, ...validateSpec(info, object));
  if (selectorFixed.has(info.kind) && !jsonEqual(at(object, "spec", "selector"), at(previous, "spec", "selector"))) {
    causes.push(invalidValue("spec.selector", at(object, "spec", "selector"), "field is immutable"));
  }
  if (info.kind === "StatefulSet") causes.push(...fixedStatefulSet(object, previous));
  if (info.kind === "Pod") causes.push(...fixedPod(object, previous));
  if (info.kind === "Secret" && object["type"] !== previous["type"]) {
    causes.push(invalidValue("type", object["type"], "field is immutable"));
  }
  return causes;
}

function validateMeta(info: ResourceInfo, object: JsonObject): readonly StatusCause[] {
  const name = at(object, "metadata", "name");
  if (typeof name !== "string" || name === "") {
    return [requiredValue("metadata.name", "name or generateName is required")];
  }
  const strict = info.kind === "Namespace" || info.kind === "Service";
  if (name.length > (strict ? 63 : 253)) {
    return [invalidValue("metadata.name", name, `must be no more than ${strict ? 63 : 253} bytes`)];
  }
  if (!(strict ? label : subdomain).test(name)) {
    return [invalidValue("metadata.name", name, strict ? labelText : subdomainText)];
  }
  return validateMetaMaps(object);
}

function validateMetaMaps(object: JsonObject): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  for (const [key, value] of Object.entries(objectAt(object, "metadata", "labels"))) {
    if (!isQualifiedName(key)) causes.push(invalidValue("metadata.labels", key, qualifiedText));
    if (!labelValue.test(String(value))) causes.push(invalidValue("metadata.labels", value, labelValueText));
  }
  for (const key of Object.keys(objectAt(object, "metadata", "annotations"))) {
    if (!isQualifiedName(key.toLowerCase())) causes.push(invalidValue("metadata.annotations", key, qualifiedText));
  }
  return causes;
}

function validateSpec(info: ResourceInfo, object: JsonObject): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  const replicas = at(object, "spec", "replicas");
  if (typeof replicas === "number" && replicas < 0) {
    causes.push(invalidValue("spec.replicas", replicas, "must be greater than or equal to 0"));
  }
  if (info.kind === "Pod") causes.push(...validateContainers(object, "spec"));
  if (!templated.has(info.kind)) return causes;
  const selector = at(object, "spec", "selector");
  const labels = at(object, "spec", "template", "metadata", "labels");
  if (selector === undefined) causes.push(requiredValue("spec.selector"));
  if (!labelSelectorMatches(selector, stringMap(labels))) {
    causes.push(invalidValue("spec.template.metadata.labels", labels, "`selector` does not match template `labels`"));
  }
  causes.push(...validateContainers(objectAt(object, "spec", "template"), "spec.template.spec"));
  if (info.kind === "Deployment") causes.push(...validateStrategy(objectAt(object, "spec", "strategy")));
  return causes;
}

function validateContainers(holder: JsonObject, path: string): readonly StatusCause[] {
  const containers = listAt(holder, "spec", "containers");
  if (containers.length === 0) return [requiredValue(`${path}.containers`)];
  return containers.flatMap((container, index) => {
    const missing = ["name", "image"].filter((key) => (at(container, key) ?? "") === "");
    return missing.map((key) => requiredValue(`${path}.containers[${index}].${key}`));
  });
}

function validateStrategy(strategy: JsonObject): readonly StatusCause[] {
  const rolling = strategy["rollingUpdate"];
  if (strategy["type"] === "Recreate") {
    return rolling === undefined
      ? []
      : [forbiddenValue("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")];
  }
  const unavailable = at(rolling, "maxUnavailable");
  if (!isZero(unavailable) || !isZero(at(rolling, "maxSurge"))) return [];
  return [invalidValue("spec.strategy.rollingUpdate.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0")];
}

function isZero(value: unknown): boolean {
  return value === 0 || (typeof value === "string" && Number.parseInt(value, 10) === 0);
}

function newFinalizers(object: JsonObject, previous: JsonObject): readonly StatusCause[] {
  if (at(previous, "metadata", "deletionTimestamp") === undefined) return [];
  const before = listAt(previous, "metadata", "finalizers");
  const added = listAt(object, "metadata", "finalizers").filter((finalizer) => !before.includes(finalizer));
  if (added.length === 0) return [];
  const found = added.map((finalizer) => JSON.stringify(finalizer)).join(", ");
  return [
    forbiddenValue(
      "metadata.finalizers",
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${found}}`,
    ),
  ];
}

function fixedStatefulSet(object: JsonObject, previous: JsonObject): readonly StatusCause[] {
  const free = [
    ...["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit"],
    ...["persistentVolumeClaimRetentionPolicy", "minReadySeconds", "selector"],
  ];
  if (jsonEqual(without(object, free), without(previous, free))) return [];
  return [
    forbiddenValue(
      "spec",
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
        "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ),
  ];
}

function fixedPod(object: JsonObject, previous: JsonObject): readonly StatusCause[] {
  const free = ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds"];
  const core = (pod: JsonObject): JsonObject => ({
    ...without(pod, free),
    containers: listAt(pod, "spec", "containers").map((container) => ({ ...objectAt(container), image: "" })),
    initContainers: listAt(pod, "spec", "initContainers").map((container) => ({ ...objectAt(container), image: "" })),
  });
  if (jsonEqual(core(object), core(previous))) return [];
  return [
    forbiddenValue(
      "spec",
      "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`," +
        "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations)," +
        "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
    ),
  ];
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(objectAt(object, "spec")).filter(([key]) => !keys.includes(key)));
}

function stringMap(value: unknown): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]));
}
