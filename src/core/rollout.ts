import type { KubeApi } from "../kube/cluster.ts";
import { RestartError } from "../kube/error.ts";
import { openPodDeletion } from "./delete-pods.ts";
import { addEvidence } from "./diagnosis/evidence.ts";
import { diagnose } from "./diagnosis/index.ts";
import { nextMoment, noMoments, noteMoments, postponeMoments } from "./diagnosis/moments.ts";
import { deadlineTrouble, describeSilence } from "./diagnosis/silence.ts";
import { brokenByProgress, type Diagnosis, type Trouble, waitsForSomebody } from "./diagnosis/trouble.ts";
import { openWarnings, type RolloutWarnings } from "./event-log.ts";
import type { Finding } from "./findings/finding.ts";
import type { Outcome } from "./outcome.ts";
import { type PodStep, podSteps, type SeenPod } from "./pod-steps.ts";
import type { RolloutProgress } from "./progress.ts";
import { openSources, type RolloutSources, type RolloutTarget } from "./rollout-sources.ts";
import { noProgress, type Reading, raiseMarks, readRollout, type Sight } from "./rollout-state.ts";

/** How long a rollout may take, in milliseconds of the injected clock. */
export interface RolloutLimits {
  /** Without progress for so long is `stalled`. */
  readonly stallTimeout: number;
  /** Trouble that may heal fails when it stays unbroken for so long. */
  readonly failAfter: number;
  /** The whole rollout; undefined for no limit. */
  readonly timeout?: number | undefined;
  /** Wait until the old pods are gone, too. */
  readonly waitTerminated?: boolean | undefined;
}

export const defaultLimits: RolloutLimits = { stallTimeout: 600_000, failAfter: 60_000 };

/** What following a rollout says while it goes; `finished` is the last. */
export type RolloutStep =
  | { readonly type: "observed"; readonly generation: number }
  | { readonly type: "progress"; readonly progress: RolloutProgress }
  | PodStep
  | { readonly type: "warning"; readonly diagnosis: Diagnosis }
  | { readonly type: "lost"; readonly error: RestartError }
  | { readonly type: "recovered" }
  | {
      readonly type: "finished";
      readonly outcome: Outcome;
      readonly progress: RolloutProgress | undefined;
      readonly diagnosis?: Diagnosis;
      readonly error?: RestartError;
      readonly by?: string;
      /** What is left to do by hand. */
      readonly findings?: readonly Finding[];
      readonly terminating: number;
      /** The fewest ready pods that were seen, old and new together; undefined when nothing was seen. */
      readonly lowestReady?: number;
    };

/** A cluster that stays away for so long, in milliseconds, is lost. */
const lostAfter = 600_000;
/**
 * Silence after which events that may not be watched are asked for, in milliseconds; each further look waits longer.
 */
const firstLook = 10_000;

/**
 * Follows one rollout by watch until it has an outcome, then ends. Nothing is polled: a timer is armed only for the next
 * limit, for what only time shows, and, where events may not be watched, for a look at them. An abort of `signal` ends it with the outcome `interrupted`; it changes nothing in the cluster.
 */
export async function* followRollout(
  api: KubeApi,
  target: RolloutTarget,
  limits: RolloutLimits,
  signal: AbortSignal,
): AsyncGenerator<RolloutStep, void> {
  const done = new AbortController();
  const over = AbortSignal.any([signal, done.signal]);
  const sources = openSources(api, target, over);
  const warnings = openWarnings(api, target, over, sources.wake);
  try {
    yield* followSources(api, target, limits, sources, warnings, signal);
  } finally {
    done.abort();
    await Promise.all([sources.closed, warnings.closed]);
  }
}

