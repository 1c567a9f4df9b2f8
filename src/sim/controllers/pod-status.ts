import { timestamp } from "../clock.ts";
import { type Condition, withCondition } from "./conditions.ts";
import { hexId } from "./fnv.ts";
import type { Stage } from "./pod-life.ts";
import type { ContainerStateFields, ContainerStatus, Pod, PodStatus } from "./workload-objects.ts";

/** The status that a kubelet reports for a stage of a pod's life. */
export function podStatus(
  pod: Pod,
  stage: Stage,
  addresses: { readonly podIP: string; readonly hostIP: string },
  now: number,
): PodStatus {
  const { container } = stage;
  const begun = container.is !== "waiting" || pod.status?.phase === "Running";
  const statuses = pod.spec.containers.map((spec, index): ContainerStatus => {
    const image = spec.image ?? "";
    const before = pod.status?.containerStatuses?.[index];
    // Only the first container has trouble; the others start with it and stay.
    const wanted: Stage["container"] = index === 0 || !begun ? container : { is: "running" };
    const { state, lastState, restartCount } = nextState(before, wanted, `${pod.metadata.uid}/${spec.name}`, now);
    return {
      name: spec.name,
      state,
      lastState,
      ready: index === 0 ? stage.ready : begun,
      restartCount,
      image,
      imageID: begun ? `${image.split(":")[0]}@sha256:${hexId(image)}` : "",
      ...(begun ? { containerID: containerId(`${pod.metadata.uid}/${spec.name}`, restartCount) } : {}),
      started: state.running !== undefined,
    };
  });
  const initial = pod.spec.initContainers?.map((spec, index): ContainerStatus => {
    const before = pod.status?.initContainerStatuses?.[index];
    const wanted = (index === 0 ? stage.init : undefined) ?? { is: "exited", exitCode: 0 };
    return {
      ...{ name: spec.name, image: spec.image ?? "", imageID: "" },
      ...nextState(before, wanted, `${pod.metadata.uid}/${spec.name}`, now),
      ready: wanted.is === "exited" && wanted.exitCode === 0,
      started: false,
    };
  });
  const unready = statuses.filter(({ ready }) => !ready).map(({ name }) => name);
  return {
    ...pod.status,
    phase: begun ? "Running" : "Pending",
    conditions: conditions(pod, unready, { mounted: begun || stage.mounted !== false, initialized: !stage.init }, now),
    hostIP: addresses.hostIP,
    hostIPs: [{ ip: addresses.hostIP }],
    ...(begun ? { podIP: addresses.podIP, podIPs: [{ ip: addresses.podIP }] } : {}),
    startTime: pod.status?.startTime ?? timestamp(now),
    ...(initial && { initContainerStatuses: initial }),
    containerStatuses: statuses,
  };
}

function nextState(
  before: ContainerStatus | undefined,
  wanted: Stage["container"],
  id: string,
  now: number,
): { readonly state: ContainerStateFields; readonly lastState: ContainerStateFields; readonly restartCount: number } {
  const restartCount = before?.restartCount ?? 0;
  const lastState = before?.lastState ?? {};
  if (wanted.is === "exited") {
    const terminated = {
      exitCode: wanted.exitCode,
      reason: wanted.reason ?? (wanted.exitCode === 0 ? "Completed" : "Error"),
      startedAt: before?.state.running?.startedAt ?? timestamp(now),
      finishedAt: timestamp(now),
      containerID: containerId(id, restartCount),
    };
    return { state: { terminated }, lastState, restartCount };
  }
  const ended = before?.state.terminated;
  if (wanted.is === "waiting") {
    const { reason, message } = wanted;
    const waiting = { reason, ...(message === undefined ? {} : { message }) };
    return { state: { waiting }, lastState: ended === undefined ? lastState : { terminated: ended }, restartCount };
  }
  if (before?.state.running !== undefined) return { state: before.state, lastState, restartCount };
  const state = { running: { startedAt: timestamp(now) } };
  if (ended !== undefined) return { state, lastState: { terminated: ended }, restartCount: restartCount + 1 };
  return { state, lastState, restartCount: lastState.terminated === undefined ? restartCount : restartCount + 1 };
}

function conditions(
  pod: Pod,
  unready: readonly string[],
  { mounted, initialized }: { readonly mounted: boolean; readonly initialized: boolean },
  now: number,
): readonly Condition[] {
  const wanted: readonly { readonly type: string; readonly isTrue: boolean }[] = [
    { type: "PodReadyToStartContainers", isTrue: mounted },
    { type: "Initialized", isTrue: initialized },
    { type: "Ready", isTrue: unready.length === 0 },
    { type: "ContainersReady", isTrue: unready.length === 0 },
  ];
  const why = { reason: "ContainersNotReady", message: `containers with unready status: [${unready.join(" ")}]` };
  return wanted.reduce<readonly Condition[]>(
    (all, { type, isTrue }) =>
      withCondition(all, {
        type,
        status: isTrue ? "True" : "False",
        lastTransitionTime: timestamp(now),
        ...(isTrue || type === "PodReadyToStartContainers" ? {} : why),
      }),
    pod.status?.conditions ?? [],
  );
}

function containerId(id: string, restartCount: number): string {
  return `containerd://${hexId(`${id}/${restartCount}`)}`;
}
