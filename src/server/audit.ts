import type { HandlerContext } from "@connectrpc/connect";
import { cleanText, RestartError, type RestartedNow } from "../core/index.ts";
import { callerKey, inTime } from "./call.ts";
import type { AuditRecord, ServerCapabilities } from "./capabilities.ts";
import { codeName } from "./code-name.ts";
import { toConnectError } from "./errors.ts";
import type { CheckedName } from "./workload-name.ts";

/** Runs a mutating call and writes its one audit line, whatever comes of it; the line says what the caller was told. */
export async function audited(
  capabilities: ServerCapabilities,
  context: HandlerContext,
  method: string,
  named: CheckedName & { readonly cluster: string },
  run: () => Promise<RestartedNow>,
): Promise<RestartedNow> {
  const { audit, clock } = capabilities;
  const { identity, peer, requestId } = context.values.get(callerKey);
  const started = clock.now();
  const record = (code: string, more: Partial<AuditRecord>): AuditRecord => ({
    time: new Date(started).toISOString(),
    requestId,
    method,
    user: brief(identity.name),
    mode: identity.mode,
    address: peer.address ?? "",
    cluster: brief(named.cluster),
    group: brief(named.group),
    version: brief(named.version),
    resource: brief(named.resource),
    namespace: brief(named.namespace),
    name: brief(named.name),
    ...more,
    code,
    milliseconds: clock.now() - started,
  });
  let restarted: RestartedNow;
  try {
    restarted = await inTime(capabilities, context.signal, run);
  } catch (caught) {
    const error = toConnectError(caught);
    audit(record(codeName(error.code), error.cause instanceof RestartError ? { reason: error.cause.reason } : {}));
    throw error;
  }
  const { restartedAt, previousRestartedAt, generation } = restarted;
  const previous = previousRestartedAt === undefined ? {} : { previousRestartedAt: brief(previousRestartedAt) };
  audit(record("ok", { restartedAt, generation, ...previous }));
  return restarted;
}

/** A caller may write anything of any length; a line of the audit stays one line, and short. */
function brief(text: string): string {
  return cleanText(text.slice(0, 512), 256);
}
