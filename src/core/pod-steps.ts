import type { Pod } from "./pods.ts";
import { podStage, type Reading } from "./rollout-state.ts";

export type PodState = "created" | "scheduled" | "started" | "ready" | "unready" | "terminating" | "gone";

/** A pod got further, or went. */
export interface PodStep {
  readonly type: "pod";
  readonly pod: string;
  readonly revision: "new" | "old";
  readonly state: PodState;
}

/** A pod as it was last told of. */
export interface SeenPod {
  readonly name: string;
  readonly revision: "new" | "old";
  readonly stage: number;
  readonly ready: boolean;
  readonly terminating: boolean;
}

const stageStates: readonly PodState[] = ["created", "scheduled", "started", "ready"];

/** What changed of the pods between two readings. The pods that are there at first are the scene, not news. */
export function podSteps(
  before: ReadonlyMap<string, SeenPod>,
  reading: Reading,
): { readonly states: ReadonlyMap<string, SeenPod>; readonly steps: readonly PodStep[] } {
  const states = new Map<string, SeenPod>();
  const steps: PodStep[] = [];
  const isNew = new Set(reading.newPods.map((pod) => pod.uid));
  const visit = (pod: Pod) => {
    const known = before.get(pod.uid);
    const revision = isNew.has(pod.uid) ? "new" : (known?.revision ?? "old");
    const seen = {
      name: pod.name,
      revision,
      stage: podStage(pod),
      ready: pod.ready,
      terminating: pod.terminating,
    } as const;
    states.set(pod.uid, seen);
    const say = (state: PodState) => steps.push({ type: "pod", pod: pod.name, revision, state });
    if (known === undefined && revision === "old") return;
    if (pod.terminating) {
      if (!known?.terminating) say("terminating");
      return;
    }
    if (known?.ready && !pod.ready) say("unready");
    else if (known === undefined || seen.stage > known.stage) say(stageStates[seen.stage] ?? "created");
  };
  for (const pod of [...reading.newPods, ...reading.oldPods, ...reading.terminating]) visit(pod);
  for (const [uid, known] of before) {
    if (!states.has(uid)) steps.push({ type: "pod", pod: known.name, revision: known.revision, state: "gone" });
  }
  return { states, steps };
}
