import { readAnswer } from "./answer.ts";
import type { KubeApi } from "./cluster.ts";
import { RestartError } from "./error.ts";
import { type ResourcePath, resourcePath } from "./path.ts";
import { exchange, type RequestOptions } from "./request.ts";
import { parseWarnings } from "./warning.ts";

export interface PatchRequest {
  readonly contentType: string;
  /** Sent as JSON. Applying it twice must do what applying it once does. */
  readonly body: unknown;
  /** 1 to 128 printable characters. */
  readonly fieldManager: string;
  readonly fieldValidation?: "Strict" | "Warn" | "Ignore";
  /** Runs admission and stores nothing. */
  readonly dryRun?: boolean;
  /** Kept by the API server as the audit event's id; re-sends carry the same. */
  readonly auditId?: string;
  /** Stands behind our own product in `User-Agent`, for the audit log. */
  readonly userAgentSuffix?: string;
}

export interface PatchAnswer<T> {
  readonly object: T;
  /** The server's clock: the `Date` header, as sent. */
  readonly date: string | undefined;
  readonly warnings: readonly string[];
}

/**
 * Patches one object. The same body may be sent again, after a connection that broke, a 5xx or a 429, within
 * `attempts`; 403, 404, 409, 415 and 422 are final. Rejects with `Unconfirmed` when it may have been applied and no
 * answer says so, with `Recreated` when the uid in the body is another object's, else with the reason of the API server.
 * After an abort it may have been applied.
 */
export async function patch<T>(
  api: KubeApi,
  path: ResourcePath,
  expectedKind: string,
  request: PatchRequest,
  options: RequestOptions = {},
): Promise<PatchAnswer<T>> {
  const { contentType, body, fieldManager, fieldValidation, dryRun = false, auditId, userAgentSuffix } = request;
  checkFieldManager(fieldManager);
  let unanswered: RestartError | undefined;
  try {
    return await exchange(
      api,
      "PATCH",
      resourcePath(path),
      {
        ...options,
        query: { ...options.query, fieldManager, fieldValidation, dryRun: dryRun ? "All" : undefined },
        headers: {
          ...options.headers,
          "content-type": contentType,
          ...(auditId !== undefined && { "audit-id": auditId }),
          ...(userAgentSuffix !== undefined && { "user-agent": userAgentSuffix }),
        },
        body: JSON.stringify(body),
        safeToResend: true,
        persistent: true,
        onUnanswered: (error) => {
          unanswered = error;
        },
      },
      async (response) => ({
        object: await readAnswer<T>(response, expectedKind),
        date: response.headers.get("date") ?? undefined,
        warnings: parseWarnings(response.headers),
      }),
    );
  } catch (error) {
    if (dryRun || unanswered === undefined || !(error instanceof RestartError) || isVerdict(error)) throw error;
    throw new RestartError("Unconfirmed", "the patch was sent and no answer came; it may have been applied", {
      cause: error,
      ...(error.status !== undefined && { status: error.status }),
    });
  }
}

/**
 * Whether an answer settles what became of the earlier attempts. A refusal on account of the object's state does; one on
 * account of who asks, or that the server is busy, says nothing about what was sent before.
 */
function isVerdict(error: RestartError): boolean {
  return error.status === 404 || error.status === 409 || error.status === 422;
}

function checkFieldManager(fieldManager: string): void {
  if (/^[ -~\u00a0-\uffff]+$/.test(fieldManager) && new TextEncoder().encode(fieldManager).byteLength <= 128) return;
  throw new RestartError("Usage", "a field manager has 1 to 128 printable characters", {
    detail: { segment: "field manager" },
  });
}
