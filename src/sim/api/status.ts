import { type ResourceInfo, resourceName } from "../resources.ts";

export interface StatusCause {
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** A refused request, as the API server answers it. Functions return it in place of their result. */
export interface Failure {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: { readonly continue?: string };
  readonly status: "Failure";
  readonly message: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code: number;
}

export function isFailure(value: unknown): value is Failure {
  return (
    typeof value === "object" && value !== null && "status" in value && value.status === "Failure" && "code" in value
  );
}

export function failure(code: number, reason: string | undefined, message: string, details?: StatusDetails): Failure {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  };
}

type Named = Pick<ResourceInfo, "group" | "resource">;

/** Name, group and resource of a failure's details; the core group is left out. */
export function detailsOf(info: Named, name: string): StatusDetails {
  return { ...(name === "" ? {} : { name }), ...(info.group === "" ? {} : { group: info.group }), kind: info.resource };
}

export function notFound(info: Named, name: string): Failure {
  return failure(404, "NotFound", `${resourceName(info)} "${name}" not found`, detailsOf(info, name));
}

export function alreadyExists(info: Named, name: string): Failure {
  return failure(409, "AlreadyExists", `${resourceName(info)} "${name}" already exists`, detailsOf(info, name));
}

export function unknownResource(): Failure {
  return failure(404, "NotFound", "the server could not find the requested resource", {});
}

export function methodNotAllowed(): Failure {
  return failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});
}

export function badRequest(message: string): Failure {
  return failure(400, "BadRequest", message);
}

export function internalError(message: string): Failure {
  return failure(500, undefined, message);
}

export function modifiedConflict(info: Named, name: string): Failure {
  return failure(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${resourceName(info)} "${name}": ` +
      "the object has been modified; please apply your changes to the latest version and try again",
    detailsOf(info, name),
  );
}

/** 422. `kind` is the kind with its group (`Deployment.apps`) or, as some answers have it, the resource. */
export function invalid(
  subject: { readonly group: string; readonly kind: string },
  name: string,
  causes: readonly StatusCause[],
): Failure {
  const texts = [...new Set(causes.map((cause) => `${cause.field ?? ""}: ${cause.message}`))];
  const qualified = subject.group === "" ? subject.kind : `${subject.kind}.${subject.group}`;
  return failure(
    422,
    "Invalid",
    `${qualified} "${name}" is invalid: ${texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`}`,
    {
      ...(name === "" ? {} : { name }),
      ...(subject.group === "" ? {} : { group: subject.group }),
      ...(subject.kind === "" ? {} : { kind: subject.kind }),
      causes,
    },
  );
}

export function requiredValue(field: string, detail = ""): StatusCause {
  return { reason: "FieldValueRequired", message: `Required value${detail === "" ? "" : `: ${detail}`}`, field };
}

/** `value` is quoted as JSON, the way Go's field errors quote it. */
export function invalidValue(field: string, value: unknown, detail: string): StatusCause {
  return { reason: "FieldValueInvalid", message: `Invalid value: ${JSON.stringify(value ?? null)}: ${detail}`, field };
}

export function forbiddenValue(field: string, detail: string): StatusCause {
  return { reason: "FieldValueForbidden", message: `Forbidden: ${detail}`, field };
}

export function unsupportedValue(field: string, value: string, supported: readonly string[]): StatusCause {
  const list = supported.map((item) => `"${item}"`).join(", ");
  return { reason: "FieldValueNotSupported", message: `Unsupported value: ${value}: supported values: ${list}`, field };
}
