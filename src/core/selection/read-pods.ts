import type { KubeObject } from "../../kube/answer.ts";
import type { KubeApi } from "../../kube/cluster.ts";
import { fromLabelSelector, matchesLabels } from "../../kube/selector.ts";
import type { FoundWorkload } from "../found-workload.ts";
import type { SubjectPod } from "./matches.ts";
import { listPlaces, type Place } from "./read-places.ts";

/** A present pod with what tells whose it is. */
interface OwnedPod extends SubjectPod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ownerUid: string;
  readonly ownerName: string;
}

/** A pod that has run to its end is no longer there for what its workload serves. */
const present = "status.phase!=Succeeded,status.phase!=Failed";

/**
 * The present pods of each workload, read once for all of them. `whole` reads their status, too; without it the pods'
 * metadata are enough. Rejects like a list.
 */
export async function readPods(
  api: KubeApi,
  found: readonly FoundWorkload[],
  places: readonly Place[],
  whole: boolean,
  signal: AbortSignal,
): Promise<(workload: FoundWorkload) => readonly SubjectPod[]> {
  const options = { fieldSelector: present, metadataOnly: !whole };
  const pods = await listPlaces(api, "pods", "PodList", places, projectPod, options, signal);
  const byNamespace = Map.groupBy(pods, ({ namespace }) => namespace);
  const own = new Map(
    found.map((one) => [one.workload.ref.uid, (byNamespace.get(one.workload.ref.namespace) ?? []).filter(isOf(one))]),
  );
  return ({ workload }) => own.get(workload.ref.uid) ?? [];
}

function projectPod(object: KubeObject): OwnedPod | undefined {
  const { metadata, status } = object as KubeObject & {
    readonly status?: { readonly [statuses: string]: readonly StatusObject[] | undefined };
  };
  if (metadata.deletionTimestamp !== undefined) return undefined;
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  const statuses = [...(status?.["initContainerStatuses"] ?? []), ...(status?.["containerStatuses"] ?? [])];
  return {
    namespace: metadata.namespace ?? "",
    labels: metadata.labels ?? {},
    ownerUid: owner?.uid ?? "",
    ownerName: owner?.name ?? "",
    created: Date.parse(metadata.creationTimestamp ?? ""),
    containers: statuses.map(({ restartCount = 0, imageID = "" }) => ({ restartCount, imageId: imageID })),
  };
}

interface StatusObject {
  readonly restartCount?: number;
  readonly imageID?: string;
}

/**
 * Whether a pod is of a workload: its controller is the workload, or the revision that the controller named for it
 * (`web-5d4f8`, the hash being a label of the pod). Labels alone would take the pods of a Job with the same ones.
 */
function isOf({ kind, workload }: FoundWorkload): (pod: OwnedPod) => boolean {
  const { uid, name } = workload.ref;
  if (!kind.revisions.makePods) return (pod) => pod.ownerUid === uid;
  const selector = fromLabelSelector(workload.selector);
  return ({ labels, ownerName }) =>
    ownerName === `${name}-${labels[kind.revisionLabel] ?? ""}` && matchesLabels(selector, labels);
}
