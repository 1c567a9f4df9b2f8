import type { WarningEvent } from "../event-log.ts";
import type { ContainerState, ProbeName } from "../pods.ts";

/** A probe that has failed as often as kubelet waits before it acts. */
export interface FailedProbe {
  readonly probe: ProbeName;
  /** Its last failure, without the words that every one of them begins with. */
  readonly failure: string;
  readonly event: { readonly reason: string; readonly message: string };
}

// pkg/kubelet/prober/prober.go: `Readiness probe failed: HTTP probe failed with statuscode: 503`.
const spoken = /^(Startup|Liveness|Readiness) probe (?:failed|errored)(?: and resulted in \w+ state)?: ?(.*)$/s;

/**
 * The probes that fail, latest first. Fewer failures than the threshold say nothing: a container that is still starting
 * fails its first probes, and goes on.
 */
export function failedProbes(container: ContainerState, events: readonly WarningEvent[]): readonly FailedProbe[] {
  const counts = new Map<ProbeName, number>();
  const latest = new Map<ProbeName, FailedProbe>();
  for (const { reason, message, container: name, count } of events) {
    if (reason !== "Unhealthy" || (name !== "" && name !== container.name)) continue;
    const [, word, failure = ""] = spoken.exec(message) ?? [];
    if (word === undefined) continue;
    const probe = word.toLowerCase() as ProbeName;
    counts.set(probe, (counts.get(probe) ?? 0) + count);
    if (!latest.has(probe)) latest.set(probe, { probe, failure, event: { reason, message } });
  }
  return [...latest.values()].filter(
    ({ probe }) => (counts.get(probe) ?? 0) >= (container.failureThresholds[probe] ?? 3),
  );
}
