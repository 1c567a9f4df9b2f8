interface Workload {
  readonly metadata: { readonly generation?: number };
  readonly spec: { readonly replicas?: number; readonly paused?: boolean };
  readonly status?: Readonly<Record<string, number | undefined>>;
}

/** Whether a Deployment, StatefulSet or DaemonSet has come to rest with every pod there is available. */
export function workloadIsReady(kind: string, { metadata, spec, status = {} }: Workload): boolean {
  const count = (field: string): number => status[field] ?? 0;
  if (count("observedGeneration") < (metadata.generation ?? 0)) return false;
  if (kind === "DaemonSet") {
    const desired = count("desiredNumberScheduled");
    return desired > 0 && count("updatedNumberScheduled") === desired && count("numberAvailable") === desired;
  }
  const desired = spec.replicas ?? 1;
  return ["replicas", "updatedReplicas", "readyReplicas", "availableReplicas"].every((name) => count(name) === desired);
}
