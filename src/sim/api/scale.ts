import type { JsonObject, KubeObject } from "../object.ts";
import { type ResourceInfo, resourceName } from "../resources.ts";
import type { ApiCall } from "./call.ts";
import { readDocument } from "./document.ts";
import { at, numberAt, objectAt } from "./field.ts";
import { patchDocument, patchTypeOf } from "./patch.ts";
import { labelSelectorText } from "./selectors.ts";
import { badRequest, type Failure, invalid, invalidValue, isFailure, methodNotAllowed, notFound } from "./status.ts";
import { changeObject } from "./update.ts";
import { readWriteOptions } from "./write-options.ts";

/** GET, PUT and PATCH of `…/scale`. */
export function answerScale(call: ApiCall, info: ResourceInfo): KubeObject | Failure {
  const name = call.route.name ?? "";
  const object = call.store.get(resourceName(info), call.route.namespace, name);
  const isRead = call.method === "GET";
  if (!isRead && call.method !== "PUT" && call.method !== "PATCH") return methodNotAllowed();
  if (isRead) return object === undefined ? notFound(info, name) : scaleOf(object);
  const options = readWriteOptions(call, call.method === "PUT" ? "UpdateOptions" : "PatchOptions");
  if (isFailure(options)) return options;
  const type = call.method === "PATCH" ? patchTypeOf(call.headers) : undefined;
  if (isFailure(type)) return type;
  if (object === undefined) return notFound(info, name);
  const wanted =
    type === undefined
      ? readDocument(call, info, options, "Scale")
      : patchDocument(call, type, scaleOf(object), "Scale", options);
  if (isFailure(wanted)) return wanted;
  if ((at(wanted, "metadata", "name") ?? name) !== name) {
    return badRequest(
      `the name of the object (${String(at(wanted, "metadata", "name"))}) does not match the name on the URL (${name})`,
    );
  }
  const replicas = numberAt(wanted, "spec", "replicas");
  if (replicas < 0) {
    const cause = invalidValue("spec.replicas", replicas, "must be greater than or equal to 0");
    return invalid({ group: "autoscaling", kind: "Scale" }, name, [cause]);
  }
  const resourceVersion = at(wanted, "metadata", "resourceVersion");
  const scaled: JsonObject = {
    ...object,
    metadata: { ...object.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    spec: { ...objectAt(object, "spec"), replicas },
  };
  const changed = changeObject(call, info, object, scaled, options);
  return isFailure(changed) ? changed : scaleOf(changed);
}

function scaleOf(object: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = at(object, "spec", "selector");
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberAt(object, "spec", "replicas") },
    status: { replicas: numberAt(object, "status", "replicas"), selector: labelSelectorText(selector) },
  };
}
