import type { MessageInitShape } from "@bufbuild/protobuf";
import { cleanText, findKind, rolloutPhase, type Workload } from "../core/index.ts";
import type { WorkloadSchema } from "../gen/restart/v1/restart_pb.ts";

/** A workload as the contract has it. */
export function workloadMessage(workload: Workload): MessageInitShape<typeof WorkloadSchema> {
  const { ref, generation, creationTimestamp, counts, strategy, restartedAt, images } = workload;
  const { cluster, apiVersion, kind, namespace, name, uid } = ref;
  return {
    cluster,
    apiVersion,
    kind,
    metadata: { namespace, name, uid, generation, creationTimestamp },
    replicas: counts.desired,
    updatedReplicas: counts.updated,
    readyReplicas: counts.ready,
    availableReplicas: counts.available,
    rollout: rolloutPhase(findKind(apiVersion, kind), workload).phase,
    strategy: cleanText(strategy),
    ...(restartedAt !== undefined && { restartedAt: cleanText(restartedAt) }),
    images: images.map((image) => cleanText(image)),
  };
}
