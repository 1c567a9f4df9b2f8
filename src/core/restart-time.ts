import type { KubeApi } from "../kube/cluster.ts";
import { RestartError } from "../kube/error.ts";
import { send } from "../kube/request.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";

/** How long a cluster's clock is believed to go as ours does, in milliseconds. */
const believedFor = 60_000;

const known = new WeakMap<KubeApi, { readonly asked: number; readonly ahead: number }>();

/**
 * The time, in milliseconds, that a restart of this kind begins with: ours, or the API server's for a kind that asks for
 * it. A server is not asked again for a minute, however many workloads there are; one that does not say leaves our time.
 */
export async function restartTime(api: KubeApi, kind: WorkloadKind, signal?: AbortSignal): Promise<number> {
  return kind.serverTime === true ? clusterTime(api, signal) : api.clock.now();
}

/** The time by the API server's clock, in milliseconds, asked for at most once a minute; ours where it does not say. */
export async function clusterTime(api: KubeApi, signal?: AbortSignal): Promise<number> {
  const { clock } = api;
  const before = known.get(api);
  if (before !== undefined && Math.abs(clock.now() - before.asked) < believedFor) return clock.now() + before.ahead;
  const ahead = await serverAhead(api, signal);
  known.set(api, { asked: clock.now(), ahead });
  return clock.now() + ahead;
}

/** By how much the API server's clock is ahead of ours. Its header has whole seconds, so it is never taken for later than it is. */
async function serverAhead(api: KubeApi, signal: AbortSignal | undefined): Promise<number> {
  try {
    const answer = await send(api, "GET", "/version", signal === undefined ? {} : { signal });
    const date = Date.parse(answer.headers.get("date") ?? "");
    await answer.body?.cancel();
    return Number.isNaN(date) ? 0 : date - api.clock.now();
  } catch (caught) {
    if (caught instanceof RestartError && caught.reason === "Forbidden") return 0;
    throw caught;
  }
}
