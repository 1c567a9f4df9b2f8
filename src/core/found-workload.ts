import type { WorkloadKind } from "./kinds/workload-kind.ts";
import { type PodNeeds, type PodTemplateObject, projectPodNeeds } from "./pod-template.ts";
import type { SeenWorkload } from "./rollout-state.ts";
import { seeWorkload } from "./seen-workload.ts";

/** Who wrote fields of an object, as its `managedFields` say. */
export interface FieldManager {
  readonly manager: string;
  /** `Apply` or `Update`. */
  readonly operation: string;
  /** RFC 3339; empty when it is not kept. */
  readonly time: string;
}

/** A workload that was looked at for a restart: more than a list of thousands keeps. */
export interface FoundWorkload extends SeenWorkload {
  readonly kind: WorkloadKind;
  readonly needs: PodNeeds;
  /** Short ones alone: a whole manifest in an annotation is no fact about a restart. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Writers of the object itself, not of its status. */
  readonly managers: readonly FieldManager[];
}

interface DetailedObject {
  readonly metadata: {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly (Partial<FieldManager> & { readonly subresource?: string })[];
  };
  readonly spec: {
    readonly template?: PodTemplateObject;
  };
}

const longestAnnotation = 512;

/** Projects an object of a kind. */
export function foundWorkload(kind: WorkloadKind, object: unknown, cluster: string): FoundWorkload {
  const { metadata, spec } = object as DetailedObject;
  const short = Object.entries(metadata.annotations ?? {}).filter(([, value]) => value.length <= longestAnnotation);
  return {
    kind,
    ...seeWorkload(kind, object, cluster),
    needs: projectPodNeeds(spec.template),
    annotations: Object.fromEntries(short),
    managers: (metadata.managedFields ?? [])
      .filter(({ subresource }) => subresource === undefined || subresource === "")
      .map(({ manager = "", operation = "", time = "" }) => ({ manager, operation, time })),
  };
}
