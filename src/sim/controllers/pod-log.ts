import type { KubeObject } from "../object.ts";
import type { Store } from "../store.ts";
import { fraction } from "./fnv.ts";
import type { ContainerStatus, Pod } from "./workload-objects.ts";

export interface PodLogOptions {
  /** The first container when absent. */
  readonly container?: string;
  /** Of the run before the present one; empty when there was none. */
  readonly previous?: boolean;
}

const requests: readonly string[] = [
  "GET /healthz 200 1ms",
  "GET /api/v1/items?page=2 200 18ms",
  "POST /api/v1/items 201 34ms",
  "GET /api/v1/items/4711 200 9ms",
  "GET /metrics 200 3ms",
  "GET /api/v1/items/815 404 6ms",
  "cache refreshed entries=1204 took=41ms",
  "connection pool idle=8 busy=2",
];
/** Enough to scroll; a served pod has more the older it is, up to this. */
const mostLines = 200;
/** Milliseconds between two lines of a container that serves. */
export const lineEvery = 1500;

/** What a container has written, oldest first, each line with its RFC 3339 time. It follows from the pod alone. */
export function podLog(
  { clock }: Store,
  object: KubeObject,
  { container, previous = false }: PodLogOptions = {},
): readonly string[] {
  const pod = object as Pod;
  const statuses = pod.status?.containerStatuses ?? [];
  const status = container === undefined ? statuses[0] : statuses.find(({ name }) => name === container);
  if (status === undefined) return [];
  const run = runOf(status, previous, clock.now());
  if (run === undefined) return [];
  const lines = startLines(pod, status, run.from);
  if (run.exitCode !== undefined && run.exitCode !== 0) return [...lines, ...crashLines(run.to)];
  const first = run.from + 1000;
  const total = Math.max(0, Math.floor((run.to - first) / lineEvery));
  for (let index = Math.max(0, total - mostLines); index < total; index += 1) {
    const at = first + index * lineEvery;
    const text = requests[Math.floor(fraction(`${pod.metadata.uid}/${index}`) * requests.length)] ?? "";
    lines.push(`${stamp(at)} INFO  ${text}`);
  }
  return lines;
}

interface ContainerRun {
  readonly from: number;
  readonly to: number;
  readonly exitCode?: number;
}

function runOf(status: ContainerStatus, previous: boolean, now: number): ContainerRun | undefined {
  const { running, terminated } = status.state;
  if (!previous && running !== undefined) return { from: Date.parse(running.startedAt), to: now };
  // A container that waits to be restarted shows what its last run wrote.
  const ended = previous ? status.lastState.terminated : (terminated ?? status.lastState.terminated);
  if (ended === undefined) return undefined;
  return { from: Date.parse(ended.startedAt), to: Date.parse(ended.finishedAt), exitCode: ended.exitCode };
}

function startLines(pod: Pod, status: ContainerStatus, from: number): string[] {
  const at = (offset: number): string => stamp(from + offset);
  return [
    `${at(12)} INFO  starting ${status.name} image=${status.image} pod=${pod.metadata.name}`,
    `${at(48)} INFO  configuration loaded profile=production`,
    `${at(160)} INFO  connecting to database host=postgres.shop.svc port=5432`,
  ];
}

function crashLines(at: number): readonly string[] {
  return [
    `${stamp(at)} ERROR database refused the connection: password authentication failed for user "app"`,
    `${stamp(at)} FATAL cannot start without a database, exiting with code 1`,
  ];
}

function stamp(ms: number): string {
  return new Date(ms).toISOString();
}
