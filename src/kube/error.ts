import { cleanText } from "./clean-text.ts";

/**
 * Why something failed, for a program. The first block reuses `metav1.Status.reason`; the second is ours.
 * A surface keeps one exhaustive table over this union, so a new reason does not compile until every surface knows it.
 */
export type Reason =
  | "BadRequest"
  | "Unauthorized"
  | "Forbidden"
  | "NotFound"
  | "AlreadyExists"
  | "Conflict"
  | "Gone"
  | "Invalid"
  | "Expired"
  | "Timeout"
  | "ServerTimeout"
  | "TooManyRequests"
  | "MethodNotAllowed"
  | "NotAcceptable"
  | "UnsupportedMediaType"
  | "RequestEntityTooLarge"
  | "InternalError"
  | "ServiceUnavailable"
  /** No TCP connection, no DNS answer, a proxy that refused, a connection cut before the answer. */
  | "Unreachable"
  /** The certificate of the server, or ours, was not accepted. */
  | "TlsFailure"
  /** No usable credentials: a plugin failed, a token file is missing, a prompt is needed without a terminal. */
  | "CredentialsFailed"
  /** The kubeconfig or the configuration cannot be used as written. */
  | "InvalidConfig"
  /** The caller asked for something that cannot be: unknown kind, bad selector, bad name. */
  | "Usage"
  /** An answer that is not what the API promises (a 200 that is HTML, a redirect, another kind). */
  | "UnexpectedAnswer"
  /** A stream that ended in the middle. */
  | "StreamCut"
  /** The PATCH was sent and no answer came: the restart may have happened. */
  | "Unconfirmed"
  /** The PATCH was answered 200 and changed nothing, or the annotation was stripped. */
  | "NotRestarted"
  /** The object was deleted and made anew under the same name. */
  | "Recreated"
  /** A finding blocks the target. */
  | "Blocked"
  | "Canceled"
  | "Unknown";

/** One cause of a refused request, as the API server names it. */
export interface ErrorCause {
  readonly field?: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface RestartErrorOptions {
  /** HTTP status of the answer, when there was one. */
  readonly status?: number;
  /** Seconds after which the server said to come back. */
  readonly retryAfterSeconds?: number;
  readonly causes?: readonly ErrorCause[];
  /** Facts that a surface may put into its sentence; never secrets. */
  readonly detail?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/**
 * The one error class. `message` is a single cleaned sentence without headers, bodies or tokens;
 * `reason` is for programs.
 */
export class RestartError extends Error {
  override readonly name = "RestartError";
  readonly reason: Reason;
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly causes: readonly ErrorCause[];
  readonly detail: Readonly<Record<string, string>>;

  constructor(reason: Reason, message: string, options: RestartErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.status = options.status;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.causes = options.causes ?? [];
    this.detail = options.detail ?? {};
  }
}

/** The only place where a caught value becomes a RestartError. An abort becomes `Canceled`. */
export function toRestartError(value: unknown): RestartError {
  if (value instanceof RestartError) return value;
  if (value instanceof Error && value.name === "AbortError") {
    return new RestartError("Canceled", "canceled", { cause: value });
  }
  const message = value instanceof Error ? value.message : String(value);
  return new RestartError("Unknown", cleanText(message), { cause: value });
}
