import { fraction } from "./fnv.ts";
import type { Pod } from "./workload-objects.ts";

/** One stretch of a pod's life, as its first container lives it. */
export interface Stage {
  /** Milliseconds until the next stage; undefined when nothing follows by itself. */
  readonly lasts: number | undefined;
  readonly container:
    | { readonly is: "waiting"; readonly reason: string; readonly message?: string }
    | { readonly is: "running" }
    | { readonly is: "exited"; readonly exitCode: number };
  readonly ready: boolean;
  readonly notes: readonly LifeNote[];
}

export interface LifeNote {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** The trouble that a pod template asks for by annotation. */
export interface Script {
  readonly trouble: "none" | "never-ready" | "crash" | "image-pull" | "config-error" | "flapping";
  /** Milliseconds from the binding to a node until the pod is ready. */
  readonly readyDelay: number;
}

const restartedAt = "kubectl.kubernetes.io/restartedAt";
/** How long the crashing program runs, and how long its exit is seen before kubelet's next step. */
const crashAfter = 600;
const exitSeen = 300;
const pullTakes = 400;
const flapReady = 4_000;
const flapUnready = 3_000;

/** Reads the annotations that script a pod. Without any a pod is ready after 0.8 to 1.5 s, which follows from its uid. */
export function scriptOf(pod: Pod): Script {
  const annotations = pod.metadata.annotations ?? {};
  const asks = (key: string): boolean => annotations[`fake/${key}`] === "true";
  const delay = Number(annotations["fake/ready-delay"] ?? Number.NaN);
  const readyDelay = Number.isFinite(delay) && delay >= 0 ? delay : 800 + Math.floor(700 * fraction(pod.metadata.uid));
  if (asks("crash") || (asks("crash-after-restart") && annotations[restartedAt] !== undefined)) {
    return { trouble: "crash", readyDelay };
  }
  for (const trouble of ["never-ready", "image-pull", "config-error", "flapping"] as const) {
    if (asks(trouble)) return { trouble, readyDelay };
  }
  return { trouble: "none", readyDelay };
}

export function isUnschedulable(pod: Pod): boolean {
  return pod.metadata.annotations?.["fake/unschedulable"] === "true";
}

/** The stages of a pod from the moment a kubelet has it, to its end or for ever. */
export function* podLife(pod: Pod, imagePresent: boolean): Generator<Stage, void, undefined> {
  const { trouble, readyDelay } = scriptOf(pod);
  const container = pod.spec.containers[0];
  const image = container?.image ?? "";
  const creating = Math.min(pullTakes, Math.floor(readyDelay * 0.4));
  const pulls = !imagePresent || trouble === "image-pull";
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

/** The first restart is at once; from the second exit on kubelet backs off. */
function* crashForEver(pod: Pod, firstNotes: readonly LifeNote[]): Generator<Stage, void, undefined> {
  const name = pod.spec.containers[0]?.name ?? "";
  const image = pod.spec.containers[0]?.image ?? "";
  const exit: Stage = { container: { is: "exited", exitCode: 1 }, ready: false, lasts: exitSeen, notes: [] };
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
