import type { AuditRecord } from "../capabilities.ts";
import { createHandler } from "../handler.ts";
import { type EdgeBindings, edgeCapabilities } from "./edge-bindings.ts";
import { createFetchHost, type FetchHost } from "./fetch.ts";

// The platform hands the same bindings to every request, and stops a worker without a word.
const hosts = new WeakMap<EdgeBindings, FetchHost>();

function hostOf(bindings: EdgeBindings): FetchHost {
  const made = hosts.get(bindings);
  if (made !== undefined) return made;
  const capabilities = edgeCapabilities(bindings, audit, new AbortController().signal);
  const host = createFetchHost(createHandler(capabilities));
  hosts.set(bindings, host);
  return host;
}

function audit(record: AuditRecord): void {
  // biome-ignore lint/style/noRestrictedGlobals: the log of a worker has no other door
  console.log(JSON.stringify(record));
}

/** The worker: see `EdgeBindings` for what it is configured with. With bindings that make no sense every call fails. */
// biome-ignore lint/style/noDefaultExport: workerd takes its handler from the default export
export default {
  // Who calls is not told: a header that says so may be anybody's.
  fetch: (request: Request, bindings: EdgeBindings): Promise<Response> => hostOf(bindings)(request),
};
