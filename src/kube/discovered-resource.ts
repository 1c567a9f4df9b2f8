import type { RestartError } from "./error.ts";
import type { RequestOptions } from "./request.ts";

/** One resource that a cluster serves, in one version. */
export interface DiscoveredResource {
  /** `""` is the core group. */
  readonly group: string;
  readonly version: string;
  /** The version that the server names first for its group. */
  readonly preferred: boolean;
  /** Plural: `deployments`. */
  readonly resource: string;
  /** `deployment`; empty where the server names none. */
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Names of the subresources: `status`, `scale`. */
  readonly subresources: readonly string[];
}

export interface DiscoveryOptions extends RequestOptions {
  /** Told of a group version that could not be read; the others are still found. */
  readonly onBroken?: (groupVersion: string, error: RestartError) => void;
}
