import { createContextKey, type HandlerContext } from "@connectrpc/connect";
import { cleanText, type KubeApi, RestartError } from "../core/index.ts";
import type { Identity, Peer, ServerCapabilities } from "./capabilities.ts";
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

/** What heeds the end of a call rejects by itself, and says more: it gets this long to do so. */
const graceMilliseconds = 50;

/** Rejects soon after `signal` is aborted, also when `run` never looks at it. */
export async function inTime<T>(
  { clock }: Pick<ServerCapabilities, "clock">,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const over = Promise.withResolvers<never>();
  const settled = new AbortController();
  const leave = () => {
    clock.sleep(graceMilliseconds, settled.signal).then(
      () => over.reject(signal.reason),
      // Settled in its own way.
      () => undefined,
    );
  };
  signal.addEventListener("abort", leave, { once: true });
  try {
    return await Promise.race([run(), over.promise]);
  } finally {
    signal.removeEventListener("abort", leave);
    settled.abort();
  }
}

/** Runs one call; everything that goes wrong in it becomes the answer that the error table gives. */
export async function answer<T>(
  capabilities: Pick<ServerCapabilities, "clock">,
  { signal }: Pick<HandlerContext, "signal">,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await inTime(capabilities, signal, run);
  } catch (caught) {
    throw toConnectError(caught);
  }
}

/** Longest pause that a cluster may ask for before a request is sent again; a caller waits for the answer. */
const longestPause = 5000;
const mostWarnings = 5;

/**
 * The API of the cluster that a caller names; empty is the only one. Names of other clusters are nobody's business. What
 * the API server warns of is handed on in `Warning` headers.
 */
export async function openCluster(
  { clusters, clock, random }: ServerCapabilities,
  { responseHeader }: Pick<HandlerContext, "responseHeader">,
  given: string,
): Promise<KubeApi> {
  const [only, ...others] = clusters.names;
  if (given === "" && (only === undefined || others.length > 0)) {
    throw new RestartError("Usage", "cluster is required: this server has several");
  }
  if (given !== "" && !isClusterName(given)) throw new RestartError("Usage", "cluster is not a valid name");
  const name = given === "" ? only : clusters.names.find((each) => each === given);
  if (name === undefined) throw new RestartError("NotFound", "there is no such cluster");
  const warnings = new Set<string>();
  const onWarning = (text: string) => {
    const warning = `299 - "${cleanText(text, 200)
      .replace(/[^ -~]/g, "?")
      .replace(/["\\]/g, "'")}"`;
    if (warnings.has(warning) || warnings.size === mostWarnings) return;
    warnings.add(warning);
    responseHeader.append("warning", warning);
  };
  return { cluster: await clusters.open(name), clock, random, longestPause, onWarning };
}

/** What a request's fields name, checked and within what the operator allows. */
export function checkAllowed(capabilities: Pick<ServerCapabilities, "allow">, given: CheckedName): CheckedName {
  const name = checkName(given);
  refuseDisallowed(capabilities, name);
  return name;
}

/** Rejects with `Forbidden` what the operator did not list: resources as `deployments`, `deployments.apps` or `deployments.v1.apps`. */
export function refuseDisallowed(
  { allow }: Pick<ServerCapabilities, "allow">,
  { group, version, resource, namespace }: Omit<CheckedName, "name">,
): void {
  const spellings = [resource, `${resource}.${group}`, `${resource}.${version}.${group}`];
  const { namespaces = [namespace], resources = [resource] } = allow ?? {};
  if (namespaces.includes(namespace) && spellings.some((each) => resources.includes(each))) return;
  throw new RestartError("Forbidden", "this server does not allow that");
}
