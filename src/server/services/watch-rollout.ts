import { Code, ConnectError } from "@connectrpc/connect";
import {
  type Candidate,
  clusterIdentity,
  defaultLimits,
  type EventBody,
  eventTarget,
  followRollout,
  RestartError,
  rolloutEvent,
  toSeconds,
  withHeartbeat,
} from "../../core/index.ts";
import type { WatchRolloutRequest } from "../../gen/restart/v1/restart_pb.ts";
import type { ServerCapabilities } from "../capabilities.ts";
import { toConnectError } from "../errors.ts";
import { eventMessage } from "../event-message.ts";

/** Proxies and runtimes cut what is silent for ten seconds. */
const heartbeatMilliseconds = 8000;

/**
 * Follows one rollout as the flat events of a run: those of one target, the last of which is `target.finished`. When the
 * server stops it ends with `unavailable`, and may be called again elsewhere; an abort of `signal` ends it at once.
 */
export async function* watchRollout(
  { clock, stop }: Pick<ServerCapabilities, "clock" | "stop">,
  { uid, generation, restartedAt }: Pick<WatchRolloutRequest, "uid" | "generation" | "restartedAt">,
  signal: AbortSignal,
  find: (signal: AbortSignal) => Promise<Candidate>,
) {
  const ending = AbortSignal.any([signal, stop]);
  const stopped = () => new ConnectError("the server is stopping: follow the rollout again", Code.Unavailable);
  try {
    const { api, found } = await find(ending);
    if (found.type !== "found") throw found.error;
    const { kind, workload } = found.item;
    if (uid !== "" && uid !== workload.ref.uid) {
      throw new RestartError("Recreated", `${kind.singular} "${workload.ref.name}" is another object than before`);
    }
    const target = eventTarget({ ref: workload.ref, clusterUid: (await clusterIdentity(api, ending)) ?? "" });
    const started = clock.now();
    const rollout = {
      kind,
      workload,
      generation: generation === 0 ? workload.generation : generation,
      restartedAt: restartedAt === "" ? undefined : restartedAt,
      previousRestartedAt: undefined,
      template: undefined,
      staleDeadline: false,
    };
    let seq = 0;
    const message = (body: EventBody) => {
      seq += 1;
      const time = new Date(clock.now()).toISOString();
      return { event: eventMessage({ schema: "restart/v1", seq, time, run: "", ...body }) };
    };
    const steps = withHeartbeat(
      (left) => followRollout(api, rollout, defaultLimits, AbortSignal.any([ending, left])),
      clock,
      heartbeatMilliseconds,
      stop,
    );
    for await (const step of steps) {
      // Following an aborted signal ends as `interrupted`, which is no outcome of the rollout.
      ending.throwIfAborted();
      if ("pulse" in step) yield message({ type: "heartbeat", inFlight: 1 });
      else yield message(rolloutEvent(step, target, toSeconds(clock.now() - started)));
    }
  } catch (caught) {
    signal.throwIfAborted();
    throw stop.aborted ? stopped() : toConnectError(caught);
  }
}
