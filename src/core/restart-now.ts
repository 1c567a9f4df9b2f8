import type { KubeApi } from "../kube/cluster.ts";
import { RestartError, toRestartError } from "../kube/error.ts";
import { stateChecks } from "./findings/index.ts";
import type { FoundWorkload } from "./found-workload.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";
import { restart } from "./restart.ts";
import { restartTime } from "./restart-time.ts";
import { nextRestartedAt } from "./restarted-at.ts";
import { findNamed } from "./select.ts";
import type { WorkloadRef } from "./workload.ts";

export interface RestartNowOptions {
  readonly fieldManager: string;
  /** Shortest time since the value that is there, in milliseconds; 0 allows any. Sooner rejects with `TooManyRequests`. */
  readonly minimumInterval: number;
  /** Refuses another object under the same name with `Recreated`. */
  readonly uid?: string;
  /** Kept by the API server as the audit event's id. */
  readonly auditId?: string;
  /** An abort before the PATCH leaves sends nothing; after it the call rejects with `Unconfirmed`, the reason as cause. */
  readonly signal?: AbortSignal;
}

/** A restart that the cluster has taken. */
export interface RestartedNow {
  readonly ref: WorkloadRef & { readonly uid: string };
  /** Generation that carries it. */
  readonly generation: number;
  readonly restartedAt: string;
  readonly previousRestartedAt: string | undefined;
}

export type RestartNow = (
  api: KubeApi,
  kind: WorkloadKind,
  name: { readonly namespace: string; readonly name: string },
  options: RestartNowOptions,
) => Promise<RestartedNow>;

const attempts = 3;

/**
 * Makes a function that restarts one workload without following it. It reads the object, refuses what would be a lie
 * (`Blocked`: paused, OnDelete, being deleted, a partition above every pod, owned by an operator) and sends the PATCH
 * once; a rollout in progress is no obstacle. Calls for one workload wait for each other, so that each chooses a later
 * value: every answer stands for a template that moved after its call began. It rejects with `Conflict` when somebody
 * else was faster three times, with `Unconfirmed` when it was sent and the object does not show what came of it, else
 * with the reason of the API server.
 */
export function createRestartNow(): RestartNow {
  const queues = new Map<string, Promise<void>>();
  return async (api, kind, name, options) => {
    const key = JSON.stringify([api.cluster.name, kind.apiVersion, kind.kind, name.namespace, name.name]);
    const before = queues.get(key);
    const turn = Promise.withResolvers<void>();
    queues.set(key, turn.promise);
    // A call that has ended holds up nobody, whatever its connection still waits for.
    const pass = () => turn.resolve();
    options.signal?.addEventListener("abort", pass, { once: true });
    try {
      await before;
      return await restartOnce(api, kind, name, options);
    } finally {
      options.signal?.removeEventListener("abort", pass);
      pass();
      if (queues.get(key) === turn.promise) queues.delete(key);
    }
  };
}

async function restartOnce(
  api: KubeApi,
  kind: WorkloadKind,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  options: RestartNowOptions,
): Promise<RestartedNow> {
  const { fieldManager, minimumInterval, uid, auditId, signal } = options;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    const item = await read(api, kind, namespace, name, signal);
    const { workload } = item;
    refuse(item, uid);
    const now = await restartTime(api, kind, signal);
    if (attempt === 1) checkInterval(item, now, minimumInterval);
    const restartedAt = nextRestartedAt(now, workload.restartedAt);
    const taken = (generation: number): RestartedNow => ({
      ref: workload.ref,
      generation,
      restartedAt,
      previousRestartedAt: workload.restartedAt,
    });
    signal?.throwIfAborted();
    try {
      const answer = await restart(api, kind, workload.ref, {
        restartedAt,
        generation: workload.generation,
        fieldManager,
        ...(auditId !== undefined && { auditId }),
        ...(signal && { signal }),
      });
      return taken(answer.workload.generation);
    } catch (caught) {
      if (signal?.aborted === true) {
        throw new RestartError("Unconfirmed", "the call ended after the restart was sent; it may have been applied", {
          cause: signal.reason,
        });
      }
      const error = toRestartError(caught);
      if (error.reason === "Unconfirmed") {
        const present = await read(api, kind, namespace, name, signal).catch(() => undefined);
        if (present?.workload.ref.uid === workload.ref.uid && present.workload.restartedAt === restartedAt) {
          return taken(present.workload.generation);
        }
        throw error;
      }
      // Somebody else wrote the same second first.
      if (error.reason !== "NotRestarted" || error.detail["why"] !== "unchanged") throw caught;
      if (attempt === attempts) {
        throw new RestartError("Conflict", `${kind.singular} "${name}" is being restarted by others at this moment`, {
          cause: error,
        });
      }
    }
  }
}

async function read(
  api: KubeApi,
  kind: WorkloadKind,
  namespace: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<FoundWorkload> {
  const found = await findNamed(api, kind, namespace, name, signal);
  if (found.type !== "found") throw found.error;
  return found.item;
}

function refuse({ kind, workload }: FoundWorkload, uid: string | undefined): void {
  if (uid !== undefined && workload.ref.uid !== uid) {
    throw new RestartError("Recreated", `${kind.singular} "${workload.ref.name}" is another object than before`);
  }
  const block = stateChecks
    .flatMap(({ check }) => check({ kind, workload, deletePods: false }))
    .find(({ level }) => level === "block");
  if (block === undefined) return;
  throw new RestartError("Blocked", `${kind.singular} "${workload.ref.name}" cannot be restarted: ${block.code}`, {
    detail: { ...block.evidence, code: block.code },
  });
}

function checkInterval({ kind, workload }: FoundWorkload, now: number, minimumInterval: number): void {
  const last = Date.parse(workload.restartedAt ?? "");
  const rest = last + minimumInterval - now;
  if (minimumInterval === 0 || Number.isNaN(last) || rest <= 0) return;
  const seconds = Math.ceil(rest / 1000);
  throw new RestartError("TooManyRequests", `${kind.singular} "${workload.ref.name}" was restarted a moment ago`, {
    retryAfterSeconds: seconds,
  });
}
