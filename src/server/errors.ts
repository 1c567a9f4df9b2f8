import { Code, ConnectError } from "@connectrpc/connect";
import { cleanText, type Reason, RestartError, toRestartError } from "../core/index.ts";
import { ErrorInfoSchema, RetryInfoSchema } from "../gen/google/rpc/error_details_pb.ts";
import { findingSentence } from "../words/findings.ts";

/**
 * Connect's code for each reason. Where it differs from OtterScale's: a refused credential of ours is not the caller's,
 * a conflict may be tried again, a busy API server says so, and what is our own mistake is internal.
 */
const codes: Readonly<Record<Reason, Code>> = {
  BadRequest: Code.InvalidArgument,
  Unauthorized: Code.Unavailable,
  Forbidden: Code.PermissionDenied,
  NotFound: Code.NotFound,
  AlreadyExists: Code.AlreadyExists,
  Conflict: Code.Aborted,
  Gone: Code.NotFound,
  Invalid: Code.InvalidArgument,
  Expired: Code.Aborted,
  Timeout: Code.DeadlineExceeded,
  ServerTimeout: Code.Unavailable,
  TooManyRequests: Code.ResourceExhausted,
  MethodNotAllowed: Code.Unimplemented,
  NotAcceptable: Code.Internal,
  UnsupportedMediaType: Code.Internal,
  RequestEntityTooLarge: Code.ResourceExhausted,
  InternalError: Code.Internal,
  ServiceUnavailable: Code.Unavailable,
  Unreachable: Code.Unavailable,
  TlsFailure: Code.Unavailable,
  CredentialsFailed: Code.FailedPrecondition,
  InvalidConfig: Code.FailedPrecondition,
  Usage: Code.InvalidArgument,
  UnexpectedAnswer: Code.Unavailable,
  StreamCut: Code.Unavailable,
  Unconfirmed: Code.Unavailable,
  NotRestarted: Code.FailedPrecondition,
  Recreated: Code.FailedPrecondition,
  Blocked: Code.FailedPrecondition,
  Canceled: Code.Canceled,
  Unknown: Code.Internal,
};

/** Said in place of the cluster's own words, which name addresses, files or commands of the server. */
const discreet: Readonly<Partial<Record<Reason, string>>> = {
  Unauthorized: "the cluster does not accept the server's credentials",
  Unreachable: "the cluster cannot be reached",
  TlsFailure: "the cluster cannot be reached: its certificate, or the server's own, is not accepted",
  CredentialsFailed: "the server has no usable credentials for the cluster",
  InvalidConfig: "the cluster's entry in the server's configuration cannot be used",
  StreamCut: "the cluster's answer was cut short",
  UnexpectedAnswer: "the cluster gave an answer that is not a Kubernetes API server's",
  Unknown: "internal error",
};

const longestMessage = 512;
const longestDelay = 3600;
const url = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"']+/gi;
const jwt = /\beyJ[\w-]+(?:\.[\w-]*){0,2}/g;
const address = /\b(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?\b|\[[0-9a-f:]+\](?::\d{1,5})?/gi;

/** The only place where something that went wrong becomes an answer. What is no RestartError is "internal error". */
export function toConnectError(caught: unknown): ConnectError {
  if (caught instanceof ConnectError) return caught;
  const error = toRestartError(caught);
  // The reason of an abort, which was wrapped on its way here.
  if (error.reason === "Unknown" && error.cause instanceof ConnectError) return error.cause;
  const { reason, retryAfterSeconds } = error;
  const finding = reason === "Blocked" ? error.detail["code"] : undefined;
  const retryDelay = retryAfterSeconds === undefined ? undefined : Math.min(longestDelay, Math.ceil(retryAfterSeconds));
  return new ConnectError(
    messageOf(error),
    codeOf(error),
    retryDelay === undefined ? undefined : { "retry-after": String(retryDelay) },
    [
      {
        desc: ErrorInfoSchema,
        value: {
          reason: reason.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase(),
          domain: "restart.v1",
          metadata: finding === undefined ? {} : { finding },
        },
      },
      ...(retryDelay === undefined
        ? []
        : [{ desc: RetryInfoSchema, value: { retryDelay: { seconds: BigInt(retryDelay) } } }]),
    ],
    error,
  );
}

function messageOf(error: RestartError): string {
  const { reason, message, detail } = error;
  const code = detail["code"];
  const own =
    discreet[reason] ??
    (reason === "Blocked" && code !== undefined && code !== "not-restartable"
      ? findingSentence({ code, level: "block", evidence: detail }, message.split(" cannot be restarted")[0] ?? "")
      : message);
  const clean = cleanText(own, 4 * longestMessage)
    .replace(jwt, "[token]")
    .replace(url, "[address]")
    .replace(address, "[address]");
  return cleanText(clean, longestMessage);
}

function codeOf(error: RestartError): Code {
  const { reason, cause } = error;
  // Sent, and then the time was up or the caller gone: the code says which, the reason that it may have happened.
  if (reason === "Unconfirmed" && cause instanceof ConnectError) return cause.code;
  return isAdmission(error) ? Code.FailedPrecondition : codes[reason];
}

/** A webhook that says no may do so with 400 or 422, and it is not the caller's argument that it means. */
function isAdmission({ reason, message }: RestartError): boolean {
  return (reason === "BadRequest" || reason === "Invalid") && /denied|admission/i.test(message);
}

/** Asked for something that cannot be. */
export function invalid(message: string): RestartError {
  return new RestartError("Usage", message);
}
