import { useEffect } from "react";
import { followLogs, type LogLine, toRestartError } from "../../core/index.ts";
import { createBatcher } from "../batcher.ts";
import type { State } from "../state.ts";
import type { Effects } from "./effects.ts";

/** Milliseconds between two looks at what a container writes. */
const interval = 100;

/** Follows the log that is looked at. */
export function useLogs({ host, store, open }: Effects, { logs }: State): void {
  const stream = logs?.phase === "connecting" || logs?.phase === "following" ? logs.stream : undefined;
  useEffect(() => {
    const wanted = store.getState().logs;
    if (stream === undefined || wanted?.stream !== stream) return;
    const { cluster, namespace, pod, previous } = wanted;
    const container = wanted.containers[wanted.container] ?? "";
    const ended = new AbortController();
    const { signal } = ended;
    const batcher = createBatcher<LogLine>(host.clock, interval, signal, (lines) =>
      store.dispatch({ type: "logs.lines", stream, lines }),
    );
    const follow = async (): Promise<void> => {
      try {
        const api = await open(cluster);
        const named = container === "" ? {} : { container };
        for await (const lines of followLogs(api, { namespace, pod, previous, signal, ...named })) batcher.add(lines);
        batcher.flush();
        if (!signal.aborted) store.dispatch({ type: "logs.ended", stream });
      } catch (caught) {
        batcher.flush();
        if (!signal.aborted) store.dispatch({ type: "logs.failed", stream, error: toRestartError(caught) });
      }
    };
    void follow();
    return () => ended.abort();
  }, [stream, host, store, open]);
}
