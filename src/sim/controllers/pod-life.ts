import type { Draft } from "../object.ts";
import { fraction } from "./fnv.ts";
import type { Pod } from "./workload-objects.ts";

/** One stretch of a pod's life, as its first container lives it. */
export interface Stage {
  /** Milliseconds until the next stage; undefined when nothing follows by itself. */
  readonly lasts: number | undefined;
  readonly container:
    | { readonly is: "waiting"; readonly reason: string; readonly message?: string }
    | { readonly is: "running" }
    | { readonly is: "exited"; readonly exitCode: number; readonly reason?: string };
  /** What the first init container does meanwhile; it has ended well when absent. */
  readonly init?: Stage["container"];
  /** Its volumes are mounted; true when absent. */
  readonly mounted?: boolean;
  readonly ready: boolean;
  readonly notes: readonly LifeNote[];
}

export interface LifeNote {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

const troubles = [
  "never-ready",
  "image-pull",
  "config-error",
  "flapping",
  "init-crash",
  "liveness",
  "multi-attach",
  "mount-heals",
] as const;

/** The trouble that a pod template asks for by annotation. */
export interface Script {
  readonly trouble: "none" | "crash" | (typeof troubles)[number];
  /** Milliseconds from the binding to a node until the pod is ready. */
  readonly readyDelay: number;
}

const restartedAt = "kubectl.kubernetes.io/restartedAt";
/** How long the crashing program runs, and how long its exit is seen before kubelet's next step. */
const crashAfter = 600;
const exitSeen = 300;
const pullTakes = 400;
const slowPull = 150_000;
const probeEvery = 10_000;
const flapReady = 4_000;
const flapUnready = 3_000;

/** Reads the annotations that script a pod. Without any a pod is ready after 0.8 to 1.5 s, which follows from its uid. */
export function scriptOf(pod: Pod): Script {
  const annotations = pod.metadata.annotations ?? {};
  const delay = Number(annotations["fake/ready-delay"] ?? Number.NaN);
  const readyDelay = Number.isFinite(delay) && delay >= 0 ? delay : 800 + Math.floor(700 * fraction(pod.metadata.uid));
  if (asks(pod, "crash") || (asks(pod, "crash-after-restart") && annotations[restartedAt] !== undefined)) {
    return { trouble: "crash", readyDelay };
  }
  return { trouble: troubles.find((trouble) => asks(pod, trouble)) ?? "none", readyDelay };
}

export function isUnschedulable(pod: Pod): boolean {
  return asks(pod, "unschedulable");
}

/** Whether a pod's template asks for something: always (`"true"`), or once it was restarted (`"after-restart"`). */
export function asks({ metadata }: Pick<Draft, "metadata">, key: string): boolean {
  const asked = metadata.annotations?.[`fake/${key}`];
  return asked === "true" || (asked === "after-restart" && metadata.annotations?.[restartedAt] !== undefined);
}

/** The stages of a pod from the moment a kubelet has it, to its end or for ever. */
export function* podLife(pod: Pod, imagePresent: boolean): Generator<Stage, void, undefined> {
  const { trouble, readyDelay } = scriptOf(pod);
  const container = pod.spec.containers[0];
  const image = container?.image ?? "";
  const creating = Math.min(pullTakes, Math.floor(readyDelay * 0.4));
  const pulls = !imagePresent || trouble === "image-pull";
  if (trouble === "multi-attach") return yield* failToMount(multiAttach);
  if (trouble === "mount-heals") return yield* mountLate(image, container?.name ?? "");
  if (trouble === "init-crash") return yield* crashAtInit(pod);
  yield {
    lasts: creating,
    container: { is: "waiting", reason: "ContainerCreating" },
    ready: false,
    notes: pulls ? [normal("Pulling", `Pulling image "${image}"`)] : [],
  };
  if (trouble === "image-pull") return yield* failToPull(image);
  const pulled = pulls ? pulledNote(image, creating) : presentNote(image);
  if (trouble === "config-error") return yield* missSecret(image, pulled);
  const started = [pulled, ...startNotes(container?.name ?? "")];
  if (trouble === "crash") return yield* crashForEver(pod, started);
  const running = { container: { is: "running" }, ready: false } as const;
  yield { ...running, lasts: readyDelay - creating, notes: started };
  if (trouble === "never-ready") return yield* failProbes();
  if (trouble === "liveness") return yield* dieOfProbes(container?.name ?? "");
  yield { ...running, ready: true, lasts: trouble === "flapping" ? flapReady : undefined, notes: [] };
  while (trouble === "flapping") {
    yield { ...running, lasts: flapUnready, notes: [probeFailed] };
    yield { ...running, ready: true, lasts: flapReady, notes: [] };
  }
}

const probeFailed = warning("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503");

function* failProbes(): Generator<Stage, void, undefined> {
  for (const lasts of backOffs()) {
    yield { container: { is: "running" }, ready: false, lasts, notes: [probeFailed] };
  }
}

/** Three failures, and kubelet restarts it. */
function* dieOfProbes(name: string): Generator<Stage, void, undefined> {
  const failed = warning("Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500");
  const killed = normal("Killing", `Container ${name} failed liveness probe, will be restarted`);
  for (;;) {
    for (const notes of [[failed], [failed], [failed, killed]]) {
      yield { container: { is: "running" }, ready: false, lasts: probeEvery, notes };
    }
    yield { container: { is: "exited", exitCode: 137 }, ready: false, lasts: exitSeen, notes: [] };
    yield { container: { is: "running" }, ready: false, lasts: probeEvery, notes: startNotes(name) };
  }
}

function* crashAtInit(pod: Pod): Generator<Stage, void, undefined> {
  const name = pod.spec.initContainers?.[0]?.name ?? "";
  const stage = (init: Stage["container"], lasts: number, notes: readonly LifeNote[] = []): Stage => ({
    container: { is: "waiting", reason: "PodInitializing" },
    init,
    ready: false,
    lasts,
    notes,
  });
  yield stage({ is: "running" }, crashAfter, startNotes(name));
  yield stage({ is: "exited", exitCode: 3 }, exitSeen);
  for (const lasts of backOffs()) {
    yield stage({ is: "running" }, crashAfter, startNotes(name));
    yield stage({ is: "exited", exitCode: 3 }, exitSeen);
    yield stage({ is: "waiting", reason: "CrashLoopBackOff", message: `back-off ${shortDuration(lasts)}` }, lasts, [
      warning("BackOff", `Back-off restarting failed container ${name} in pod ${pod.metadata.name}`),
    ]);
  }
}

const multiAttach = warning(
  "FailedAttachVolume",
  'Multi-Attach error for volume "pvc-4711" Volume is already used by pod(s) web-old',
);

function* failToMount(note: LifeNote): Generator<Stage, void, undefined> {
  for (const lasts of backOffs()) {
    const container = { is: "waiting", reason: "ContainerCreating" } as const;
    yield { container, ready: false, mounted: false, lasts, notes: [note] };
  }
}

/** A volume that comes late, then an image that takes its time. */
function* mountLate(image: string, name: string): Generator<Stage, void, undefined> {
  const container = { is: "waiting", reason: "ContainerCreating" } as const;
  const late = warning("FailedMount", 'MountVolume.SetUp failed for volume "cache" : device is busy');
  yield { container, ready: false, mounted: false, lasts: 5_000, notes: [late] };
  yield { container, ready: false, lasts: slowPull, notes: [normal("Pulling", `Pulling image "${image}"`)] };
  yield { container: { is: "running" }, ready: false, lasts: 500, notes: startNotes(name) };
  yield { container: { is: "running" }, ready: true, lasts: undefined, notes: [] };
}

/** The first restart is at once; from the second exit on kubelet backs off. */
function* crashForEver(pod: Pod, firstNotes: readonly LifeNote[]): Generator<Stage, void, undefined> {
  const name = pod.spec.containers[0]?.name ?? "";
  const image = pod.spec.containers[0]?.image ?? "";
  const oom = { is: "exited", exitCode: 137, reason: "OOMKilled" } as const;
  const exit: Stage = {
    container: asks(pod, "oom") ? oom : { is: "exited", exitCode: 1 },
    ready: false,
    lasts: exitSeen,
    notes: [],
  };
  yield { container: { is: "running" }, ready: false, lasts: crashAfter, notes: firstNotes };
  yield exit;
  const again = [presentNote(image), ...startNotes(name)];
  const podName = `${pod.metadata.name}_${pod.metadata.namespace ?? ""}(${pod.metadata.uid})`;
  for (const lasts of backOffs()) {
    yield { container: { is: "running" }, ready: false, lasts: crashAfter, notes: again };
    yield exit;
    yield {
      container: {
        is: "waiting",
        reason: "CrashLoopBackOff",
        message: `back-off ${shortDuration(lasts)} restarting failed container=${name} pod=${podName}`,
      },
      ready: false,
      lasts,
      notes: [warning("BackOff", `Back-off restarting failed container ${name} in pod ${podName}`)],
    };
  }
}

function* failToPull(image: string): Generator<Stage, void, undefined> {
  const cause = `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
  const pulling = normal("Pulling", `Pulling image "${image}"`);
  let notes: readonly LifeNote[] = [];
  for (const lasts of backOffs()) {
    yield {
      container: { is: "waiting", reason: "ErrImagePull", message: cause },
      ready: false,
      lasts: 1_500,
      notes: [
        ...notes,
        warning("Failed", `Failed to pull image "${image}": ${cause}`),
        warning("Failed", "Error: ErrImagePull"),
      ],
    };
    notes = [pulling];
    yield {
      container: {
        is: "waiting",
        reason: "ImagePullBackOff",
        message: `Back-off pulling image "${image}": ErrImagePull: ${cause}`,
      },
      ready: false,
      lasts,
      notes: [normal("BackOff", `Back-off pulling image "${image}"`), warning("Failed", "Error: ImagePullBackOff")],
    };
  }
}

function* missSecret(image: string, pulled: LifeNote): Generator<Stage, void, undefined> {
  const message = 'secret "db-credentials" not found';
  let note = pulled;
  for (const lasts of backOffs()) {
    yield {
      container: { is: "waiting", reason: "CreateContainerConfigError", message },
      ready: false,
      lasts,
      notes: [note, warning("Failed", `Error: ${message}`)],
    };
    note = presentNote(image);
  }
}

/** 10 s, doubling up to 5 min, for ever: kubelet's back-off. */
function* backOffs(): Generator<number, never, undefined> {
  for (let wait = 10_000; ; wait = Math.min(300_000, wait * 2)) yield wait;
}

function pulledNote(image: string, took: number): LifeNote {
  const size = 20_000_000 + Math.floor(180_000_000 * fraction(image));
  const times = `${took}ms (${took}ms including waiting)`;
  return normal("Pulled", `Successfully pulled image "${image}" in ${times}. Image size: ${size} bytes.`);
}

function presentNote(image: string): LifeNote {
  return normal("Pulled", `Container image "${image}" already present on machine and can be accessed by the pod`);
}

function startNotes(container: string): readonly LifeNote[] {
  return [normal("Created", `Created container: ${container}`), normal("Started", `Started container ${container}`)];
}

function normal(reason: string, message: string): LifeNote {
  return { type: "Normal", reason, message };
}

function warning(reason: string, message: string): LifeNote {
  return { type: "Warning", reason, message };
}

/** As Go prints a duration of whole seconds: `10s`, `1m20s`. */
function shortDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