async function* followSources(
  api: KubeApi,
  target: RolloutTarget,
  limits: RolloutLimits,
  sources: RolloutSources,
  warnings: RolloutWarnings,
  signal: AbortSignal,
): AsyncGenerator<RolloutStep, void> {
  const { clock } = api;
  const started = clock.now();
  let marks = noProgress;
  let lastProgress = started;
  let looked = started;
  let lookAfter = firstLook;
  let moments = noMoments;
  const lost = new Set<string>();
  let lostSince: number | undefined;
  let saidObserved = false;
  let saidProgress = "";
  let staleDeadline = target.staleDeadline;
  let podStates: ReadonlyMap<string, SeenPod> = new Map();
  const since = new Map<string, number>();
  const told = new Set<string>();
  const mounted = new Set<string>();
  let reading: Reading | undefined;
  let lowestReady: number | undefined;
  const deletion = target.deletePods === true ? openPodDeletion(api, target) : undefined;

  const leftBehind = () => {
    const findings = deletion?.left(reading) ?? [];
    return findings.length === 0 ? {} : { findings };
  };
  const finish = (outcome: Outcome, more: { diagnosis?: Diagnosis; error?: RestartError; by?: string } = {}) => ({
    type: "finished" as const,
    outcome,
    progress: reading?.progress,
    terminating: reading?.terminating.length ?? 0,
    ...(lowestReady !== undefined && { lowestReady }),
    ...leftBehind(),
    ...more,
  });

  for (;;) {
    for (const news of sources.take()) {
      if (news.type === "lost") {
        lost.add(news.source);
        if (lostSince === undefined) yield { type: "lost", error: news.error };
        lostSince ??= clock.now();
      } else if (lost.delete(news.source) && lost.size === 0 && lostSince !== undefined) {
        const outage = clock.now() - lostSince;
        lastProgress += outage;
        looked += outage;
        for (const [cause, first] of since) since.set(cause, first + outage);
        moments = postponeMoments(moments, outage);
        lostSince = undefined;
        yield { type: "recovered" };
      }
    }
    if (signal.aborted) return yield finish("interrupted");
    const failure = sources.failure();
    if (failure !== undefined) return yield finish("lost", { error: failure });
    const now = clock.now();
    const sight = sources.sight();
    // What is known of a cluster that does not answer is old: nothing is judged by it.
    if (sight !== undefined && lostSince === undefined) {
      const fate = sources.fate();
      if (fate !== undefined) return yield finish(fate.outcome, fate.by === undefined ? {} : { by: fate.by });
      reading = readRollout(sight, target.generation, target.restartedAt);
      const ready = readyPods(sight, reading);
      lowestReady = lowestReady === undefined ? ready : Math.min(lowestReady, ready);
      const { workload } = sight.seen;
      if (reading.progress.observed && !saidObserved) {
        saidObserved = true;
        yield { type: "observed", generation: workload.observedGeneration };
      }
      const text = JSON.stringify(reading.progress);
      if (text !== saidProgress) {
        saidProgress = text;
        yield { type: "progress", progress: reading.progress };
      }
      const pods = podSteps(podStates, reading);
      podStates = pods.states;
      yield* pods.steps;
      const raised = raiseMarks(marks, reading);
      if (raised !== marks) {
        marks = raised;
        lastProgress = now;
        looked = now;
        lookAfter = firstLook;
      }
      moments = noteMoments(moments, reading, now);
      if (reading.healthy && !(limits.waitTerminated && reading.terminating.length > 0)) return yield finish("healthy");

      const undeleted = await deletion?.next(sight, reading, signal);
      if (undeleted !== undefined) return yield finish("failed", { error: undeleted });

      const deadline = reading.progress.observed ? deadlineTrouble(workload) : undefined;
      if (deadline === undefined && reading.progress.observed) staleDeadline = false;
      const clues = {
        about: warnings.about,
        moments,
        mounted,
        waitTerminated: limits.waitTerminated === true,
        generation: target.generation,
        now,
      };
      const troubles = [...diagnose(sight, reading, clues), ...(deadline && !staleDeadline ? [deadline] : [])];
      for (const cause of [...since.keys()]) {
        if (troubles.some(({ diagnosis }) => diagnosis.cause === cause)) continue;
        since.delete(cause);
        told.delete(cause);
      }
      for (const { cause } of troubles.map(({ diagnosis }) => diagnosis)) {
        const first = since.get(cause) ?? now;
        since.set(cause, brokenByProgress.has(cause) ? Math.max(first, lastProgress) : first);
      }
      const explain = (trouble: Trouble) => addEvidence(api, workload, trouble, warnings, signal);
      const [first] = troubles;
      const fatal = troubles.find(
        ({ heals, diagnosis }) =>
          !heals ||
          (!waitsForSomebody.has(diagnosis.cause) && now - (since.get(diagnosis.cause) ?? now) >= limits.failAfter),
      );
      // Of what fails at once only what is hidden by an earlier cause is news beside the end itself.
      for (const trouble of new Set([first, fatal])) {
        if (trouble === undefined || (trouble === fatal && (fatal === deadline || (fatal === first && !fatal.heals))))
          continue;
        const key = warningKey(trouble);
        if (told.has(key)) continue;
        told.add(key);
        yield { type: "warning", diagnosis: await explain(trouble) };
      }
      if (fatal !== undefined && (await isOver(fatal, warnings, mounted))) continue;
      if (fatal !== undefined) {
        const diagnosis = await explain(first ?? fatal);
        // The deadline says only that time is up.
        const lookedAt = first === deadline ? { lookedAt: placesSeen(sight, warnings) } : {};
        return yield finish("failed", { diagnosis: { ...diagnosis, ...lookedAt } });
      }
      const patience = limits.stallTimeout + (allReady(reading) ? workload.minReadySeconds * 1000 : 0);
      const overdue = limits.timeout !== undefined && now - started >= limits.timeout;
      if (overdue || now - lastProgress >= patience) {
        const cause = overdue ? "timeout" : "unknown";
        const silence = () =>
          describeSilence(workload, reading?.newPods ?? [], reading?.oldPods ?? [], cause, placesSeen(sight, warnings));
        return yield finish("stalled", { diagnosis: await explain(first ?? silence()) });
      }
      if (!warnings.live() && now - looked >= lookAfter && troubles.length === 0) {
        looked = now;
        lookAfter *= 2;
        await look(warnings, reading, sight);
        continue;
      }
    } else if (
      (limits.timeout !== undefined && now - started >= limits.timeout) ||
      (lostSince === undefined && now - started >= limits.stallTimeout)
    ) {
      return yield finish("stalled");
    }
    if (lostSince !== undefined && now - lostSince >= lostAfter) {
      return yield finish("lost", { error: new RestartError("Unreachable", "the cluster did not come back") });
    }
    const due = reading && nextMoment(moments, reading, clock.now());
    const wait = Math.min(
      lastProgress + limits.stallTimeout - now > 0 ? lastProgress + limits.stallTimeout - now : limits.stallTimeout,
      ...(limits.timeout === undefined ? [] : [started + limits.timeout - now]),
      ...(lostSince === undefined ? [] : [lostSince + lostAfter - now]),
      ...[...since.values()].map((first) => first + limits.failAfter - now).filter((rest) => rest > 0),
      ...(since.size === 0 && reading !== undefined && !warnings.live() ? [looked + lookAfter - now] : []),
      ...(due === undefined ? [] : [due - now]),
    );
    await untilNews(api, sources, Math.max(1, wait), signal);
  }
}

