import type { KubeObject } from "../object.ts";
import type { Store } from "../store.ts";
import type { User } from "./access.ts";
import type { Route } from "./route.ts";

/** What an admission policy decides on. */
export interface AdmissionReview {
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  /** `deployments.apps`. */
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly user: string;
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
}

/** A ValidatingAdmissionPolicy with its binding. */
export interface AdmissionPolicy {
  /** Name of the policy; its binding is called `<name>-<action>`. */
  readonly name?: string;
  readonly match: (review: AdmissionReview) => boolean;
  readonly message: string;
  readonly action: "deny" | "warn";
  /** `Invalid` (422) is what a policy without a reason answers. */
  readonly reason?: "Invalid" | "Forbidden";
}

/** One request on its way through the API server. */
export interface ApiCall {
  readonly store: Store;
  /** Names of the custom resources that are defined: `rollouts.argoproj.io`. */
  readonly custom: ReadonlySet<string>;
  readonly policies: readonly AdmissionPolicy[];
  readonly user: User;
  readonly method: string;
  readonly route: Route;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: string;
  readonly signal: AbortSignal;
  /** Adds a `Warning` header to the answer. */
  readonly warn: (text: string) => void;
}
