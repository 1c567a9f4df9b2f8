/**
 * The fields of custom resources, in the notation of `schema-data.ts`. They have no binary encoding. Of an Argo Rollout
 * these are the fields that a restart has to do with (argo-rollouts manifests/crds/rollout-crd.yaml); its pod template
 * is as open as the definition's.
 */
export const customSchemaData: Readonly<Record<string, string>> = {
  Rollout: "apiVersion:string kind:string metadata:ObjectMeta spec:RolloutSpec status:RolloutStatus",
  RolloutSpec:
    "minReadySeconds:int32 paused:boolean progressDeadlineSeconds:int32 replicas:int32 restartAt:time revisionHistoryLimit:int32 selector:LabelSelector strategy:any template:any workloadRef:any",
  RolloutStatus:
    "HPAReplicas:int32 availableReplicas:int32 conditions:[any currentPodHash:string message:string observedGeneration:string pauseConditions:[any phase:string promoteFull:boolean readyReplicas:int32 replicas:int32 restartedAt:time selector:string stableRS:string updatedReplicas:int32",
};