/** Pods that serve: those on their way out do not, however ready they still look. */
function readyPods({ seen, pods }: Sight, { newPods, oldPods }: Reading): number {
  if (pods === undefined) return seen.workload.counts.ready;
  return [...newPods, ...oldPods].filter(({ ready }) => ready).length;
}

/** Every new pod that was made is ready, so what is waited for is that they count as available. */
function allReady({ newPods }: Reading): boolean {
  return newPods.length > 0 && newPods.every((pod) => pod.ready);
}

async function untilNews(api: KubeApi, sources: RolloutSources, wait: number, signal: AbortSignal): Promise<void> {
  const woken = new AbortController();
  const timer = api.clock.sleep(wait, AbortSignal.any([signal, woken.signal])).catch(() => undefined);
  await Promise.race([sources.arrival(), timer]);
  woken.abort();
  await timer;
}

/** Asks for the warnings that may say why nothing moves: of a pod that is not ready, and of whoever makes the pods. */
async function look(warnings: RolloutWarnings, { newPods, revision }: Reading, { seen }: Sight): Promise<void> {
  const stuck = newPods.find((pod) => !pod.ready);
  await warnings.look([...(stuck ? [stuck.uid] : []), revision?.uid ?? seen.workload.ref.uid]);
}

/**
 * Whether a trouble is over that an event still tells of. Events outlive what they tell of, and a kubelet that does not
 * say when the sandbox of a pod is ready says it by what comes next.
 */
async function isOver({ diagnosis, involvedUid }: Trouble, warnings: RolloutWarnings, mounted: Set<string>) {
  const { cause, event, reason } = diagnosis;
  if (event === undefined || cause === "probe") return false;
  if (!/^Failed(Mount|Attach|CreatePodSand)/.test(reason) || !(await warnings.isMounted(involvedUid))) return false;
  mounted.add(involvedUid);
  return true;
}

/** A cause is told again when it was over; a probe fails by turns, which is told once. */
function warningKey({ diagnosis: { cause, container, probe } }: Trouble): string {
  return cause === "probe" ? [cause, probe, container].join(" ") : cause;
}

/** What a cause was looked for in. */
function placesSeen({ kind, seen, pods, revisions }: Sight, warnings: RolloutWarnings): readonly string[] {
  return [
    `${kind.resource}/${seen.workload.ref.name}`,
    ...(revisions === undefined ? [] : [kind.revisions.resource]),
    ...(pods === undefined ? [] : ["pods"]),
    ...(warnings.readable() ? ["events"] : []),
  ];
}
