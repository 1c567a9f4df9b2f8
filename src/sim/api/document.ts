import { isJsonObject, type JsonObject } from "../object.ts";
import { groupVersion, type ResourceInfo } from "../resources.ts";
import type { ApiCall } from "./call.ts";
import { type Decoded, decode } from "./decode.ts";
import { badRequest, type Failure, failure } from "./status.ts";
import type { WriteOptions } from "./write-options.ts";

const acceptedText =
  "the body of the request was in an unknown format - accepted media types include: " +
  "application/json, application/yaml, application/vnd.kubernetes.protobuf";

/** A JSON body, or the words of the failure to read it. */
export function parseJson(body: string): { readonly document: unknown } | { readonly fault: string } {
  if (body.trim() === "") return { fault: "unexpected end of JSON input" };
  try {
    const document: unknown = JSON.parse(body);
    return { document };
  } catch {
    const start = /^\s*\{\s*([^"}\s])/.exec(body)?.[1];
    if (start !== undefined)
      return { fault: `invalid character '${start}' looking for beginning of object key string` };
    const first = body.trim()[0] ?? "";
    return /[[{"]/.test(first)
      ? { fault: "unexpected end of JSON input" }
      : { fault: `invalid character '${first}' looking for beginning of value` };
  }
}

/** The object in the body of a POST or PUT, decoded as `kind`. */
export function readDocument(
  call: ApiCall,
  info: ResourceInfo,
  options: WriteOptions,
  kind = info.kind,
): JsonObject | Failure {
  const type = call.headers.get("content-type") ?? "application/json";
  if (!/^application\/json\b/.test(type)) return failure(415, "UnsupportedMediaType", acceptedText);
  const parsed = parseJson(call.body);
  if ("fault" in parsed || !isJsonObject(parsed.document)) {
    const fault = "fault" in parsed ? parsed.fault : "json: cannot unmarshal into a struct";
    return badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ` +
        `${fault} (${call.body.slice(0, 64)})`,
    );
  }
  const { document } = parsed;
  const wanted = kind === info.kind ? groupVersion(info) : undefined;
  const [givenVersion, givenKind] = [document["apiVersion"], document["kind"]];
  const foreign = givenKind !== undefined && givenKind !== kind;
  if (foreign || (givenVersion !== undefined && wanted !== undefined && givenVersion !== wanted)) {
    const version = String(givenVersion ?? "");
    const group = info.group === "" ? "core" : info.group.split(".")[0];
    return badRequest(
      `${String(givenKind ?? kind)} in version "${version.split("/").at(-1) ?? ""}" cannot be handled as a ${kind}: ` +
        `converting (${version}.${String(givenKind ?? kind)}) to (${group}.${kind}): unknown conversion`,
    );
  }
  const prefix = `${kind} in version "${info.version}" cannot be handled as a ${kind}: `;
  const decoded = decode(document, kind, "json");
  if (typeof decoded === "string") return badRequest(prefix + decoded);
  const refusal = reportUnknown(call, options, decoded.unknown);
  if (refusal !== undefined) return badRequest(prefix + refusal);
  return decoded.value;
}

/** Warns of unknown fields; with `Strict` returns the refusal's words instead. */
export function reportUnknown(call: ApiCall, options: WriteOptions, unknown: Decoded["unknown"]): string | undefined {
  if (unknown.length === 0 || options.fieldValidation === "Ignore") return undefined;
  const texts = unknown.map((path) => `unknown field "${path}"`);
  if (options.fieldValidation === "Strict") return `strict decoding error: ${texts.join(", ")}`;
  for (const text of texts) call.warn(text);
  return undefined;
}
