/**
 * What kwok does with nodes and pods, as one configuration file. A pod's behaviour follows from annotations that it
 * inherits from the pod template; README.md beside this file lists them. kwok takes any of the stages that match, so
 * the selectors exclude each other.
 */
export function kwokStages(): string {
  return [...nodeStages(), ...podStages()].map((stage) => JSON.stringify(stage)).join("\n---\n");
}

interface Requirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values?: readonly string[];
}

interface Delay {
  readonly milliseconds: number;
  /** A jq expression of a Go duration that wins over `milliseconds` when it yields one. */
  readonly from?: string;
  readonly upTo?: number;
}

interface StageOptions {
  readonly name: string;
  readonly kind: "Pod" | "Node";
  readonly when: readonly Requirement[];
  readonly delay?: Delay;
  readonly next: Readonly<Record<string, unknown>>;
}

function stage({ name, kind, when, delay, next }: StageOptions) {
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: {
      resourceRef: { apiGroup: "v1", kind },
      selector: { matchExpressions: when },
      ...(delay === undefined
        ? {}
        : {
            delay: {
              durationMilliseconds: delay.milliseconds,
              ...(delay.from === undefined ? {} : { durationFrom: { expressionFrom: delay.from } }),
              ...(delay.upTo === undefined
                ? {}
                : {
                    jitterDurationMilliseconds: delay.upTo,
                    // kwok takes the smaller of the two.
                    ...(delay.from === undefined ? {} : { jitterDurationFrom: { expressionFrom: delay.from } }),
                  }),
            },
          }),
      next,
    },
  };
}

const isIn = (key: string, ...values: readonly string[]): Requirement => ({ key, operator: "In", values });
const notIn = (key: string, ...values: readonly string[]): Requirement => ({ key, operator: "NotIn", values });
const exists = (key: string): Requirement => ({ key, operator: "Exists" });
const absent = (key: string): Requirement => ({ key, operator: "DoesNotExist" });

const nodeReady = '.status.conditions.[] | select( .type == "Ready" ) | .status';

function nodeStages() {
  const conditions = `
{{ $now := Now }}
{{ $since := or .metadata.creationTimestamp $now }}
conditions:
{{ range NodeConditions }}
- lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $since | Quote }}
  message: {{ .message | Quote }}
  reason: {{ .reason | Quote }}
  status: {{ .status | Quote }}
  type: {{ .type | Quote }}
{{ end }}
`;
  const first = `${conditions}
addresses:
- { address: {{ NodeIP | Quote }}, type: InternalIP }
- { address: {{ NodeName | Quote }}, type: Hostname }
allocatable: { cpu: "1000", memory: 1Ti, pods: "10000" }
capacity: { cpu: "1000", memory: 1Ti, pods: "10000" }
nodeInfo:
  architecture: amd64
  bootID: ""
  containerRuntimeVersion: kwok-{{ Version }}
  kernelVersion: kwok-{{ Version }}
  kubeProxyVersion: kwok-{{ Version }}
  kubeletVersion: kwok-{{ Version }}
  machineID: ""
  operatingSystem: linux
  osImage: ""
  systemUUID: ""
phase: Running
`;
  return [
    stage({
      name: "node-initialize",
      kind: "Node",
      when: [notIn(nodeReady, "True")],
      next: { statusTemplate: first },
    }),
    stage({
      name: "node-heartbeat-with-lease",
      kind: "Node",
      when: [isIn(".status.phase", "Running"), isIn(nodeReady, "True")],
      delay: { milliseconds: 600_000, upTo: 610_000 },
      next: { statusTemplate: conditions },
    }),
  ];
}

const annotation = (key: string): string => `.metadata.annotations["${key}"]`;
const asked = (key: string): string => `${annotation(`fake/${key}`)} == "true"`;

/** The trouble a pod asks for, as a jq expression of one word. */
const trouble =
  `if ${asked("crash")} or (${asked("crash-after-restart")} and ${annotation("kubectl.kubernetes.io/restartedAt")} != null)
  then "crash" ${["never-ready", "image-pull", "config-error", "flapping", "init-crash"]
    .map((name) => `elif ${asked(name)} then "${name}"`)
    .join(" ")} else "none" end`.replaceAll("\n", " ");

const phase = ".status.phase";
const ready = '.status.conditions.[]? | select( .type == "Ready" ) | .status';
const waiting = ".status.containerStatuses.[0]?.state.waiting.reason";
const running = ".status.containerStatuses.[0]?.state.running.startedAt";
const exited = ".status.containerStatuses.[0]?.state.terminated.exitCode";
const restarts = ".status.containerStatuses.[0]?.restartCount | tostring";
const alive = absent(".metadata.deletionTimestamp");
const ofJob = ".metadata.ownerReferences.[]?.kind";

