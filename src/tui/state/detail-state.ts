import type { PodRow, RestartError, WorkloadRef, WorkloadView } from "../../core/index.ts";

/** One workload that is looked at: on the screens of its details, of its pods and of their logs. */
export interface DetailState {
  readonly ref: WorkloadRef & { readonly uid: string };
  /** Undefined before the first answer. */
  readonly view: WorkloadView | undefined;
  /** Its cluster could not even be opened. */
  readonly error: RestartError | undefined;
  /** First line in sight of the details. */
  readonly scroll: number;
  /** Uid of the pod under the cursor; the first one while it is not among them. */
  readonly pod: string | undefined;
}

export type DetailAction =
  | { readonly type: "detail.open"; readonly ref: WorkloadRef & { readonly uid: string } }
  | { readonly type: "detail.view"; readonly ref: WorkloadRef; readonly view: WorkloadView }
  | { readonly type: "detail.failed"; readonly ref: WorkloadRef; readonly error: RestartError }
  | { readonly type: "detail.scrolled"; readonly by: number }
  | { readonly type: "detail.moved"; readonly by: number };

/** Index of the pod under the cursor. */
export function podCursor({ view, pod }: DetailState): number {
  const at = view?.pods.findIndex(({ uid }) => uid === pod) ?? -1;
  return Math.max(0, at);
}

export function currentPod(detail: DetailState): PodRow | undefined {
  return detail.view?.pods[podCursor(detail)];
}

/** The pod that needs looking at first: a new one that is not ready, any that is not, else the first. */
export function podToLookAt(pods: readonly PodRow[]): PodRow | undefined {
  const unready = pods.filter(({ ready, terminating }) => !ready && !terminating);
  return unready.find(({ isNew }) => isNew) ?? unready[0] ?? pods[0];
}

function isSame(one: WorkloadRef, other: WorkloadRef): boolean {
  return one.cluster === other.cluster && one.uid === other.uid;
}

export function reduceDetail(detail: DetailState | undefined, action: DetailAction): DetailState | undefined {
  if (action.type === "detail.open") {
    if (detail !== undefined && isSame(detail.ref, action.ref)) return detail;
    return { ref: action.ref, view: undefined, error: undefined, scroll: 0, pod: undefined };
  }
  if (detail === undefined) return undefined;
  switch (action.type) {
    case "detail.view":
      return isSame(action.ref, detail.ref) ? { ...detail, view: action.view, error: undefined } : detail;
    case "detail.failed":
      return isSame(action.ref, detail.ref) ? { ...detail, error: action.error } : detail;
    case "detail.scrolled":
      return { ...detail, scroll: Math.max(0, detail.scroll + action.by) };
    case "detail.moved": {
      const pods = detail.view?.pods ?? [];
      const next = Math.max(0, Math.min(pods.length - 1, podCursor(detail) + action.by));
      return { ...detail, pod: pods[next]?.uid };
    }
  }
}
