import type { WorkloadKind } from "./kinds/workload-kind.ts";
import type { SeenWorkload } from "./rollout-state.ts";
import type { WorkloadObject } from "./workload.ts";

interface ManagedObject {
  readonly metadata: {
    readonly managedFields?: readonly {
      readonly manager?: string;
      readonly time?: string;
      readonly subresource?: string;
    }[];
  };
}

/** A workload with its template's fingerprint and the manager that wrote last (not counting writes of the status). */
export function seeWorkload(kind: WorkloadKind, object: unknown, cluster: string): SeenWorkload {
  const { metadata } = object as ManagedObject;
  let manager = "";
  let latest = "";
  for (const entry of metadata.managedFields ?? []) {
    if (entry.subresource || (entry.time ?? "") < latest) continue;
    latest = entry.time ?? "";
    manager = entry.manager ?? "";
  }
  return {
    workload: kind.project(object as WorkloadObject, cluster),
    template: fingerprint((object as WorkloadObject).spec.template),
    manager,
  };
}

/** JSON with sorted keys: the API server does not promise the order in which it writes them. */
export function fingerprint(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}
