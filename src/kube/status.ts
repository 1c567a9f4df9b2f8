import { cleanText } from "./clean-text.ts";
import { type ErrorCause, type Reason, RestartError } from "./error.ts";
import { statusMessage } from "./status-message.ts";

const longestBody = 64 * 1024;

/** `metav1.Status`, as far as it is read. Every field comes from outside and may be anything. */
interface StatusObject {
  readonly kind?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly details?: {
    readonly name?: unknown;
    readonly group?: unknown;
    readonly kind?: unknown;
    readonly retryAfterSeconds?: unknown;
    readonly causes?: unknown;
  };
}

const reasonOfCode: ReadonlyMap<number, Reason> = new Map<number, Reason>([
  [400, "BadRequest"],
  [401, "Unauthorized"],
  [403, "Forbidden"],
  [404, "NotFound"],
  [405, "MethodNotAllowed"],
  [406, "NotAcceptable"],
  [409, "Conflict"],
  [410, "Expired"],
  [413, "RequestEntityTooLarge"],
  [415, "UnsupportedMediaType"],
  [422, "Invalid"],
  [429, "TooManyRequests"],
  [500, "InternalError"],
  [502, "ServiceUnavailable"],
  [503, "ServiceUnavailable"],
  [504, "Timeout"],
]);

/** What a server may claim; our own reasons (`Unconfirmed`, `Recreated` …) are never taken from outside. */
const statusReasons: ReadonlySet<string> = new Set<Reason>([
  "BadRequest",
  "Unauthorized",
  "Forbidden",
  "NotFound",
  "AlreadyExists",
  "Conflict",
  "Gone",
  "Invalid",
  "Expired",
  "Timeout",
  "ServerTimeout",
  "TooManyRequests",
  "MethodNotAllowed",
  "NotAcceptable",
  "UnsupportedMediaType",
  "RequestEntityTooLarge",
  "InternalError",
  "ServiceUnavailable",
]);

/**
 * The error in an answer that is not 2xx. Reads at most 64 kB of the body and lets go of the rest; never rejects.
 * The message holds no quoted object, no escape sequence and at most 1000 characters. `now` (milliseconds) resolves a
 * `Retry-After` that is a date. A 422 about `metadata.uid` is `Recreated`: the object under this name is another one
 * (measured; the API server answers no 409 for it).
 */
export async function errorFromResponse(response: Response, now: number): Promise<RestartError> {
  const text = await readAtMost(response, longestBody).catch(() => undefined);
  const retryAfterSeconds = parseRetryAfter(response.headers.get("retry-after"), now);
  const status = text === undefined ? undefined : parseStatus(text);
  if (status !== undefined) return errorFromStatus(status, response.status, retryAfterSeconds);
  return new RestartError(reasonOf(undefined, response.status), plainMessage(response, text), {
    status: response.status,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

/** The error in a `Status` object, for one that comes in a watch event; `code` stands in for a missing one. */
export function errorFromStatus(value: object, code = 500, retryAfterSeconds?: number): RestartError {
  const status: StatusObject = value;
  const details = isObject(status.details) ? status.details : {};
  const httpStatus = typeof status.code === "number" && status.code >= 400 ? status.code : code;
  const causes = parseCauses(details.causes);
  const recreated = httpStatus === 422 && causes.some((cause) => cause.field === "metadata.uid");
  const reason = recreated ? "Recreated" : reasonOf(status.reason, httpStatus);
  const message = typeof status.message === "string" ? statusMessage(status.message) : "";
  const after = retryAfterSeconds ?? (typeof details.retryAfterSeconds === "number" ? details.retryAfterSeconds : 0);
  return new RestartError(reason, message === "" ? answered(httpStatus) : message, {
    status: httpStatus,
    ...(after > 0 && { retryAfterSeconds: after }),
    causes,
    detail: Object.fromEntries(
      (["group", "kind", "name"] as const).flatMap((key) => {
        const text = details[key];
        return typeof text === "string" && text !== "" ? [[key, cleanText(text, 253)]] : [];
      }),
    ),
  });
}

function reasonOf(claimed: unknown, code: number): Reason {
  if (typeof claimed === "string" && statusReasons.has(claimed)) return claimed as Reason;
  return reasonOfCode.get(code) ?? (code >= 500 ? "InternalError" : "Unknown");
}

function parseCauses(value: unknown): readonly ErrorCause[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, 20).flatMap((cause: unknown) => {
    if (!isObject(cause)) return [];
    const { field, reason, message }: { field?: unknown; reason?: unknown; message?: unknown } = cause;
    return [
      {
        ...(typeof field === "string" && { field: cleanText(field, 253) }),
        ...(typeof reason === "string" && { reason: cleanText(reason, 253) }),
        ...(typeof message === "string" && { message: statusMessage(message) }),
      },
    ];
  });
}

function parseStatus(text: string): StatusObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && (value as StatusObject).kind === "Status" ? (value as StatusObject) : undefined;
  } catch {
    return undefined;
  }
}

// An API server answers some refusals in text/plain (429, unknown group); a proxy answers pages, which say nothing.
function plainMessage(response: Response, text: string | undefined): string {
  const type = response.headers.get("content-type") ?? "";
  const plain = type.startsWith("text/plain") && text !== undefined ? cleanText(text, 200) : "";
  return plain === "" ? answered(response.status) : plain;
}

function answered(code: number): string {
  return `the API server answered HTTP ${code}`;
}

/** Seconds, from either form of the header; undefined for what is neither or is past. */
function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const seconds = /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - now) / 1000);
  return seconds > 0 ? seconds : undefined;
}

async function readAtMost(response: Response, limit: number): Promise<string | undefined> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel().catch(() => {});
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
