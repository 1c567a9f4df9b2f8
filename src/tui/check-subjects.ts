import {
  type Candidate,
  checkTargets,
  findKind,
  findNamed,
  mapLimited,
  onCluster,
  type PlanTarget,
  RestartError,
} from "../core/index.ts";
import type { OpenApi } from "./open-api.ts";
import type { LostSubject, PlanSubject } from "./state/plan-state.ts";

const parallelReads = 8;

/**
 * Reads every subject again and looks at it as the command line does. What is gone, or another object by now, is named
 * and not looked at. Rejects for what is not about one subject, with the cluster's name in `detail.cluster`.
 */
export async function checkSubjects(
  open: OpenApi,
  subjects: readonly PlanSubject[],
  fieldManager: string,
  signal: AbortSignal,
): Promise<{ readonly targets: readonly PlanTarget[]; readonly lost: readonly LostSubject[] }> {
  const lost: LostSubject[] = [];
  const found = await mapLimited(subjects, parallelReads, async ({ ref }): Promise<Candidate | undefined> => {
    const kind = findKind(ref.apiVersion, ref.kind);
    if (kind === undefined) {
      lost.push({ ref, error: new RestartError("Usage", `a ${ref.kind} cannot be restarted`) });
      return undefined;
    }
    try {
      const api = await open(ref.cluster);
      const present = await findNamed(api, kind, ref.namespace, ref.name, signal);
      if (present.type === "missing") {
        lost.push({ ref, error: present.error });
        return undefined;
      }
      if (present.type === "found" && ref.uid !== undefined && present.item.workload.ref.uid !== ref.uid) {
        lost.push({ ref, error: new RestartError("Recreated", `${kind.singular} "${ref.name}" is another object`) });
        return undefined;
      }
      return { api, found: present };
    } catch (caught) {
      throw signal.aborted ? caught : onCluster(caught, ref.cluster);
    }
  });
  const candidates = found.filter((candidate) => candidate !== undefined);
  const targets = await checkTargets(candidates, { fieldManager, wait: true, allow: [] }, signal);
  return { targets, lost };
}
