import { type LogLine, RestartError, type WorkloadView } from "../../core/index.ts";
import { podToLookAt } from "./detail-state.ts";

/** Whose log is followed. */
export interface LogsSubject {
  readonly cluster: string;
  readonly namespace: string;
  /** Empty until it is chosen among the pods of the workload. */
  readonly pod: string;
  /** Of the pod, in the order of the template; empty while they are not known: nothing is read before. */
  readonly containers: readonly string[];
}

export interface LogsState extends LogsSubject {
  /** Grows with every stream that is opened: lines of an older one are dropped. */
  readonly stream: number;
  /** Index into `containers`. */
  readonly container: number;
  /** Of the container that ran before. */
  readonly previous: boolean;
  /** `choosing` until it is known which pod and which containers. */
  readonly phase: "choosing" | "connecting" | "following" | "ended" | "failed";
  readonly error: RestartError | undefined;
  readonly lines: readonly LogLine[];
  /** How many were let go at the front. */
  readonly dropped: number;
  /** The end stays in sight. */
  readonly follow: boolean;
  /** First line in sight; of no meaning while it follows. */
  readonly top: number;
  /** Characters cut off on the left. */
  readonly left: number;
}

export type LogsAction =
  | { readonly type: "logs.open"; readonly subject: LogsSubject }
  /** What is seen of the workload whose pod it is. */
  | { readonly type: "logs.known"; readonly view: WorkloadView }
  | { readonly type: "logs.lines"; readonly stream: number; readonly lines: readonly LogLine[] }
  | { readonly type: "logs.ended"; readonly stream: number }
  | { readonly type: "logs.failed"; readonly stream: number; readonly error: RestartError }
  | { readonly type: "logs.moved"; readonly by: number; readonly rows: number }
  | { readonly type: "logs.shifted"; readonly by: number }
  | { readonly type: "logs.follow" }
  | { readonly type: "logs.previous" }
  | { readonly type: "logs.container" }
  /** Reads it again from its end. */
  | { readonly type: "logs.again" }
  /** Nobody looks at it any more. */
  | { readonly type: "logs.left" };

/** Lines that are kept. */
export const mostLines = 5000;

export function reduceLogs(logs: LogsState | undefined, action: LogsAction): LogsState | undefined {
  if (action.type === "logs.open") {
    return opened({ ...action.subject, stream: logs?.stream ?? 0, container: 0, previous: false });
  }
  return logs && reduceOpen(logs, action);
}

function opened(base: LogsSubject & Pick<LogsState, "stream" | "container" | "previous">): LogsState {
  return {
    ...base,
    stream: base.stream + 1,
    phase: base.containers.length === 0 ? "choosing" : "connecting",
    error: undefined,
    lines: [],
    dropped: 0,
    follow: true,
    top: 0,
    left: 0,
  };
}

function reduceOpen(logs: LogsState, action: Exclude<LogsAction, { readonly type: "logs.open" }>): LogsState {
  switch (action.type) {
    case "logs.lines": {
      if (action.stream !== logs.stream) return logs;
      const lines = [...logs.lines, ...action.lines];
      const over = Math.max(0, lines.length - mostLines);
      return {
        ...logs,
        phase: "following",
        lines: over > 0 ? lines.slice(over) : lines,
        dropped: logs.dropped + over,
        // What is looked at stays where it is while lines go at the front.
        top: Math.max(0, logs.top - over),
      };
    }
    case "logs.ended":
      return action.stream === logs.stream ? { ...logs, phase: "ended" } : logs;
    case "logs.failed":
      return action.stream === logs.stream ? { ...logs, phase: "failed", error: action.error } : logs;
    case "logs.moved": {
      const last = Math.max(0, logs.lines.length - action.rows);
      const from = logs.follow ? last : Math.min(logs.top, last);
      const top = Math.max(0, Math.min(last, from + action.by));
      return { ...logs, top, follow: top === last && action.by > 0 };
    }
    case "logs.shifted":
      return { ...logs, left: Math.max(0, logs.left + action.by) };
    case "logs.follow":
      return { ...logs, follow: !logs.follow };
    case "logs.previous":
      return opened({ ...logs, previous: !logs.previous });
    case "logs.container":
      if (logs.containers.length < 2) return logs;
      return opened({ ...logs, container: (logs.container + 1) % logs.containers.length, previous: false });
    case "logs.again":
      return logs.phase === "ended" || logs.phase === "failed" ? opened(logs) : logs;
    case "logs.left":
      return { ...logs, stream: logs.stream + 1, phase: "ended", lines: [] };
    case "logs.known":
      return logs.containers.length === 0 ? choose(logs, action.view) : logs;
  }
}

function choose(logs: LogsState, { pods, source }: WorkloadView): LogsState {
  const pod = logs.pod === "" ? podToLookAt(pods) : pods.find(({ name }) => name === logs.pod);
  if (pod !== undefined) return opened({ ...logs, pod: pod.name, containers: pod.containers });
  if (source.pods.state === "loading") return logs;
  // Its log may be read though the list of pods may not, or it has just gone: the server has the last word.
  if (logs.pod !== "") return opened({ ...logs, containers: [""] });
  const error = source.pods.error ?? new RestartError("NotFound", "it has no pod at present");
  return { ...logs, phase: "failed", error };
}