/** How a container's state is written; `{{ $item }}` is the container, `{{ $old }}` its status before. */
interface ContainerPicture {
  readonly phase: "Pending" | "Running" | "Succeeded";
  readonly ready: boolean;
  readonly state: string;
  readonly restartCount?: string;
  readonly lastState?: string;
  /** The first init container keeps failing. */
  readonly initCrash?: boolean;
}

// Seen only once it has failed for the second time.
const initCrash = `
{{ range .spec.initContainers }}
- image: {{ .image | Quote }}
  imageID: ""
  name: {{ .name | Quote }}
  ready: false
  started: false
  restartCount: 1
  state: { waiting: { reason: CrashLoopBackOff, message: "back-off 10s restarting failed container" } }
  lastState: { terminated: { exitCode: 3, reason: Error, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} } }
{{ end }}`;

function picture(shown: ContainerPicture) {
  const { phase: wanted, ready: isReady, state, restartCount = "0", lastState = "{}" } = shown;
  const word = isReady ? '"True"' : '"False"';
  const why = isReady ? "" : ", reason: ContainersNotReady";
  return `
{{ $now := Now }}
{{ $statuses := .status.containerStatuses }}
conditions:
- { lastTransitionTime: {{ $now | Quote }}, status: "True", type: Initialized }
- { lastTransitionTime: {{ $now | Quote }}, status: ${word}, type: Ready${why} }
- { lastTransitionTime: {{ $now | Quote }}, status: ${word}, type: ContainersReady${why} }
{{ range .spec.readinessGates }}
- { lastTransitionTime: {{ $now | Quote }}, status: "True", type: {{ .conditionType | Quote }} }
{{ end }}
${shown.initCrash ? `initContainerStatuses: ${initCrash}` : ""}
containerStatuses:
{{ range $index, $item := .spec.containers }}
{{ $old := dict }}
{{ if $statuses }}{{ $old = index $statuses $index }}{{ end }}
- image: {{ $item.image | Quote }}
  imageID: {{ $item.image | Quote }}
  name: {{ $item.name | Quote }}
  ready: ${isReady}
  started: ${isReady}
  restartCount: ${restartCount}
  state: ${state}
  lastState: ${lastState}
{{ end }}
{{ $hostIPs := NodeIPsWith .spec.nodeName }}
{{ with $hostIPs }}
hostIP: {{ index . 0 | Quote }}
hostIPs: [ {{ range . }}{ ip: {{ . | Quote }} },{{ end }} ]
{{ end }}
{{ if not .status.podIP }}
{{ $podIPs := PodIPsWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) }}
{{ with $podIPs }}
podIP: {{ index . 0 | Quote }}
podIPs: [ {{ range . }}{ ip: {{ . | Quote }} },{{ end }} ]
{{ end }}
{{ end }}
phase: ${wanted}
startTime: {{ or .status.startTime $now | Quote }}
`;
}

const began = "{ running: { startedAt: {{ $now | Quote }} } }";
const goesOn = "{ running: { startedAt: {{ $old.state.running.startedAt | Quote }} } }";
const sameCount = "{{ $old.restartCount }}";
const nextCount = "{{ add1 $old.restartCount }}";
const failed = (since: string): string =>
  `{ terminated: { exitCode: 1, reason: Error, startedAt: {{ ${since} | Quote }}, finishedAt: {{ $now | Quote }} } }`;
const keptExit =
  "{ terminated: { exitCode: 1, reason: Error, startedAt: {{ $old.state.terminated.startedAt | Quote }}, " +
  "finishedAt: {{ $old.state.terminated.finishedAt | Quote }} } }";
const keptLast =
  "{ terminated: { exitCode: 1, reason: Error, startedAt: {{ $old.lastState.terminated.startedAt | Quote }}, " +
  "finishedAt: {{ $old.lastState.terminated.finishedAt | Quote }} } }";
const waits = (reason: string, message: string): string => `{ waiting: { reason: ${reason}, message: ${message} } }`;
const backOff =
  '{{ printf "back-off 10s restarting failed container=%s pod=%s_%s(%s)" $item.name $.metadata.name ' +
  "$.metadata.namespace $.metadata.uid | Quote }}";

/** Milliseconds until a container runs; the rest of `fake/ready-delay` passes in a running container. */
const starts = 300;
const delayOf = annotation("fake/ready-delay");
const readyDelay = `${delayOf} | select( . != null ) | ([(tonumber - ${starts}), 0] | max | tostring) + "ms"`;

