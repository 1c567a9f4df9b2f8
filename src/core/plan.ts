import type { Finding } from "./findings/finding.ts";
import type { Forecast } from "./forecast.ts";
import { formatSeconds } from "./restarted-at.ts";
import { fingerprint } from "./seen-workload.ts";
import type { OwnerRef, WorkloadRef } from "./workload.ts";

/** One target of a plan, as it was when the plan was made. */
export interface PlanTarget {
  readonly ref: WorkloadRef;
  readonly clusterUid: string;
  /** Undefined when the object may be patched but not read. */
  readonly generation: number | undefined;
  /** Empty when the object may not be read. */
  readonly resourceVersion: string;
  readonly replicas: number;
  /** Pods that the restart replaces. */
  readonly affected: number;
  readonly strategy: string;
  /** The run deletes the old pods itself, since the strategy leaves them to whoever does. */
  readonly deletePods?: true;
  /** What controls the workload. */
  readonly owner?: OwnerRef;
  /** Short hash of the pod template, to notice drift. */
  readonly templateHash: string;
  readonly previousRestartedAt: string | undefined;
  /** `T0`: what the restart writes. */
  readonly restartedAt: string;
  /** Undefined when the object may not be read. */
  readonly forecast: Forecast | undefined;
  readonly findings: readonly Finding[];
}

/** An immutable plan; plain JSON. */
export interface Plan {
  readonly schema: "restart/v1";
  readonly kind: "Plan";
  readonly id: string;
  /** SHA-256 of the canonical JSON without id and hash: it detects accidents, it is no signature. */
  readonly hash: string;
  readonly createdAt: string;
  readonly fieldManager: string;
  readonly wait: boolean;
  /** Codes that were allowed for this plan. */
  readonly allow: readonly string[];
  /** Codes that were raised to a block for this plan. */
  readonly block?: readonly string[];
  readonly targets: readonly PlanTarget[];
}

/** Makes the plan of targets that were looked at. `random` only tells two plans of one second apart. */
export async function makePlan(
  targets: readonly PlanTarget[],
  options: {
    readonly fieldManager: string;
    readonly wait: boolean;
    readonly allow: readonly string[];
    readonly block?: readonly string[];
  },
  capabilities: { readonly now: number; readonly random: () => number },
): Promise<Plan> {
  const createdAt = formatSeconds(capabilities.now);
  const content = { schema: "restart/v1", kind: "Plan", createdAt, ...options, targets } as const;
  const suffix = Math.floor(capabilities.random() * 36 ** 4)
    .toString(36)
    .padStart(4, "0");
  const id = `${createdAt.replace(/[-:Z]/g, "").replace("T", "-")}-${suffix}`;
  return { ...content, id, hash: await sha256(fingerprint(content)) };
}

/** Hexadecimal SHA-256 of a text. */
async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Findings that refuse a target. */
export function blocking(target: PlanTarget): readonly Finding[] {
  return target.findings.filter(({ level }) => level === "block");
}
