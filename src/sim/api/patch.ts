import { isJsonObject, type JsonObject, type KubeObject } from "../object.ts";
import { type ResourceInfo, resourceName } from "../resources.ts";
import type { ApiCall } from "./call.ts";
import { decode } from "./decode.ts";
import { parseJson, reportUnknown } from "./document.ts";
import { jsonPatch } from "./json-patch.ts";
import { mergePatch } from "./merge-patch.ts";
import {
  badRequest,
  type Failure,
  failure,
  internalError,
  invalid,
  invalidValue,
  isFailure,
  notFound,
} from "./status.ts";
import { goText, isMergeRefusal, strategicMergePatch } from "./strategic-merge-patch.ts";
import { changeObject, checkPlace } from "./update.ts";
import { readWriteOptions, type WriteOptions } from "./write-options.ts";

const patchTypes = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
] as const;
type PatchType = (typeof patchTypes)[number];

/** A strategic merge needs the Go types of a kind (apiserver pkg/endpoints/handlers/patch.go). */
const customText =
  "the body of the request was in an unknown format - accepted media types include: " +
  "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";

export function patchTypeOf(headers: Headers): PatchType | Failure {
  const given = (headers.get("content-type") ?? "").split(";")[0]?.trim();
  const known = patchTypes.find((type) => type === given);
  if (known !== undefined) return known;
  // Server-side apply is not simulated: what it would decide belongs to the real API server.
  return failure(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
}

/** PATCH of an object or of its status. */
export function patchObject(call: ApiCall, info: ResourceInfo): KubeObject | Failure {
  const type = patchTypeOf(call.headers);
  const options = readWriteOptions(call, "PatchOptions");
  if (isFailure(options)) return options;
  if (isFailure(type)) return type;
  if (info.custom && type === "application/strategic-merge-patch+json")
    return failure(415, "UnsupportedMediaType", customText);
  const name = call.route.name ?? "";
  const previous = call.store.get(resourceName(info), call.route.namespace, name);
  if (previous === undefined) return notFound(info, name);
  const document = patchDocument(call, type, previous, info.kind, options);
  if (isFailure(document)) return document;
  return checkPlace(call, document) ?? changeObject(call, info, previous, document, options);
}

/** The patched and decoded state of any document; `kind` names its schema. */
export function patchDocument(
  call: ApiCall,
  type: PatchType,
  present: JsonObject,
  kind: string,
  options: WriteOptions,
): JsonObject | Failure {
  const strategic = type === "application/strategic-merge-patch+json";
  const parsed = parseJson(call.body);
  if ("fault" in parsed) return badRequest(strategic ? parsed.fault : `error decoding patch: ${parsed.fault}`);
  const patch = parsed.document;
  let patched: unknown;
  let quoted: string;
  if (type === "application/json-patch+json") {
    if (!Array.isArray(patch)) {
      return badRequest(
        "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
      );
    }
    patched = jsonPatch(present, patch);
    if (patched === undefined) {
      return failure(422, "Invalid", "the server rejected our request due to an error in our request", {});
    }
    quoted = JSON.stringify(patched);
  } else {
    if (!isJsonObject(patch)) {
      if (patch === null) return badRequest("Invalid JSON Patch");
      const found = Array.isArray(patch) ? "array" : typeof patch;
      return badRequest(
        `error decoding patch: json: cannot unmarshal ${found} into Go value of type map[string]interface {}`,
      );
    }
    if (strategic) {
      const merged = strategicMergePatch(present, patch, kind);
      if (isMergeRefusal(merged)) return internalError(merged.refusal);
      patched = merged;
      quoted = goText(patch);
    } else {
      patched = mergePatch(present, patch);
      quoted = JSON.stringify(patched);
    }
  }
  const refuse = (detail: string): Failure =>
    invalid({ group: "", kind: "" }, "", [invalidValue("patch", quoted, detail)]);
  if (!isJsonObject(patched)) return refuse("json: cannot unmarshal into a struct");
  if (patched["kind"] !== present["kind"] || patched["apiVersion"] !== present["apiVersion"]) {
    return refuse(
      `no kind "${String(patched["kind"])}" is registered for version "${String(patched["apiVersion"])}" in scheme "pkg/runtime/scheme.go:111"`,
    );
  }
  const decoded = decode(patched, kind, strategic ? "unstructured" : "json");
  if (typeof decoded === "string") return refuse(decoded);
  const strict = reportUnknown(call, options, decoded.unknown.toSorted());
  return strict === undefined ? decoded.value : refuse(strict);
}
