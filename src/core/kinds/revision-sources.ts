import type { RevisionSource } from "./workload-kind.ts";

export const replicaSets: RevisionSource = {
  group: "apps",
  version: "v1",
  resource: "replicasets",
  listKind: "ReplicaSetList",
  makePods: true,
};

export const controllerRevisions: RevisionSource = {
  group: "apps",
  version: "v1",
  resource: "controllerrevisions",
  listKind: "ControllerRevisionList",
  makePods: false,
};