function podStages() {
  const pod = (name: string, when: readonly Requirement[], shown: ContainerPicture, delay?: Delay) =>
    stage({
      name,
      kind: "Pod",
      when: [alive, ...when],
      next: { statusTemplate: picture(shown) },
      ...(delay === undefined ? {} : { delay }),
    });
  const notStarted = [isIn(phase, "Pending"), absent(waiting)];
  const unready = notIn(ready, "True");
  return [
    pod(
      "pod-run",
      [...notStarted, isIn(trouble, "none", "flapping", "never-ready", "crash")],
      { phase: "Running", ready: false, state: began },
      { milliseconds: starts },
    ),
    pod(
      "pod-ready",
      [isIn(phase, "Running"), exists(running), unready, isIn(trouble, "none"), notIn(ofJob, "Job")],
      { phase: "Running", ready: true, state: goesOn },
      { milliseconds: 500, from: readyDelay, upTo: 1_200 },
    ),
    pod("pod-complete", [isIn(phase, "Running"), isIn(ofJob, "Job"), isIn(trouble, "none")], {
      phase: "Succeeded",
      ready: false,
      state:
        "{ terminated: { exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} } }",
    }),
    pod(
      "pod-flap-up",
      [isIn(phase, "Running"), unready, isIn(trouble, "flapping")],
      { phase: "Running", ready: true, state: goesOn },
      { milliseconds: 1_000 },
    ),
    pod(
      "pod-flap-down",
      [isIn(phase, "Running"), isIn(ready, "True"), isIn(trouble, "flapping")],
      { phase: "Running", ready: false, state: goesOn },
      { milliseconds: 2_000 },
    ),
    ...crashStages(pod),
    pod(
      "pod-image-pull-error",
      [...notStarted, isIn(trouble, "image-pull")],
      { phase: "Pending", ready: false, state: waits("ErrImagePull", pullError("")) },
      { milliseconds: starts },
    ),
    pod(
      "pod-image-pull-back-off",
      [isIn(phase, "Pending"), isIn(waiting, "ErrImagePull")],
      {
        phase: "Pending",
        ready: false,
        state: waits("ImagePullBackOff", pullError("Back-off pulling image: ErrImagePull: ")),
      },
      { milliseconds: 500 },
    ),
    pod(
      "pod-config-error",
      [...notStarted, isIn(trouble, "config-error")],
      {
        phase: "Pending",
        ready: false,
        state: waits("CreateContainerConfigError", `'secret "db-credentials" not found'`),
      },
      { milliseconds: starts },
    ),
    pod(
      "pod-init-crash",
      [...notStarted, isIn(trouble, "init-crash")],
      { phase: "Pending", ready: false, state: waits("PodInitializing", '""'), initCrash: true },
      { milliseconds: starts },
    ),
    stage({
      name: "pod-delete",
      kind: "Pod",
      when: [exists(".metadata.deletionTimestamp")],
      delay: { milliseconds: 100 },
      next: { delete: true },
    }),
  ];
}

type PodStage = (
  name: string,
  when: readonly Requirement[],
  shown: ContainerPicture,
  delay?: Delay,
) => ReturnType<typeof stage>;

/** As kubelet does it: the first exit is restarted at once, each later one after a back-off. */
function crashStages(pod: PodStage) {
  const crashes = [isIn(phase, "Running"), isIn(trouble, "crash")];
  return [
    pod(
      "pod-crash-first-exit",
      [...crashes, exists(running), isIn(restarts, "0")],
      { phase: "Running", ready: false, state: failed("$old.state.running.startedAt") },
      { milliseconds: 400 },
    ),
    pod(
      "pod-crash-restart",
      [...crashes, exists(exited), isIn(restarts, "0")],
      { phase: "Running", ready: false, state: began, restartCount: nextCount, lastState: keptExit },
      { milliseconds: 200 },
    ),
    pod(
      "pod-crash-exit",
      [...crashes, exists(running), notIn(restarts, "0")],
      {
        phase: "Running",
        ready: false,
        state: failed("$old.state.running.startedAt"),
        restartCount: sameCount,
        lastState: keptLast,
      },
      { milliseconds: 400 },
    ),
    pod(
      "pod-crash-back-off",
      [...crashes, exists(exited), notIn(restarts, "0")],
      {
        phase: "Running",
        ready: false,
        state: waits("CrashLoopBackOff", backOff),
        restartCount: sameCount,
        lastState: keptExit,
      },
      { milliseconds: 200 },
    ),
    pod(
      "pod-crash-again",
      [...crashes, isIn(waiting, "CrashLoopBackOff")],
      { phase: "Running", ready: false, state: began, restartCount: nextCount, lastState: keptLast },
      // Kubelet's second pause is 10 s; shorter, so that a test sees the count rise.
      { milliseconds: 3_000 },
    ),
  ];
}

function pullError(before: string): string {
  return `{{ printf "${before}failed to pull and unpack image %q: %s: not found" $item.image $item.image | Quote }}`;
}
