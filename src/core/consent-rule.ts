import type { ClusterEntry } from "./capabilities.ts";
import { protectionOf } from "./protection.ts";

/** Above so many workloads plain consent is not enough. */
const plainLimit = 10;

/** What a person has to say before a plan may be sent. */
export interface ConsentRule {
  /** Clusters of the plan that are protected. */
  readonly protected: readonly ClusterEntry[];
  /** More workloads than a plain yes is good for. */
  readonly many: boolean;
  /** What has to be typed; undefined when a plain yes is enough. Enter alone never is. */
  readonly answer: string | undefined;
}

/** Decides what consent a plan needs. `bare` is a kind without names: it has to be typed whatever its number. */
export function consentRule(
  targets: readonly { readonly ref: { readonly cluster: string } }[],
  entries: readonly ClusterEntry[],
  bare: boolean,
): ConsentRule {
  const involved = entries.filter(({ name }) => targets.some(({ ref }) => ref.cluster === name));
  const guarded = involved.filter((entry) => protectionOf(entry) !== undefined);
  const many = targets.length > plainLimit;
  const [only] = involved;
  const named = involved.length === 1 && only !== undefined && guarded.length === 1;
  const typed = guarded.length > 0 || many || bare;
  return { protected: guarded, many, answer: typed ? (named ? only.name : String(targets.length)) : undefined };
}
