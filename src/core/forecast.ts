import { fromLabelSelector, matchesLabels } from "../kube/selector.ts";
import type { FactPod } from "./findings/fact-objects.ts";
import type { FoundWorkload } from "./found-workload.ts";

/** What a restart is expected to do. */
export interface Forecast {
  /** Pods that will be replaced. */
  readonly pods: number;
  /** The fewest ready pods to expect on the way. */
  readonly lowestReady: number;
  /** Pods that are replaced at a time. */
  readonly atOnce: number;
  /** Of which so many are new ones that come before old ones go. */
  readonly surge: number;
  /** How long one of the present pods took to become ready, in seconds; undefined when none tells. */
  readonly startSeconds: number | undefined;
  /** Of the whole rollout, from the start times of the present pods. What old pods take to go is not in it. */
  readonly seconds: number | undefined;
}

/** Forecasts a restart. `pods` are those of the workload, others among them; undefined when they may not be read. */
export function forecastRestart({ kind, workload }: FoundWorkload, pods: readonly FactPod[] | undefined): Forecast {
  const { counts, maxSurge = 0, maxUnavailable = 0, minReadySeconds, selector } = workload;
  const affected = kind.affected(workload);
  const atOnce = Math.min(Math.max(affected, 1), Math.max(1, maxSurge + maxUnavailable));
  const wanted = fromLabelSelector(selector);
  const own = pods?.filter(({ labels }) => matchesLabels(wanted, labels)) ?? [];
  const startSeconds = startOf(own);
  const batches = Math.ceil(affected / atOnce);
  return {
    pods: affected,
    lowestReady: affected === 0 ? counts.ready : Math.max(0, Math.min(counts.ready, counts.desired - maxUnavailable)),
    atOnce,
    surge: maxSurge,
    startSeconds,
    seconds: startSeconds === undefined ? undefined : batches * (startSeconds + minReadySeconds),
  };
}

/** The median start of pods that came up at their first try: how long a pod took that crashed meanwhile says little. */
function startOf(pods: readonly FactPod[]): number | undefined {
  const ready = pods.filter(({ readySince, terminating }) => readySince !== undefined && !terminating);
  const smooth = ready.filter(({ containers }) => containers.every(({ restartCount }) => restartCount === 0));
  const starts = smooth
    .map(({ readySince = 0, created }) => Math.max(0, readySince - created) / 1000)
    .sort((left, right) => left - right);
  return starts[Math.floor(starts.length / 2)];
}
