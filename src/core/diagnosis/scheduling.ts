import type { Pod } from "../pods.ts";
import type { Workload } from "../workload.ts";
import { type Diagnosis, facts, kubectl, type Trouble } from "./trouble.ts";

/** Why no node takes a pod, from the words of the scheduler. */
export function schedulingTroubles(workload: Workload, pod: Pod): readonly Trouble[] {
  if (pod.scheduled || pod.terminating) return [];
  const { schedulingReason: reason, schedulingMessage: message } = pod;
  if (reason !== "Unschedulable" && reason !== "SchedulingGated") return [];
  const of = (diagnosis: Pick<Diagnosis, "cause"> & Partial<Diagnosis>): readonly Trouble[] => [
    {
      heals: true,
      involvedUid: pod.uid,
      diagnosis: {
        reason,
        message,
        pod: pod.name,
        command: kubectl(workload, ["describe", "pod", pod.name]),
        ...diagnosis,
      },
    },
  ];
  if (reason === "SchedulingGated") return of({ cause: "scheduling-gated" });
  // What follows is about making room by preemption, which was not possible.
  const said = message.split(/\.? preemption: /)[0] ?? message;
  const obstacles = obstaclesIn(said);
  const [main] = [...obstacles].sort((left, right) => right.nodes - left.nodes);
  const ofVolume = /persistentvolumeclaim/i.test(said) || (obstacles.length > 0 && obstacles.every(isVolume));
  if (ofVolume) {
    const claim = /persistentvolumeclaim "([^"]+)"/.exec(said)?.[1] ?? pod.claims[0];
    const command = claim === undefined ? undefined : kubectl(workload, ["describe", "pvc", claim]);
    return of({ cause: "volume", ...facts({ claim }), ...(command && { command }) });
  }
  const total = /^\d+\/(\d+) nodes/.exec(said)?.[1];
  const allNodes = total === undefined ? undefined : Number(total);
  return of({ cause: "unschedulable", ...facts({ ...(main && meaningOf(main.why)), nodes: main?.nodes, allNodes }) });
}

interface Obstacle {
  readonly nodes: number;
  readonly why: string;
}

// `0/6 nodes are available: 2 Insufficient cpu, 4 node(s) had untolerated taint {dedicated: gpu}`; a taint may hold a comma.
function obstaclesIn(said: string): readonly Obstacle[] {
  // Since 1.34 `. no new claims to deallocate,` follows the list.
  const list = /nodes are available: (.*?)(?:\. |\.?$)/.exec(said)?.[1] ?? "";
  return list.split(/, (?=\d+ )/).flatMap((part): readonly Obstacle[] => {
    const [, nodes, why] = /^(\d+) (.+)$/.exec(part) ?? [];
    return nodes === undefined || why === undefined ? [] : [{ nodes: Number(nodes), why }];
  });
}

function isVolume({ why }: Obstacle): boolean {
  return /persistent ?volume|volume node affinity|volume limit|pvc|no available volume zone/i.test(why);
}

// The reasons of the scheduler's plugins (k8s.io/kubernetes pkg/scheduler/framework/plugins).
function meaningOf(why: string): Readonly<Record<string, string | undefined>> {
  const resource = /^(?:Insufficient (\S+)|(Too many pods))/.exec(why);
  if (resource !== null) return { resource: resource[1] ?? "pods" };
  const taint = /taints? \{([^:}]+)(?:: ?([^}]*))?\}/.exec(why);
  if (taint !== null) return { taint: taint[2] ? `${taint[1]}=${taint[2]}` : taint[1] };
  if (/were unschedulable/.test(why)) return { taint: "node.kubernetes.io/unschedulable" };
  if (/node affinity|node selector|affinity\/selector/i.test(why)) return { affinity: "node" };
  if (/anti-affinity/.test(why)) return { affinity: "pod-anti" };
  if (/pod affinity/.test(why)) return { affinity: "pod" };
  if (/topology spread/.test(why)) return { affinity: "topology-spread" };
  return {};
}
