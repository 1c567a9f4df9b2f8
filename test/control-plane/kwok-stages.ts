/**
 * What the fake kubelet does with pods, chosen by annotations that pods inherit from their template. kwok has no
 * kubelet: logs, pulls and probes are staged statuses.
 */
export const kwokStages: string = [nodeInitialize(), nodeHeartbeat(), ...podStages(), podDelete()].join("\n---\n");

interface Trouble {
  readonly name: string;
  readonly annotation: string;
  /** Only in pods of a template that was restarted. */
  readonly afterRestart?: boolean;
  readonly phase: "Pending" | "Running";
  readonly container: string;
}

function podStages(): readonly string[] {
  const crash = `
        restartCount: 2
        state: {waiting: {reason: CrashLoopBackOff, message: "back-off 20s restarting failed container"}}
        lastState: {terminated: {exitCode: 1, reason: Error, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }}}}`;
  const troubles: readonly Trouble[] = [
    {
      name: "never-ready",
      annotation: "fake/never-ready",
      phase: "Running",
      container: "\n        restartCount: 0\n        state: {running: {startedAt: {{ $now | Quote }}}}",
    },
    { name: "crash", annotation: "fake/crash", phase: "Running", container: crash },
    {
      name: "crash-after-restart",
      annotation: "fake/crash-after-restart",
      afterRestart: true,
      phase: "Running",
      container: crash,
    },
    {
      name: "image-pull",
      annotation: "fake/image-pull",
      phase: "Pending",
      container:
        '\n        restartCount: 0\n        state: {waiting: {reason: ImagePullBackOff, message: "Back-off pulling image"}}',
    },
    {
      name: "config-error",
      annotation: "fake/config-error",
      phase: "Pending",
      container:
        '\n        restartCount: 0\n        state: {waiting: {reason: CreateContainerConfigError, message: "secret \\"db-credentials\\" not found"}}',
    },
  ];
  const healthy = troubles.filter(({ afterRestart }) => !afterRestart).map(({ annotation }) => annotation);
  const restarted = match('.metadata.annotations["kubectl.kubernetes.io/restartedAt"]', "Exists");
  return [
    podReady("pod-ready", [
      ...healthy.map((annotation) => match(`.metadata.annotations["${annotation}"]`, "NotIn", "true")),
      match('.metadata.annotations["fake/crash-after-restart"]', "NotIn", "true"),
    ]),
    podReady("pod-ready-before-restart", [
      match('.metadata.annotations["fake/crash-after-restart"]', "In", "true"),
      match('.metadata.annotations["kubectl.kubernetes.io/restartedAt"]', "DoesNotExist"),
    ]),
    ...troubles.map((trouble) =>
      stage(
        `pod-${trouble.name}`,
        "Pod",
        [
          ...alive(),
          // Once in its trouble a pod stays there.
          match('.status.conditions.[] | select( .type == "Initialized" ) | .status', "NotIn", "True"),
          match(`.metadata.annotations["${trouble.annotation}"]`, "In", "true"),
          ...(trouble.afterRestart ? [restarted] : []),
        ],
        `
      {{ $now := Now }}
      conditions:
      - {lastTransitionTime: {{ $now | Quote }}, status: "True", type: Initialized}
      - {lastTransitionTime: {{ $now | Quote }}, status: "False", type: Ready, reason: ContainersNotReady}
      - {lastTransitionTime: {{ $now | Quote }}, status: "False", type: ContainersReady, reason: ContainersNotReady}
      containerStatuses:
      {{ range .spec.containers }}
      - image: {{ .image | Quote }}
        name: {{ .name | Quote }}
        ready: false
        started: false${trouble.container}
      {{ end }}
      phase: ${trouble.phase}
      startTime: {{ $now | Quote }}`,
      ),
    ),
  ];
}

function podReady(name: string, conditions: readonly string[]): string {
  const selector = [
    ...alive(),
    match(".status.phase", "In", "Pending"),
    match('.status.conditions.[] | select( .type == "Ready" ) | .status', "NotIn", "True"),
    ...conditions,
  ];
  const delay = `
  delay:
    durationMilliseconds: 300
    durationFrom: {expressionFrom: '.metadata.annotations["fake/ready-delay"] | values | . + "ms"'}`;
  return stage(
    name,
    "Pod",
    selector,
    `
      {{ $now := Now }}
      conditions:
      - {lastTransitionTime: {{ $now | Quote }}, status: "True", type: Initialized}
      - {lastTransitionTime: {{ $now | Quote }}, status: "True", type: Ready}
      - {lastTransitionTime: {{ $now | Quote }}, status: "True", type: ContainersReady}
      containerStatuses:
      {{ range .spec.containers }}
      - image: {{ .image | Quote }}
        name: {{ .name | Quote }}
        ready: true
        started: true
        restartCount: 0
        state: {running: {startedAt: {{ $now | Quote }}}}
      {{ end }}
      phase: Running
      startTime: {{ $now | Quote }}`,
    delay,
  );
}

function podDelete(): string {
  const selector = [match(".metadata.deletionTimestamp", "Exists")];
  return stage("pod-delete", "Pod", selector, undefined, "\n  delay: {durationMilliseconds: 100}");
}

function nodeInitialize(): string {
  const selector = [match('.status.conditions.[] | select( .type == "Ready" ) | .status', "NotIn", "True")];
  return stage(
    "node-initialize",
    "Node",
    selector,
    `
      {{ $now := Now }}
      conditions:
      {{ range NodeConditions }}
      - lastHeartbeatTime: {{ $now | Quote }}
        lastTransitionTime: {{ $now | Quote }}
        message: {{ .message | Quote }}
        reason: {{ .reason | Quote }}
        status: {{ .status | Quote }}
        type: {{ .type | Quote }}
      {{ end }}
      allocatable: {cpu: 1k, memory: 1Ti, pods: 10k}
      capacity: {cpu: 1k, memory: 1Ti, pods: 10k}
      phase: Running`,
  );
}

// kwok takes no node without it, once its file has stages of pods; the Lease does the beating.
function nodeHeartbeat(): string {
  const selector = [
    match(".status.phase", "In", "Running"),
    match('.status.conditions.[] | select( .type == "Ready" ) | .status', "In", "True"),
  ];
  return stage(
    "node-heartbeat-with-lease",
    "Node",
    selector,
    `
      {{ $now := Now }}
      conditions:
      {{ range NodeConditions }}
      - lastHeartbeatTime: {{ $now | Quote }}
        lastTransitionTime: {{ $now | Quote }}
        message: {{ .message | Quote }}
        reason: {{ .reason | Quote }}
        status: {{ .status | Quote }}
        type: {{ .type | Quote }}
      {{ end }}`,
    "\n  delay: {durationMilliseconds: 600000, jitterDurationMilliseconds: 610000}",
  );
}

function alive(): readonly string[] {
  return [match(".metadata.deletionTimestamp", "DoesNotExist")];
}

function match(key: string, operator: string, value?: string): string {
  return `    - {key: '${key}', operator: ${operator}${value === undefined ? "" : `, values: ["${value}"]`}}`;
}

function stage(name: string, kind: string, selector: readonly string[], status: string | undefined, more = ""): string {
  const next = status === undefined ? "    delete: true" : `    statusTemplate: |${status}`;
  return `apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: ${name}}
spec:
  resourceRef: {apiGroup: v1, kind: ${kind}}
  selector:
    matchExpressions:
${selector.join("\n")}${more}
  next:
${next}`;
}
