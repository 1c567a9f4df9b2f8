import type { KubeApi } from "./cluster.ts";
import { RestartError } from "./error.ts";
import { exchange, type RequestOptions } from "./request.ts";

/** A discovery document, which has a kind but no metadata. */
export interface DiscoveryDocument {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** Reads one; anything else is `UnexpectedAnswer`. */
export function getDiscoveryDocument(api: KubeApi, path: string, options: RequestOptions): Promise<DiscoveryDocument> {
  return exchange(api, "GET", path, { ...options, safeToResend: true }, async (response) => {
    const value: unknown = await response.json().catch(() => undefined);
    if (typeof value === "object" && value !== null && "kind" in value && typeof value.kind === "string") {
      return { ...value, kind: value.kind };
    }
    throw new RestartError("UnexpectedAnswer", `the API server answered ${path} with no discovery document`, {
      status: response.status,
    });
  });
}
