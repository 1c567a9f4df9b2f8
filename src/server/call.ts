import { createContextKey, type HandlerContext } from "@connectrpc/connect";
import { cleanText, type KubeApi, RestartError, type RestartedNow } from "../core/index.ts";
import type { AuditRecord, Identity, Peer, ServerCapabilities } from "./capabilities.ts";
import { codeName } from "./code-name.ts";
import { toConnectError } from "./errors.ts";
import { type CheckedName, checkName, isClusterName } from "./workload-name.ts";

/** Who calls, as the handler found out before the call began. */
export interface Caller {
  readonly identity: Identity;
  readonly peer: Peer;
  readonly requestId: string;
}

const nobody: Caller = { identity: { name: "", mode: "none" }, peer: { address: undefined }, requestId: "" };

export const callerKey = createContextKey<Caller>(nobody, { description: "who calls" });

/** Runs one call; everything that goes wrong in it becomes the answer that the error table gives. */
export async function answer<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (caught) {
    throw toConnectError(caught);
  }
}

/** The API of the cluster that a caller names; empty is the only one. Names of other clusters are nobody's business. */
export async function openCluster(capabilities: ServerCapabilities, given: string): Promise<KubeApi> {
  const { clusters, clock, random } = capabilities;
  const [only, ...others] = clusters.names;
  if (given === "" && (only === undefined || others.length > 0)) {
    throw new RestartError("Usage", "cluster is required: this server has several");
  }
  if (given !== "" && !isClusterName(given)) throw new RestartError("Usage", "cluster is not a valid name");
  const name = given === "" ? only : clusters.names.find((each) => each === given);
  if (name === undefined) throw new RestartError("NotFound", "there is no such cluster");
  return { cluster: await clusters.open(name), clock, random };
}

/** What a request's fields name, checked and within what the operator allows. */
export function checkAllowed({ allow }: ServerCapabilities, given: CheckedName): CheckedName {
  const name = checkName(given);
  const namespaces = allow?.namespaces;
  const resources = allow?.resources;
  if (
    (namespaces !== undefined && !namespaces.includes(name.namespace)) ||
    (resources !== undefined && !resources.includes(name.resource))
  ) {
    throw new RestartError("Forbidden", "this server does not allow that");
  }
  return name;
}

/** Runs a mutating call and writes its one audit line, whatever comes of it. */
export async function audited(
  { audit, clock }: ServerCapabilities,
  context: HandlerContext,
  method: string,
  named: CheckedName & { readonly cluster: string },
  run: () => Promise<RestartedNow>,
): Promise<RestartedNow> {
  const { identity, peer, requestId } = context.values.get(callerKey);
  const started = clock.now();
  const record = (code: string, more: Partial<AuditRecord> = {}): AuditRecord => ({
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
  try {
    const restarted = await run();
    const { restartedAt, previousRestartedAt, generation } = restarted;
    const previous = previousRestartedAt === undefined ? {} : { previousRestartedAt: brief(previousRestartedAt) };
    audit(record("ok", { restartedAt, generation, ...previous }));
    return restarted;
  } catch (caught) {
    const error = toConnectError(caught);
    const reason = error.cause instanceof RestartError ? { reason: error.cause.reason } : {};
    audit(record(codeName(error.code), reason));
    throw error;
  }
}

/** A caller may write anything of any length; a line of the audit stays one line, and short. */
function brief(text: string): string {
  return cleanText(text.slice(0, 512)).slice(0, 256);
}
