import { exitCodes, type Reason, type RestartError } from "../../core/index.ts";

interface ReasonText {
  readonly exitCode: number;
  /** What to do, after the sentence; empty where the sentence says it. */
  readonly advice: string;
}

/** What each reason makes of a command that has not sent a restart yet. */
const reasons: Readonly<Record<Reason, ReasonText>> = {
  BadRequest: { exitCode: exitCodes.usage, advice: "" },
  Unauthorized: { exitCode: exitCodes.unreachable, advice: "log in again" },
  Forbidden: { exitCode: exitCodes.blocked, advice: "" },
  NotFound: { exitCode: exitCodes.nothingMatched, advice: "" },
  AlreadyExists: { exitCode: exitCodes.unexpected, advice: "" },
  Conflict: { exitCode: exitCodes.drifted, advice: "look at it and try again" },
  Gone: { exitCode: exitCodes.unreachable, advice: "try again" },
  Invalid: { exitCode: exitCodes.blocked, advice: "" },
  Expired: { exitCode: exitCodes.unreachable, advice: "try again" },
  Timeout: { exitCode: exitCodes.unreachable, advice: "try again" },
  ServerTimeout: { exitCode: exitCodes.unreachable, advice: "try again" },
  TooManyRequests: { exitCode: exitCodes.unreachable, advice: "the API server is busy; try again later" },
  MethodNotAllowed: { exitCode: exitCodes.blocked, advice: "" },
  NotAcceptable: { exitCode: exitCodes.unexpected, advice: "" },
  UnsupportedMediaType: { exitCode: exitCodes.unexpected, advice: "" },
  RequestEntityTooLarge: { exitCode: exitCodes.unexpected, advice: "" },
  InternalError: { exitCode: exitCodes.unreachable, advice: "" },
  ServiceUnavailable: { exitCode: exitCodes.unreachable, advice: "try again later" },
  Unreachable: { exitCode: exitCodes.unreachable, advice: "" },
  TlsFailure: { exitCode: exitCodes.unreachable, advice: "" },
  CredentialsFailed: { exitCode: exitCodes.unreachable, advice: "" },
  InvalidConfig: { exitCode: exitCodes.usage, advice: "" },
  Usage: { exitCode: exitCodes.usage, advice: "" },
  UnexpectedAnswer: { exitCode: exitCodes.unreachable, advice: "" },
  StreamCut: { exitCode: exitCodes.unreachable, advice: "" },
  Unconfirmed: { exitCode: exitCodes.unreachable, advice: "look at the workload before you try again" },
  NotRestarted: { exitCode: exitCodes.blocked, advice: "" },
  Recreated: { exitCode: exitCodes.drifted, advice: "look at it and try again" },
  Blocked: { exitCode: exitCodes.blocked, advice: "" },
  Canceled: { exitCode: exitCodes.interrupted, advice: "" },
  Unknown: { exitCode: exitCodes.unexpected, advice: "" },
};

/** The exit code of a command that ends with an error before anything was restarted. */
export function errorExitCode({ reason }: RestartError): number {
  return reasons[reason].exitCode;
}

/** One sentence for a person: what, on which cluster, and what to do where that helps. */
export function errorSentence(error: RestartError): string {
  const { cluster = "", advice = "" } = error.detail;
  const where = cluster !== "" && !error.message.includes(cluster) ? ` (context ${cluster})` : "";
  const nearest = error.detail["nearest"];
  const guess = nearest === undefined || names(error.message, nearest) ? "" : `; did you mean ${nearest}?`;
  const more = advice || reasons[error.reason].advice;
  // kubectl's own sentences stand as they are: the one about an empty list, and where one is followed by another.
  const isWhole = error.message.startsWith("No resources found") || /\. [A-Z]/.test(error.message);
  const message = isWhole ? error.message : error.message.replace(/\.$/, "");
  return `${message}${where}${guess}${more === "" ? "" : `; ${more}`}`;
}

/** Whether a message has a word as a whole. */
function names(message: string, word: string): boolean {
  return message.split(/[^\w.-]+/).includes(word);
}
