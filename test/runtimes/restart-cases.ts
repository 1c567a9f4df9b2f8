import {
  type Cluster,
  checkTargets,
  findKind,
  findNamed,
  makePlan,
  memoryJournal,
  type Plan,
  type RunEvent,
  runPlan,
} from "../../src/core/index.ts";
import { apiOf, type Case } from "./case.ts";

async function planOf(cluster: Cluster, namespace: string, kindName: string, name: string): Promise<Plan> {
  const api = apiOf(cluster);
  const kind = findKind("apps/v1", kindName);
  if (kind === undefined) throw new Error(kindName);
  const options = { fieldManager: "restart", wait: true, allow: [] };
  const found = await findNamed(api, kind, namespace, name);
  const targets = await checkTargets([{ api, found }], options, new AbortController().signal);
  return makePlan(targets, options, { now: api.clock.now(), random: Math.random });
}

async function restartOf(
  cluster: Cluster,
  namespace: string,
  kindName: string,
  name: string,
): Promise<readonly RunEvent[]> {
  const plan = await planOf(cluster, namespace, kindName, name);
  const never = new AbortController().signal;
  const { clock } = apiOf(cluster);
  const capabilities = { clock, random: Math.random, journal: memoryJournal };
  const open = () => apiOf(cluster);
  return Array.fromAsync(runPlan(plan, capabilities, { open, drain: never, leave: never }));
}

function finished(events: readonly RunEvent[]): RunEvent & { readonly type: "target.finished" } {
  const found = events.find((event) => event.type === "target.finished");
  if (found === undefined) throw new Error("no target.finished");
  return found;
}

/** Whole restarts on the simulated cluster; see stage.ts for what is there. */
export const restartCases: readonly Case[] = [
  ...["Deployment", "StatefulSet", "DaemonSet"].map(
    (kind): Case => ({
      name: `a ${kind} is restarted and followed until it is healthy`,
      run: async ({ cluster, namespace }, expect) => {
        const end = finished(await restartOf(cluster, namespace, kind, "web"));
        expect.equal(
          [end.outcome, end.progress?.newPodsReady, end.progress?.oldPods],
          ["healthy", end.progress?.desired, 0],
        );
      },
    }),
  ),
  {
    name: "a Deployment whose new pods crash fails with pod, container and exit code",
    run: async ({ cluster, namespace }, expect) => {
      const { outcome, diagnosis } = finished(await restartOf(cluster, namespace, "Deployment", "crash"));
      expect.equal(
        [outcome, diagnosis?.cause, diagnosis?.container, diagnosis?.exitCode, diagnosis?.pod?.startsWith("crash-")],
        ["failed", "crash-loop", "app", 1, true],
      );
    },
  },
  {
    name: "a paused Deployment is blocked",
    run: async ({ cluster, namespace }, expect) => {
      const plan = await planOf(cluster, namespace, "Deployment", "paused");
      expect.equal(
        plan.targets[0]?.findings.map(({ code, level }) => [code, level]),
        [["paused", "block"]],
      );
    },
  },
  {
    name: "a restart whose answer is lost is sent again and becomes healthy",
    run: async ({ faulty, namespace }, expect) => {
      const events = await restartOf(faulty, namespace, "Deployment", "lost");
      expect.equal(
        [finished(events).outcome, events.filter(({ type }) => type === "target.patched").length],
        ["healthy", 1],
      );
    },
  },
];
