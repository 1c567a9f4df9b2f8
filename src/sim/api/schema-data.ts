/**
 * The fields of every served type, read from the OpenAPI documents and the Go types of Kubernetes v1.36.3.
 * A type's text holds `field:type#number` entries. `[T` is a list of T, `[T|key` a list that a strategic merge joins by that
 * key (`[T|` by value), `{T` a map of T; `~` marks the strategy retainKeys. The number is that of the binary encoding, with
 * a dot where the field stands in an inlined part; a `-` after it means that Go leaves a zero value out.
 */
export const schemaData: Readonly<Record<string, string>> = {
  AWSElasticBlockStoreVolumeSource: "fsType:string#2- partition:int32#3- readOnly:boolean#4- volumeID:string#1",
  Affinity: "nodeAffinity:NodeAffinity#1 podAffinity:PodAffinity#2 podAntiAffinity:PodAntiAffinity#3",
  AppArmorProfile: "localhostProfile:string#2 type:string#1",
  AttachedVolume: "devicePath:string#2 name:string#1",
  AzureDiskVolumeSource:
    "cachingMode:string#3 diskName:string#1 diskURI:string#2 fsType:string#4 kind:string#6 readOnly:boolean#5",
  AzureFilePersistentVolumeSource:
    "readOnly:boolean#3- secretName:string#1 secretNamespace:string#4 shareName:string#2",
  AzureFileVolumeSource: "readOnly:boolean#3- secretName:string#1 shareName:string#2",
  CSIPersistentVolumeSource:
    "controllerExpandSecretRef:SecretReference#9 controllerPublishSecretRef:SecretReference#6 driver:string#1 fsType:string#4- nodeExpandSecretRef:SecretReference#10 nodePublishSecretRef:SecretReference#8 nodeStageSecretRef:SecretReference#7 readOnly:boolean#3- volumeAttributes:{string#5 volumeHandle:string#2",
  CSIVolumeSource:
    "driver:string#1 fsType:string#3 nodePublishSecretRef:LocalObjectReference#5 readOnly:boolean#2 volumeAttributes:{string#4",
  Capabilities: "add:[string#1 drop:[string#2",
  CephFSPersistentVolumeSource:
    "monitors:[string#1 path:string#2- readOnly:boolean#6- secretFile:string#4- secretRef:SecretReference#5 user:string#3-",
  CephFSVolumeSource:
    "monitors:[string#1 path:string#2- readOnly:boolean#6- secretFile:string#4- secretRef:LocalObjectReference#5 user:string#3-",
  CinderPersistentVolumeSource: "fsType:string#2- readOnly:boolean#3- secretRef:SecretReference#4 volumeID:string#1",
  CinderVolumeSource: "fsType:string#2- readOnly:boolean#3- secretRef:LocalObjectReference#4 volumeID:string#1",
  ClientIPConfig: "timeoutSeconds:int32#1",
  ClusterTrustBundleProjection:
    "labelSelector:LabelSelector#3 name:string#1 optional:boolean#5 path:string#4 signerName:string#2",
  Condition:
    "lastTransitionTime:time#4 message:string#6 observedGeneration:int64#3- reason:string#5 status:string#2 type:string#1",
  ConfigMap:
    "apiVersion:string binaryData:{byte#3 data:{string#2 immutable:boolean#4 kind:string metadata:ObjectMeta#1",
  ConfigMapEnvSource: "name:string#1.1- optional:boolean#2",
  ConfigMapKeySelector: "key:string#2 name:string#1.1- optional:boolean#3",
  ConfigMapNodeConfigSource:
    "kubeletConfigKey:string#5 name:string#2 namespace:string#1 resourceVersion:string#4- uid:string#3-",
  ConfigMapProjection: "items:[KeyToPath#2 name:string#1.1- optional:boolean#4",
  ConfigMapVolumeSource: "defaultMode:int32#3 items:[KeyToPath#2 name:string#1.1- optional:boolean#4",
  Container:
    "args:[string#4 command:[string#3 env:[EnvVar|name#7 envFrom:[EnvFromSource#19 image:string#2- imagePullPolicy:string#14- lifecycle:Lifecycle#12 livenessProbe:Probe#10 name:string#1 ports:[ContainerPort|containerPort#6 readinessProbe:Probe#11 resizePolicy:[ContainerResizePolicy#23 resources:ResourceRequirements#8 restartPolicy:string#24 restartPolicyRules:[ContainerRestartRule#25 securityContext:SecurityContext#15 startupProbe:Probe#22 stdin:boolean#16- stdinOnce:boolean#17- terminationMessagePath:string#13- terminationMessagePolicy:string#20- tty:boolean#18- volumeDevices:[VolumeDevice|devicePath#21 volumeMounts:[VolumeMount|mountPath#9 workingDir:string#5-",
  ContainerExtendedResourceRequest: "containerName:string#1 requestName:string#3 resourceName:string#2",
  ContainerImage: "names:[string#1 sizeBytes:int64#2-",
  ContainerPort: "containerPort:int32#3 hostIP:string#5- hostPort:int32#2- name:string#1- protocol:string#4-",
  ContainerResizePolicy: "resourceName:string#1 restartPolicy:string#2",
  ContainerRestartRule: "action:string#1- exitCodes:ContainerRestartRuleOnExitCodes#2",
  ContainerRestartRuleOnExitCodes: "operator:string#1- values:[int32#2",
  ContainerState:
    "running:ContainerStateRunning#2 terminated:ContainerStateTerminated#3 waiting:ContainerStateWaiting#1",
  ContainerStateRunning: "startedAt:time#1",
  ContainerStateTerminated:
    "containerID:string#7- exitCode:int32#1 finishedAt:time#6 message:string#4- reason:string#3- signal:int32#2- startedAt:time#5",
  ContainerStateWaiting: "message:string#2- reason:string#1-",
  ContainerStatus:
    "allocatedResources:{quantity#10 allocatedResourcesStatus:[ResourceStatus|name#14 containerID:string#8- image:string#6 imageID:string#7 lastState:ContainerState#3 name:string#1 ready:boolean#4 resources:ResourceRequirements#11 restartCount:int32#5 started:boolean#9 state:ContainerState#2 stopSignal:string#15 user:ContainerUser#13 volumeMounts:[VolumeMountStatus|mountPath#12",
  ContainerUser: "linux:LinuxContainerUser#1",
  ControllerRevision: "apiVersion:string data:any#2 kind:string metadata:ObjectMeta#1 revision:int64#3",
  CronJob: "apiVersion:string kind:string metadata:ObjectMeta#1 spec:CronJobSpec#2 status:CronJobStatus#3",
  CronJobSpec:
    "concurrencyPolicy:string#3- failedJobsHistoryLimit:int32#7 jobTemplate:JobTemplateSpec#5 schedule:string#1 startingDeadlineSeconds:int64#2 successfulJobsHistoryLimit:int32#6 suspend:boolean#4 timeZone:string#8",
  CronJobStatus: "active:[ObjectReference#1 lastScheduleTime:time#4 lastSuccessfulTime:time#5",
  CrossVersionObjectReference: "apiVersion:string#3 kind:string#1 name:string#2",
  DaemonEndpoint: "Port:int32#1",
  DaemonSet: "apiVersion:string kind:string metadata:ObjectMeta#1 spec:DaemonSetSpec#2 status:DaemonSetStatus#3",
  DaemonSetCondition: "lastTransitionTime:time#3 message:string#5- reason:string#4- status:string#2 type:string#1",
  DaemonSetSpec:
    "minReadySeconds:int32#4- revisionHistoryLimit:int32#6 selector:LabelSelector#1 template:PodTemplateSpec#2 updateStrategy:DaemonSetUpdateStrategy#3",
  DaemonSetStatus:
    "collisionCount:int32#9 conditions:[DaemonSetCondition|type#10 currentNumberScheduled:int32#1 desiredNumberScheduled:int32#3 numberAvailable:int32#7- numberMisscheduled:int32#2 numberReady:int32#4 numberUnavailable:int32#8- observedGeneration:int64#5- updatedNumberScheduled:int32#6-",
  DaemonSetUpdateStrategy: "rollingUpdate:RollingUpdateDaemonSet#2 type:string#1-",
  DeleteOptions:
    "apiVersion:string dryRun:[string#5 gracePeriodSeconds:int64#1 ignoreStoreReadErrorWithClusterBreakingPotential:boolean#6 kind:string orphanDependents:boolean#3 preconditions:Preconditions#2 propagationPolicy:string#4",
  Deployment: "apiVersion:string kind:string metadata:ObjectMeta#1 spec:DeploymentSpec#2 status:DeploymentStatus#3",
  DeploymentCondition:
    "lastTransitionTime:time#7 lastUpdateTime:time#6 message:string#5- reason:string#4- status:string#2 type:string#1",
  DeploymentSpec:
    "minReadySeconds:int32#5- paused:boolean#7- progressDeadlineSeconds:int32#9 replicas:int32#1 revisionHistoryLimit:int32#6 selector:LabelSelector#2 strategy:~DeploymentStrategy#4 template:PodTemplateSpec#3",
  DeploymentStatus:
    "availableReplicas:int32#4- collisionCount:int32#8 conditions:[DeploymentCondition|type#6 observedGeneration:int64#1- readyReplicas:int32#7- replicas:int32#2- terminatingReplicas:int32#9 unavailableReplicas:int32#5- updatedReplicas:int32#3-",
  DeploymentStrategy: "rollingUpdate:RollingUpdateDeployment#2 type:string#1-",
  DownwardAPIProjection: "items:[DownwardAPIVolumeFile#1",
  DownwardAPIVolumeFile:
    "fieldRef:ObjectFieldSelector#2 mode:int32#4 path:string#1 resourceFieldRef:ResourceFieldSelector#3",
  DownwardAPIVolumeSource: "defaultMode:int32#2 items:[DownwardAPIVolumeFile#1",
  EmptyDirVolumeSource: "medium:string#1- sizeLimit:quantity#2",
  EnvFromSource: "configMapRef:ConfigMapEnvSource#2 prefix:string#1- secretRef:SecretEnvSource#3",
  EnvVar: "name:string#1 value:string#2- valueFrom:EnvVarSource#3",
  EnvVarSource:
    "configMapKeyRef:ConfigMapKeySelector#3 fieldRef:ObjectFieldSelector#1 fileKeyRef:FileKeySelector#5 resourceFieldRef:ResourceFieldSelector#2 secretKeyRef:SecretKeySelector#4",
  EphemeralContainer:
    "args:[string#1.4 command:[string#1.3 env:[EnvVar|name#1.7 envFrom:[EnvFromSource#1.19 image:string#1.2- imagePullPolicy:string#1.14- lifecycle:Lifecycle#1.12 livenessProbe:Probe#1.10 name:string#1.1 ports:[ContainerPort|containerPort#1.6 readinessProbe:Probe#1.11 resizePolicy:[ContainerResizePolicy#1.23 resources:ResourceRequirements#1.8 restartPolicy:string#1.24 restartPolicyRules:[ContainerRestartRule#1.25 securityContext:SecurityContext#1.15 startupProbe:Probe#1.22 stdin:boolean#1.16- stdinOnce:boolean#1.17- targetContainerName:string#2- terminationMessagePath:string#1.13- terminationMessagePolicy:string#1.20- tty:boolean#1.18- volumeDevices:[VolumeDevice|devicePath#1.21 volumeMounts:[VolumeMount|mountPath#1.9 workingDir:string#1.5-",
  EphemeralVolumeSource: "volumeClaimTemplate:PersistentVolumeClaimTemplate#1",
  Event:
    "action:string#12- apiVersion:string count:int32#8- eventTime:microTime#10 firstTimestamp:time#6 involvedObject:ObjectReference#2 kind:string lastTimestamp:time#7 message:string#4- metadata:ObjectMeta#1 reason:string#3- related:ObjectReference#13 reportingComponent:string#14 reportingInstance:string#15 series:EventSeries#11 source:EventSource#5 type:string#9-",
  EventSeries: "count:int32#1- lastObservedTime:microTime#2",
  EventSource: "component:string#1- host:string#2-",
  Eviction: "apiVersion:string deleteOptions:DeleteOptions#2 kind:string metadata:ObjectMeta#1",
  ExecAction: "command:[string#1",
  FCVolumeSource: "fsType:string#3- lun:int32#2 readOnly:boolean#4- targetWWNs:[string#1 wwids:[string#5",
  FieldSelectorAttributes: "rawSelector:string#1- requirements:[FieldSelectorRequirement#2",
  FieldSelectorRequirement: "key:string#1 operator:string#2 values:[string#3",
  FileKeySelector: "key:string#3 optional:boolean#4 path:string#2 volumeName:string#1",
  FlexPersistentVolumeSource:
    "driver:string#1 fsType:string#2- options:{string#5 readOnly:boolean#4- secretRef:SecretReference#3",
  FlexVolumeSource:
    "driver:string#1 fsType:string#2- options:{string#5 readOnly:boolean#4- secretRef:LocalObjectReference#3",
  FlockerVolumeSource: "datasetName:string#1- datasetUUID:string#2-",
  GCEPersistentDiskVolumeSource: "fsType:string#2- partition:int32#3- pdName:string#1 readOnly:boolean#4-",
  GRPCAction: "port:int32#1 service:string#2",
  GitRepoVolumeSource: "directory:string#3- repository:string#1 revision:string#2-",
  GlusterfsPersistentVolumeSource: "endpoints:string#1 endpointsNamespace:string#4 path:string#2 readOnly:boolean#3-",
  GlusterfsVolumeSource: "endpoints:string#1 path:string#2 readOnly:boolean#3-",
  HTTPGetAction: "host:string#3- httpHeaders:[HTTPHeader#5 path:string#1- port:intOrString#2 scheme:string#4-",
  HTTPHeader: "name:string#1 value:string#2",
  HorizontalPodAutoscaler:
    "apiVersion:string kind:string metadata:ObjectMeta#1 spec:HorizontalPodAutoscalerSpec#2 status:HorizontalPodAutoscalerStatus#3",
  HorizontalPodAutoscalerSpec: "maxReplicas:int32#3 minReplicas:int32#2 scaleTargetRef:CrossVersionObjectReference#1",
  HorizontalPodAutoscalerStatus: "currentReplicas:int32#3- desiredReplicas:int32#4 observedGeneration:int64#1",
  HostAlias: "hostnames:[string#2 ip:string#1",
  HostIP: "ip:string#1",
  HostPathVolumeSource: "path:string#1 type:string#2",
  ISCSIPersistentVolumeSource:
    "chapAuthDiscovery:boolean#8- chapAuthSession:boolean#11- fsType:string#5- initiatorName:string#12 iqn:string#2 iscsiInterface:string#4- lun:int32#3 portals:[string#7 readOnly:boolean#6- secretRef:SecretReference#10 targetPortal:string#1",
  ISCSIVolumeSource:
    "chapAuthDiscovery:boolean#8- chapAuthSession:boolean#11- fsType:string#5- initiatorName:string#12 iqn:string#2 iscsiInterface:string#4- lun:int32#3 portals:[string#7 readOnly:boolean#6- secretRef:LocalObjectReference#10 targetPortal:string#1",
  ImageVolumeSource: "pullPolicy:string#2- reference:string#1-",
  ImageVolumeStatus: "imageRef:string#1-",
  Job: "apiVersion:string kind:string metadata:ObjectMeta#1 spec:JobSpec#2 status:JobStatus#3",
  JobCondition:
    "lastProbeTime:time#3 lastTransitionTime:time#4 message:string#6- reason:string#5- status:string#2 type:string#1",
  JobSpec:
    "activeDeadlineSeconds:int64#3 backoffLimit:int32#7 backoffLimitPerIndex:int32#12 completionMode:string#9 completions:int32#2 managedBy:string#15 manualSelector:boolean#5 maxFailedIndexes:int32#13 parallelism:int32#1 podFailurePolicy:PodFailurePolicy#11 podReplacementPolicy:string#14 selector:LabelSelector#4 successPolicy:SuccessPolicy#16 suspend:boolean#10 template:PodTemplateSpec#6 ttlSecondsAfterFinished:int32#8",
  JobStatus:
    "active:int32#4- completedIndexes:string#7- completionTime:time#3 conditions:[JobCondition|type#1 failed:int32#6- failedIndexes:string#10 ready:int32#9 startTime:time#2 succeeded:int32#5- terminating:int32#11 uncountedTerminatedPods:UncountedTerminatedPods#8",
  JobTemplateSpec: "metadata:ObjectMeta#1 spec:JobSpec#2",
  KeyToPath: "key:string#1 mode:int32#3 path:string#2",
  LabelSelector: "matchExpressions:[LabelSelectorRequirement#2 matchLabels:{string#1",
  LabelSelectorAttributes: "rawSelector:string#1- requirements:[LabelSelectorRequirement#2",
  LabelSelectorRequirement: "key:string#1 operator:string#2 values:[string#3",
  Lease: "apiVersion:string kind:string metadata:ObjectMeta#1 spec:LeaseSpec#2",
  LeaseSpec:
    "acquireTime:microTime#3 holderIdentity:string#1 leaseDurationSeconds:int32#2 leaseTransitions:int32#5 preferredHolder:string#7 renewTime:microTime#4 strategy:string#6",
  Lifecycle: "postStart:LifecycleHandler#1 preStop:LifecycleHandler#2 stopSignal:string#3",
  LifecycleHandler: "exec:ExecAction#1 httpGet:HTTPGetAction#2 sleep:SleepAction#4 tcpSocket:TCPSocketAction#3",
  LinuxContainerUser: "gid:int64#2 supplementalGroups:[int64#3 uid:int64#1",
  LoadBalancerIngress: "hostname:string#2- ip:string#1- ipMode:string#3 ports:[PortStatus#4",
  LoadBalancerStatus: "ingress:[LoadBalancerIngress#1",
  LocalObjectReference: "name:string#1-",
  LocalVolumeSource: "fsType:string#2 path:string#1",
  ManagedFieldsEntry:
    "apiVersion:string#3- fieldsType:string#6- fieldsV1:any#7 manager:string#1- operation:string#2- subresource:string#8- time:time#4",
  ModifyVolumeStatus: "status:string#2 targetVolumeAttributesClassName:string#1-",
  NFSVolumeSource: "path:string#2 readOnly:boolean#3- server:string#1",
  Namespace: "apiVersion:string kind:string metadata:ObjectMeta#1 spec:NamespaceSpec#2 status:NamespaceStatus#3",
  NamespaceCondition: "lastTransitionTime:time#4 message:string#6- reason:string#5- status:string#2 type:string#1",
  NamespaceSpec: "finalizers:[string#1",
  NamespaceStatus: "conditions:[NamespaceCondition|type#2 phase:string#1-",
  Node: "apiVersion:string kind:string metadata:ObjectMeta#1 spec:NodeSpec#2 status:NodeStatus#3",
  NodeAddress: "address:string#2 type:string#1",
  NodeAffinity:
    "preferredDuringSchedulingIgnoredDuringExecution:[PreferredSchedulingTerm#2 requiredDuringSchedulingIgnoredDuringExecution:NodeSelector#1",
  NodeAllocatableResourceClaimStatus: "containers:[string#2 resourceClaimName:string#1 resources:{quantity#3",
  NodeCondition:
    "lastHeartbeatTime:time#3 lastTransitionTime:time#4 message:string#6- reason:string#5- status:string#2 type:string#1",
  NodeConfigSource: "configMap:ConfigMapNodeConfigSource#2",
  NodeConfigStatus:
    "active:NodeConfigSource#2 assigned:NodeConfigSource#1 error:string#4- lastKnownGood:NodeConfigSource#3",
  NodeDaemonEndpoints: "kubeletEndpoint:DaemonEndpoint#1",
  NodeFeatures: "supplementalGroupsPolicy:boolean#1",
  NodeRuntimeHandler: "features:NodeRuntimeHandlerFeatures#2 name:string#1",
  NodeRuntimeHandlerFeatures: "recursiveReadOnlyMounts:boolean#1 userNamespaces:boolean#2",
  NodeSelector: "nodeSelectorTerms:[NodeSelectorTerm#1",
  NodeSelectorRequirement: "key:string#1 operator:string#2 values:[string#3",
  NodeSelectorTerm: "matchExpressions:[NodeSelectorRequirement#1 matchFields:[NodeSelectorRequirement#2",
  NodeSpec:
    "configSource:NodeConfigSource#6 externalID:string#2- podCIDR:string#1- podCIDRs:[string|#7 providerID:string#3- taints:[Taint#5 unschedulable:boolean#4-",
  NodeStatus:
    "addresses:[NodeAddress|type#5 allocatable:{quantity#2 capacity:{quantity#1 conditions:[NodeCondition|type#4 config:NodeConfigStatus#11 daemonEndpoints:NodeDaemonEndpoints#6 declaredFeatures:[string#14 features:NodeFeatures#13 images:[ContainerImage#8 nodeInfo:NodeSystemInfo#7 phase:string#3- runtimeHandlers:[NodeRuntimeHandler#12 volumesAttached:[AttachedVolume#10 volumesInUse:[string#9",
  NodeSwapStatus: "capacity:int64#1",
  NodeSystemInfo:
    "architecture:string#10 bootID:string#3 containerRuntimeVersion:string#6 kernelVersion:string#4 kubeProxyVersion:string#8 kubeletVersion:string#7 machineID:string#1 operatingSystem:string#9 osImage:string#5 swap:NodeSwapStatus#11 systemUUID:string#2",
  NonResourceAttributes: "path:string#1- verb:string#2-",
  NonResourceRule: "nonResourceURLs:[string#2 verbs:[string#1",
  ObjectFieldSelector: "apiVersion:string#1- fieldPath:string#2",
  ObjectMeta:
    "annotations:{string#12 creationTimestamp:time#8 deletionGracePeriodSeconds:int64#10 deletionTimestamp:time#9 finalizers:[string|#14 generateName:string#2- generation:int64#7- labels:{string#11 managedFields:[ManagedFieldsEntry#17 name:string#1- namespace:string#3- ownerReferences:[OwnerReference|uid#13 resourceVersion:string#6- selfLink:string#4- uid:string#5-",
  ObjectReference:
    "apiVersion:string#5- fieldPath:string#7- kind:string#1- name:string#3- namespace:string#2- resourceVersion:string#6- uid:string#4-",
  OwnerReference:
    "apiVersion:string#5 blockOwnerDeletion:boolean#7 controller:boolean#6 kind:string#1 name:string#3 uid:string#4",
  PersistentVolume:
    "apiVersion:string kind:string metadata:ObjectMeta#1 spec:PersistentVolumeSpec#2 status:PersistentVolumeStatus#3",
  PersistentVolumeClaim:
    "apiVersion:string kind:string metadata:ObjectMeta#1 spec:PersistentVolumeClaimSpec#2 status:PersistentVolumeClaimStatus#3",
  PersistentVolumeClaimCondition:
    "lastProbeTime:time#3 lastTransitionTime:time#4 message:string#6- reason:string#5- status:string#2 type:string#1",
  PersistentVolumeClaimSpec:
    "accessModes:[string#1 dataSource:TypedLocalObjectReference#7 dataSourceRef:TypedObjectReference#8 resources:VolumeResourceRequirements#2 selector:LabelSelector#4 storageClassName:string#5 volumeAttributesClassName:string#9 volumeMode:string#6 volumeName:string#3-",
  PersistentVolumeClaimStatus:
    "accessModes:[string#2 allocatedResourceStatuses:{string#7 allocatedResources:{quantity#5 capacity:{quantity#3 conditions:[PersistentVolumeClaimCondition|type#4 currentVolumeAttributesClassName:string#8 modifyVolumeStatus:ModifyVolumeStatus#9 phase:string#1-",
  PersistentVolumeClaimTemplate: "metadata:ObjectMeta#1 spec:PersistentVolumeClaimSpec#2",
  PersistentVolumeClaimVolumeSource: "claimName:string#1 readOnly:boolean#2-",
  PersistentVolumeSpec:
    "accessModes:[string#3 awsElasticBlockStore:AWSElasticBlockStoreVolumeSource#2.2 azureDisk:AzureDiskVolumeSource#2.16 azureFile:AzureFilePersistentVolumeSource#2.13 capacity:{quantity#1 cephfs:CephFSPersistentVolumeSource#2.9 cinder:CinderPersistentVolumeSource#2.8 claimRef:ObjectReference#4 csi:CSIPersistentVolumeSource#2.22 fc:FCVolumeSource#2.10 flexVolume:FlexPersistentVolumeSource#2.12 flocker:FlockerVolumeSource#2.11 gcePersistentDisk:GCEPersistentDiskVolumeSource#2.1 glusterfs:GlusterfsPersistentVolumeSource#2.4 hostPath:HostPathVolumeSource#2.3 iscsi:ISCSIPersistentVolumeSource#2.7 local:LocalVolumeSource#2.20 mountOptions:[string#7 nfs:NFSVolumeSource#2.5 nodeAffinity:VolumeNodeAffinity#9 persistentVolumeReclaimPolicy:string#5- photonPersistentDisk:PhotonPersistentDiskVolumeSource#2.17 portworxVolume:PortworxVolumeSource#2.18 quobyte:QuobyteVolumeSource#2.15 rbd:RBDPersistentVolumeSource#2.6 scaleIO:ScaleIOPersistentVolumeSource#2.19 storageClassName:string#6- storageos:StorageOSPersistentVolumeSource#2.21 volumeAttributesClassName:string#10 volumeMode:string#8 vsphereVolume:VsphereVirtualDiskVolumeSource#2.14",
  PersistentVolumeStatus: "lastPhaseTransitionTime:time#4 message:string#2- phase:string#1- reason:string#3-",
  PhotonPersistentDiskVolumeSource: "fsType:string#2- pdID:string#1",
  Pod: "apiVersion:string kind:string metadata:ObjectMeta#1 spec:PodSpec#2 status:PodStatus#3",
  PodAffinity:
    "preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm#2 requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm#1",
  PodAffinityTerm:
    "labelSelector:LabelSelector#1 matchLabelKeys:[string#5 mismatchLabelKeys:[string#6 namespaceSelector:LabelSelector#4 namespaces:[string#2 topologyKey:string#3",
  PodAntiAffinity:
    "preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm#2 requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm#1",
  PodCertificateProjection:
    "certificateChainPath:string#6- credentialBundlePath:string#4- keyPath:string#5- keyType:string#2- maxExpirationSeconds:int32#3 signerName:string#1- userAnnotations:{string#7",
  PodCondition:
    "lastProbeTime:time#3 lastTransitionTime:time#4 message:string#6- observedGeneration:int64#7- reason:string#5- status:string#2 type:string#1",
  PodDNSConfig: "nameservers:[string#1 options:[PodDNSConfigOption#3 searches:[string#2",
  PodDNSConfigOption: "name:string#1- value:string#2",
  PodDisruptionBudget:
    "apiVersion:string kind:string metadata:ObjectMeta#1 spec:PodDisruptionBudgetSpec#2 status:PodDisruptionBudgetStatus#3",
  PodDisruptionBudgetSpec:
    "maxUnavailable:intOrString#3 minAvailable:intOrString#1 selector:LabelSelector#2 unhealthyPodEvictionPolicy:string#4",
  PodDisruptionBudgetStatus:
    "conditions:[Condition|type#7 currentHealthy:int32#4 desiredHealthy:int32#5 disruptedPods:{time#2 disruptionsAllowed:int32#3 expectedPods:int32#6 observedGeneration:int64#1-",
  PodExtendedResourceClaimStatus: "requestMappings:[ContainerExtendedResourceRequest#1 resourceClaimName:string#2",
  PodFailurePolicy: "rules:[PodFailurePolicyRule#1",
  PodFailurePolicyOnExitCodesRequirement: "containerName:string#1 operator:string#2 values:[int32#3",
  PodFailurePolicyOnPodConditionsPattern: "status:string#2 type:string#1",
  PodFailurePolicyRule:
    "action:string#1 onExitCodes:PodFailurePolicyOnExitCodesRequirement#2 onPodConditions:[PodFailurePolicyOnPodConditionsPattern#3",
  PodIP: "ip:string#1",
  PodOS: "name:string#1",
  PodReadinessGate: "conditionType:string#1",
  PodResourceClaim: "name:string#1 resourceClaimName:string#3 resourceClaimTemplateName:string#4",
  PodResourceClaimStatus: "name:string#1 resourceClaimName:string#2",
  PodSchedulingGate: "name:string#1",
  PodSchedulingGroup: "podGroupName:string#1",
  PodSecurityContext:
    "appArmorProfile:AppArmorProfile#11 fsGroup:int64#5 fsGroupChangePolicy:string#9 runAsGroup:int64#6 runAsNonRoot:boolean#3 runAsUser:int64#2 seLinuxChangePolicy:string#13 seLinuxOptions:SELinuxOptions#1 seccompProfile:SeccompProfile#10 supplementalGroups:[int64#4 supplementalGroupsPolicy:string#12 sysctls:[Sysctl#7 windowsOptions:WindowsSecurityContextOptions#8",
  PodSpec:
    "activeDeadlineSeconds:int64#5 affinity:Affinity#18 automountServiceAccountToken:boolean#21 containers:[Container|name#2 dnsConfig:PodDNSConfig#26 dnsPolicy:string#6- enableServiceLinks:boolean#30 ephemeralContainers:[EphemeralContainer|name#34 hostAliases:[HostAlias|ip#23 hostIPC:boolean#13- hostNetwork:boolean#11- hostPID:boolean#12- hostUsers:boolean#37 hostname:string#16- hostnameOverride:string#41 imagePullSecrets:[LocalObjectReference|name#15 initContainers:[Container|name#20 nodeName:string#10- nodeSelector:{string#7 os:PodOS#36 overhead:{quantity#32 preemptionPolicy:string#31 priority:int32#25 priorityClassName:string#24- readinessGates:[PodReadinessGate#28 resourceClaims:[~PodResourceClaim|name#39 resources:ResourceRequirements#40 restartPolicy:string#3- runtimeClassName:string#29 schedulerName:string#19- schedulingGates:[PodSchedulingGate|name#38 schedulingGroup:PodSchedulingGroup#43 securityContext:PodSecurityContext#14 serviceAccount:string#9- serviceAccountName:string#8- setHostnameAsFQDN:boolean#35 shareProcessNamespace:boolean#27 subdomain:string#17- terminationGracePeriodSeconds:int64#4 tolerations:[Toleration#22 topologySpreadConstraints:[TopologySpreadConstraint|topologyKey#33 volumes:[~Volume|name#1",
  PodStatus:
    "allocatedResources:{quantity#19 conditions:[PodCondition|type#2 containerStatuses:[ContainerStatus#8 ephemeralContainerStatuses:[ContainerStatus#13 extendedResourceClaimStatus:PodExtendedResourceClaimStatus#18 hostIP:string#5- hostIPs:[HostIP|ip#16 initContainerStatuses:[ContainerStatus#10 message:string#3- nodeAllocatableResourceClaimStatuses:[NodeAllocatableResourceClaimStatus#21 nominatedNodeName:string#11- observedGeneration:int64#17- phase:string#1- podIP:string#6- podIPs:[PodIP|ip#12 qosClass:string#9- reason:string#4- resize:string#14- resourceClaimStatuses:[~PodResourceClaimStatus|name#15 resources:ResourceRequirements#20 startTime:time#7",
  PodTemplateSpec: "metadata:ObjectMeta#1 spec:PodSpec#2",
  PortStatus: "error:string#3 port:int32#1 protocol:string#2",
  PortworxVolumeSource: "fsType:string#2- readOnly:boolean#3- volumeID:string#1",
  Preconditions: "resourceVersion:string#2 uid:string#1",
  PreferredSchedulingTerm: "preference:NodeSelectorTerm#2 weight:int32#1",
  Probe:
    "exec:ExecAction#1.1 failureThreshold:int32#6- grpc:GRPCAction#1.4 httpGet:HTTPGetAction#1.2 initialDelaySeconds:int32#2- periodSeconds:int32#4- successThreshold:int32#5- tcpSocket:TCPSocketAction#1.3 terminationGracePeriodSeconds:int64#7 timeoutSeconds:int32#3-",
  ProjectedVolumeSource: "defaultMode:int32#2 sources:[VolumeProjection#1",
  QuobyteVolumeSource:
    "group:string#5- readOnly:boolean#3- registry:string#1 tenant:string#6- user:string#4- volume:string#2",
  RBDPersistentVolumeSource:
    "fsType:string#3- image:string#2 keyring:string#6- monitors:[string#1 pool:string#4- readOnly:boolean#8- secretRef:SecretReference#7 user:string#5-",
  RBDVolumeSource:
    "fsType:string#3- image:string#2 keyring:string#6- monitors:[string#1 pool:string#4- readOnly:boolean#8- secretRef:LocalObjectReference#7 user:string#5-",
  ReplicaSet: "apiVersion:string kind:string metadata:ObjectMeta#1 spec:ReplicaSetSpec#2 status:ReplicaSetStatus#3",
  ReplicaSetCondition: "lastTransitionTime:time#3 message:string#5- reason:string#4- status:string#2 type:string#1",
  ReplicaSetSpec: "minReadySeconds:int32#4- replicas:int32#1 selector:LabelSelector#2 template:PodTemplateSpec#3",
  ReplicaSetStatus:
    "availableReplicas:int32#5- conditions:[ReplicaSetCondition|type#6 fullyLabeledReplicas:int32#2- observedGeneration:int64#3- readyReplicas:int32#4- replicas:int32#1 terminatingReplicas:int32#7",
  ReplicationController:
    "apiVersion:string kind:string metadata:ObjectMeta#1 spec:ReplicationControllerSpec#2 status:ReplicationControllerStatus#3",
  ReplicationControllerCondition:
    "lastTransitionTime:time#3 message:string#5- reason:string#4- status:string#2 type:string#1",
  ReplicationControllerSpec: "minReadySeconds:int32#4- replicas:int32#1 selector:{string#2 template:PodTemplateSpec#3",
  ReplicationControllerStatus:
    "availableReplicas:int32#5- conditions:[ReplicationControllerCondition|type#6 fullyLabeledReplicas:int32#2- observedGeneration:int64#3- readyReplicas:int32#4- replicas:int32#1",
  ResourceAttributes:
    "fieldSelector:FieldSelectorAttributes#8 group:string#3- labelSelector:LabelSelectorAttributes#9 name:string#7- namespace:string#1- resource:string#5- subresource:string#6- verb:string#2- version:string#4-",
  ResourceClaim: "name:string#1 request:string#2-",
  ResourceFieldSelector: "containerName:string#1- divisor:quantity#3 resource:string#2",
  ResourceHealth: "health:string#2- message:string#6 resourceID:string#1",
  ResourceQuota:
    "apiVersion:string kind:string metadata:ObjectMeta#1 spec:ResourceQuotaSpec#2 status:ResourceQuotaStatus#3",
  ResourceQuotaSpec: "hard:{quantity#1 scopeSelector:ScopeSelector#3 scopes:[string#2",
  ResourceQuotaStatus: "hard:{quantity#1 used:{quantity#2",
  ResourceRequirements: "claims:[ResourceClaim#3 limits:{quantity#1 requests:{quantity#2",
  ResourceRule: "apiGroups:[string#2 resourceNames:[string#4 resources:[string#3 verbs:[string#1",
  ResourceStatus: "name:string#1 resources:[ResourceHealth#2",
  RollingUpdateDaemonSet: "maxSurge:intOrString#2 maxUnavailable:intOrString#1",
  RollingUpdateDeployment: "maxSurge:intOrString#2 maxUnavailable:intOrString#1",
  RollingUpdateStatefulSetStrategy: "maxUnavailable:intOrString#2 partition:int32#1",
  SELinuxOptions: "level:string#4- role:string#2- type:string#3- user:string#1-",
  Scale: "apiVersion:string kind:string metadata:ObjectMeta#1 spec:ScaleSpec#2 status:ScaleStatus#3",
  ScaleIOPersistentVolumeSource:
    "fsType:string#9- gateway:string#1 protectionDomain:string#5- readOnly:boolean#10- secretRef:SecretReference#3 sslEnabled:boolean#4- storageMode:string#7- storagePool:string#6- system:string#2 volumeName:string#8-",
  ScaleIOVolumeSource:
    "fsType:string#9- gateway:string#1 protectionDomain:string#5- readOnly:boolean#10- secretRef:LocalObjectReference#3 sslEnabled:boolean#4- storageMode:string#7- storagePool:string#6- system:string#2 volumeName:string#8-",
  ScaleSpec: "replicas:int32#1-",
  ScaleStatus: "replicas:int32#1 selector:string#2-",
  ScopeSelector: "matchExpressions:[ScopedResourceSelectorRequirement#1",
  ScopedResourceSelectorRequirement: "operator:string#2 scopeName:string#1 values:[string#3",
  SeccompProfile: "localhostProfile:string#2 type:string#1",
  Secret:
    "apiVersion:string data:{byte#2 immutable:boolean#5 kind:string metadata:ObjectMeta#1 stringData:{string#4 type:string#3-",
  SecretEnvSource: "name:string#1.1- optional:boolean#2",
  SecretKeySelector: "key:string#2 name:string#1.1- optional:boolean#3",
  SecretProjection: "items:[KeyToPath#2 name:string#1.1- optional:boolean#4",
  SecretReference: "name:string#1- namespace:string#2-",
  SecretVolumeSource: "defaultMode:int32#3 items:[KeyToPath#2 optional:boolean#4 secretName:string#1-",
  SecurityContext:
    "allowPrivilegeEscalation:boolean#7 appArmorProfile:AppArmorProfile#12 capabilities:Capabilities#1 privileged:boolean#2 procMount:string#9 readOnlyRootFilesystem:boolean#6 runAsGroup:int64#8 runAsNonRoot:boolean#5 runAsUser:int64#4 seLinuxOptions:SELinuxOptions#3 seccompProfile:SeccompProfile#11 windowsOptions:WindowsSecurityContextOptions#10",
  SelfSubjectAccessReview:
    "apiVersion:string kind:string metadata:ObjectMeta#1 spec:SelfSubjectAccessReviewSpec#2 status:SubjectAccessReviewStatus#3",
  SelfSubjectAccessReviewSpec: "nonResourceAttributes:NonResourceAttributes#2 resourceAttributes:ResourceAttributes#1",
  SelfSubjectReview: "apiVersion:string kind:string metadata:ObjectMeta#1 status:SelfSubjectReviewStatus#2",
  SelfSubjectReviewStatus: "userInfo:UserInfo#1",
  SelfSubjectRulesReview:
    "apiVersion:string kind:string metadata:ObjectMeta#1 spec:SelfSubjectRulesReviewSpec#2 status:SubjectRulesReviewStatus#3",
  SelfSubjectRulesReviewSpec: "namespace:string#1-",
  Service: "apiVersion:string kind:string metadata:ObjectMeta#1 spec:ServiceSpec#2 status:ServiceStatus#3",
  ServiceAccount:
    "apiVersion:string automountServiceAccountToken:boolean#4 imagePullSecrets:[LocalObjectReference#3 kind:string metadata:ObjectMeta#1 secrets:[ObjectReference|name#2",
  ServiceAccountTokenProjection: "audience:string#1- expirationSeconds:int64#2 path:string#3",
  ServicePort:
    "appProtocol:string#6 name:string#1- nodePort:int32#5- port:int32#3 protocol:string#2- targetPort:intOrString#4",
  ServiceSpec:
    "allocateLoadBalancerNodePorts:boolean#20 clusterIP:string#3- clusterIPs:[string#18 externalIPs:[string#5 externalName:string#10- externalTrafficPolicy:string#11- healthCheckNodePort:int32#12- internalTrafficPolicy:string#22 ipFamilies:[string#19 ipFamilyPolicy:string#17 loadBalancerClass:string#21 loadBalancerIP:string#8- loadBalancerSourceRanges:[string#9 ports:[ServicePort|port#1 publishNotReadyAddresses:boolean#13- selector:{string#2 sessionAffinity:string#7- sessionAffinityConfig:SessionAffinityConfig#14 trafficDistribution:string#23 type:string#4-",
  ServiceStatus: "conditions:[Condition|type#2 loadBalancer:LoadBalancerStatus#1",
  SessionAffinityConfig: "clientIP:ClientIPConfig#1",
  SleepAction: "seconds:int64#1",
  StatefulSet: "apiVersion:string kind:string metadata:ObjectMeta#1 spec:StatefulSetSpec#2 status:StatefulSetStatus#3",
  StatefulSetCondition: "lastTransitionTime:time#3 message:string#5- reason:string#4- status:string#2 type:string#1",
  StatefulSetOrdinals: "start:int32#1",
  StatefulSetPersistentVolumeClaimRetentionPolicy: "whenDeleted:string#1- whenScaled:string#2-",
  StatefulSetSpec:
    "minReadySeconds:int32#9- ordinals:StatefulSetOrdinals#11 persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy#10 podManagementPolicy:string#6- replicas:int32#1 revisionHistoryLimit:int32#8 selector:LabelSelector#2 serviceName:string#5 template:PodTemplateSpec#3 updateStrategy:StatefulSetUpdateStrategy#7 volumeClaimTemplates:[PersistentVolumeClaim#4",
  StatefulSetStatus:
    "availableReplicas:int32#11 collisionCount:int32#9 conditions:[StatefulSetCondition|type#10 currentReplicas:int32#4- currentRevision:string#6- observedGeneration:int64#1- readyReplicas:int32#3- replicas:int32#2 updateRevision:string#7- updatedReplicas:int32#5-",
  StatefulSetUpdateStrategy: "rollingUpdate:RollingUpdateStatefulSetStrategy#2 type:string#1-",
  StorageOSPersistentVolumeSource:
    "fsType:string#3- readOnly:boolean#4- secretRef:ObjectReference#5 volumeName:string#1- volumeNamespace:string#2-",
  StorageOSVolumeSource:
    "fsType:string#3- readOnly:boolean#4- secretRef:LocalObjectReference#5 volumeName:string#1- volumeNamespace:string#2-",
  SubjectAccessReviewStatus: "allowed:boolean#1 denied:boolean#4- evaluationError:string#3- reason:string#2-",
  SubjectRulesReviewStatus:
    "evaluationError:string#4- incomplete:boolean#3 nonResourceRules:[NonResourceRule#2 resourceRules:[ResourceRule#1",
  SuccessPolicy: "rules:[SuccessPolicyRule#1",
  SuccessPolicyRule: "succeededCount:int32#2 succeededIndexes:string#1",
  Sysctl: "name:string#1 value:string#2",
  TCPSocketAction: "host:string#2- port:intOrString#1",
  Taint: "effect:string#3 key:string#1 timeAdded:time#4 value:string#2-",
  Toleration: "effect:string#4- key:string#1- operator:string#2- tolerationSeconds:int64#5 value:string#3-",
  TopologySpreadConstraint:
    "labelSelector:LabelSelector#4 matchLabelKeys:[string#8 maxSkew:int32#1 minDomains:int32#5 nodeAffinityPolicy:string#6 nodeTaintsPolicy:string#7 topologyKey:string#2 whenUnsatisfiable:string#3",
  TypedLocalObjectReference: "apiGroup:string#1 kind:string#2 name:string#3",
  TypedObjectReference: "apiGroup:string#1 kind:string#2 name:string#3 namespace:string#4",
  UncountedTerminatedPods: "failed:[string#2 succeeded:[string#1",
  UserInfo: "extra:{[string#4 groups:[string#3 uid:string#2- username:string#1-",
  Volume:
    "awsElasticBlockStore:AWSElasticBlockStoreVolumeSource#2.4 azureDisk:AzureDiskVolumeSource#2.22 azureFile:AzureFileVolumeSource#2.18 cephfs:CephFSVolumeSource#2.14 cinder:CinderVolumeSource#2.13 configMap:ConfigMapVolumeSource#2.19 csi:CSIVolumeSource#2.28 downwardAPI:DownwardAPIVolumeSource#2.16 emptyDir:EmptyDirVolumeSource#2.2 ephemeral:EphemeralVolumeSource#2.29 fc:FCVolumeSource#2.17 flexVolume:FlexVolumeSource#2.12 flocker:FlockerVolumeSource#2.15 gcePersistentDisk:GCEPersistentDiskVolumeSource#2.3 gitRepo:GitRepoVolumeSource#2.5 glusterfs:GlusterfsVolumeSource#2.9 hostPath:HostPathVolumeSource#2.1 image:ImageVolumeSource#2.30 iscsi:ISCSIVolumeSource#2.8 name:string#1 nfs:NFSVolumeSource#2.7 persistentVolumeClaim:PersistentVolumeClaimVolumeSource#2.10 photonPersistentDisk:PhotonPersistentDiskVolumeSource#2.23 portworxVolume:PortworxVolumeSource#2.24 projected:ProjectedVolumeSource#2.26 quobyte:QuobyteVolumeSource#2.21 rbd:RBDVolumeSource#2.11 scaleIO:ScaleIOVolumeSource#2.25 secret:SecretVolumeSource#2.6 storageos:StorageOSVolumeSource#2.27 vsphereVolume:VsphereVirtualDiskVolumeSource#2.20",
  VolumeDevice: "devicePath:string#2 name:string#1",
  VolumeMount:
    "mountPath:string#3 mountPropagation:string#5 name:string#1 readOnly:boolean#2- recursiveReadOnly:string#7 subPath:string#4- subPathExpr:string#6-",
  VolumeMountStatus:
    "mountPath:string#2 name:string#1 readOnly:boolean#3- recursiveReadOnly:string#4 volumeStatus:VolumeStatus#5",
  VolumeNodeAffinity: "required:NodeSelector#1",
  VolumeProjection:
    "clusterTrustBundle:ClusterTrustBundleProjection#5 configMap:ConfigMapProjection#3 downwardAPI:DownwardAPIProjection#2 podCertificate:PodCertificateProjection#6 secret:SecretProjection#1 serviceAccountToken:ServiceAccountTokenProjection#4",
  VolumeResourceRequirements: "limits:{quantity#1 requests:{quantity#2",
  VolumeStatus: "image:ImageVolumeStatus#1",
  VsphereVirtualDiskVolumeSource:
    "fsType:string#2- storagePolicyID:string#4- storagePolicyName:string#3- volumePath:string#1",
  WeightedPodAffinityTerm: "podAffinityTerm:PodAffinityTerm#2 weight:int32#1",
  WindowsSecurityContextOptions:
    "gmsaCredentialSpec:string#2 gmsaCredentialSpecName:string#1 hostProcess:boolean#4 runAsUserName:string#3",
};
