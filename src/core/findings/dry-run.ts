import type { KubeApi } from "../../kube/cluster.ts";
import { toRestartError } from "../../kube/error.ts";
import type { WorkloadKind } from "../kinds/workload-kind.ts";
import { type RestartOptions, restart } from "../restart.ts";
import type { WorkloadRef } from "../workload.ts";
import type { ClusterCheck, Finding } from "./finding.ts";
import { refusal } from "./refusal.ts";

/** The real PATCH, sent with `dryRun=All`. */
export const dryRun: ClusterCheck = {
  codes: [
    { code: "no-permission", levels: ["block"], final: true },
    { code: "admission", levels: ["block"], final: true },
  ],
  check: ({ api, found: { kind, workload }, restartedAt, fieldManager, signal }) =>
    dryRunFindings(api, kind, workload.ref, {
      restartedAt,
      generation: workload.generation,
      fieldManager,
      ...(signal && { signal }),
    }),
};

/**
 * Sends the real PATCH with `dryRun=All`: proves the right to patch, validation and admission without a change.
 * Unreachable clusters and refused credentials reject; what the API server says about the object is a finding.
 */
export async function dryRunFindings(
  api: KubeApi,
  kind: WorkloadKind,
  ref: WorkloadRef,
  options: Omit<RestartOptions, "dryRun">,
): Promise<readonly Finding[]> {
  try {
    await restart(api, kind, ref, { ...options, dryRun: true });
    return [];
  } catch (caught) {
    const error = toRestartError(caught);
    switch (error.reason) {
      case "Forbidden":
      case "Invalid":
      case "BadRequest":
      case "NotRestarted":
      case "Conflict":
      case "MethodNotAllowed":
      case "UnsupportedMediaType":
      case "InternalError":
        return [refusal(error, / cannot patch resource /)];
      default:
        throw error;
    }
  }
}
