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
    template: fingerprint((object as WorkloadObject).spec.template ?? null),
    manager,
    writtenAt: latest,
  };
}

/**
 * A short name for a text, equal for equal texts: 64 bits of FNV-1a in two lanes, which notices accidents and keeps the
 * text itself, with its environment values, out of plans. Synchronous, since a digest of the platform is computed on
 * another thread and a run on a virtual clock could not wait for it.
 */
export function shortHash(text: string): string {
  let high = 0x811c9dc5;
  let low = 0xcbf29ce4;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ (unit + index), 0x01000193);
  }
  return [high, low].map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("");
}

/** JSON with sorted keys: the API server does not promise the order in which it writes them. */
export function fingerprint(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}
