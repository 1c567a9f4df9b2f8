import { jsonEqual, type KubeObject } from "../object.ts";
import type { ControllerContext } from "./controller-context.ts";
import { controllerReference } from "./pod-creation.ts";
import { templateHash } from "./template-hash.ts";
import type { ControllerRevision, PodTemplate } from "./workload-objects.ts";

export const revisionHashLabel = "controller-revision-hash";
const resource = "controllerrevisions.apps";

interface Revisioned extends KubeObject {
  readonly spec: { readonly template: PodTemplate; readonly revisionHistoryLimit?: number };
}

/** The recorded templates of a StatefulSet or DaemonSet, by rising revision. */
export function revisionsOf({ owners }: ControllerContext, owner: KubeObject): readonly ControllerRevision[] {
  const revisions = owners.dependents(owner.metadata.uid, resource) as readonly KubeObject[];
  return (revisions as readonly ControllerRevision[]).toSorted((left, right) => left.revision - right.revision);
}

/** The revision of the present template: the newest when it is that one, an older one raised to be the newest, else a new one. */
export function syncRevision(context: ControllerContext, owner: Revisioned, hashLabel: string): ControllerRevision {
  const { store } = context;
  const { template } = owner.spec;
  const revisions = revisionsOf(context, owner);
  const newest = revisions.at(-1);
  const next = (newest?.revision ?? 0) + 1;
  const equal = revisions.findLast(({ data }) => jsonEqual(templateOf(data), template));
  if (equal !== undefined) {
    return equal === newest ? equal : (store.update(resource, { ...equal, revision: next }) as ControllerRevision);
  }
  const { namespace, name } = owner.metadata;
  let hash = templateHash(template);
  // Such a name can be taken by the remains of a namesake that was just deleted.
  for (let collision = 1; store.get(resource, namespace, `${name}-${hash}`) !== undefined; collision += 1) {
    hash = templateHash([template, collision]);
  }
  return store.create(resource, {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...template.metadata?.labels, [hashLabel]: hash },
      ownerReferences: [controllerReference(owner)],
    },
    data: { spec: { template: { ...template, $patch: "replace" } } },
    revision: next,
  }) as ControllerRevision;
}

export function hashOf(revision: ControllerRevision, hashLabel: string): string {
  return revision.metadata.labels?.[hashLabel] ?? "";
}

/** The pod template that a revision recorded. */
export function recordedTemplate(revision: ControllerRevision): PodTemplate {
  return templateOf(revision.data);
}

function templateOf({ spec }: ControllerRevision["data"]): PodTemplate {
  const { $patch: _, ...template } = spec.template as PodTemplate & { readonly $patch?: string };
  return template;
}

/** Drops the oldest revisions that no pod and no status needs, beyond `revisionHistoryLimit`. */
export function trimRevisions(
  context: ControllerContext,
  owner: Revisioned,
  live: (revision: ControllerRevision) => boolean,
): void {
  const unused = revisionsOf(context, owner).filter((revision) => !live(revision));
  const excess = unused.length - (owner.spec.revisionHistoryLimit ?? 10);
  for (const { metadata } of unused.slice(0, Math.max(0, excess))) {
    context.store.remove(resource, metadata.namespace, metadata.name);
  }
}
