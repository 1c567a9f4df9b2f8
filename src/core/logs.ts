import { backoff } from "../kube/backoff.ts";
import { cleanText } from "../kube/clean-text.ts";
import type { KubeApi } from "../kube/cluster.ts";
import { RestartError } from "../kube/error.ts";
import { type ResourcePath, resourcePath } from "../kube/path.ts";
import { send } from "../kube/request.ts";

/** One line of a container's log, cleaned. */
export interface LogLine {
  /** RFC 3339 with fractions, as the kubelet wrote it; undefined when the line has none. */
  readonly time: string | undefined;
  readonly text: string;
}

export interface LogOptions {
  readonly namespace: string;
  readonly pod: string;
  /** Needed where the pod has several. */
  readonly container?: string;
  /** Of the container that ran before this one. */
  readonly previous?: boolean;
  /** Lines to begin with; 200 by default. */
  readonly tailLines?: number;
  readonly signal: AbortSignal;
}

const longestLine = 4096;
/** Connections that fail one after the other, until the log counts as lost. */
const mostFailures = 8;

/**
 * Follows the log of one container: batches of lines as they arrive. Goes on where it was cut, without a line twice.
 * Ends when the container ends, and quietly when the signal aborts; rejects with the reason of the API server
 * (`BadRequest` while the container waits to start), or of the connection when it does not come back.
 */
export async function* followLogs(api: KubeApi, options: LogOptions): AsyncGenerator<readonly LogLine[], void> {
  const { signal } = options;
  const place = createPlace();
  let failures = 0;
  for (;;) {
    try {
      for await (const lines of readLines(api, options, place.since())) {
        failures = 0;
        const fresh = place.pass(lines);
        if (fresh.length > 0) yield fresh;
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      if (!isCut(error) || failures > mostFailures) throw error;
    }
    try {
      await api.clock.sleep(backoff(failures, api.random), signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
  }
}

/**
 * The last lines of one container as they are now, `tailLines` of them at most. Rejects with the reason of the API server
 * or of the connection, an abort with the signal's reason.
 */
export async function readLogs(api: KubeApi, options: LogOptions): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  for await (const batch of readLines(api, { ...options, follow: false }, undefined)) lines.push(...batch);
  return lines;
}

function isCut(error: unknown): boolean {
  // A body that breaks off rejects with whatever the transport makes of it.
  return !(error instanceof RestartError) || error.reason === "StreamCut" || error.reason === "Unreachable";
}

/** How far a log was read: the last moment that a line names, and the lines of that moment. */
function createPlace() {
  let last: string | undefined;
  let told: string[] = [];
  let resumed: string[] = [];
  return {
    /** Where to go on; undefined is the beginning. */
    since: () => {
      resumed = [...told];
      return last;
    },
    /** Leaves out what was passed before. */
    pass: (lines: readonly LogLine[]): readonly LogLine[] =>
      lines.filter(({ time, text }) => {
        if (time === undefined) return true;
        const ahead = last === undefined ? 1 : Date.parse(time) - Date.parse(last);
        // Dates know milliseconds; within one of them the line itself tells.
        if (ahead < 0) return false;
        const line = `${time} ${text}`;
        const again = resumed.indexOf(line);
        if (ahead === 0 && again >= 0) {
          resumed.splice(again, 1);
          return false;
        }
        if (ahead > 0) {
          told = [];
          resumed = [];
        }
        last = time;
        told.push(line);
        return true;
      }),
  };
}

async function* readLines(
  api: KubeApi,
  {
    namespace,
    pod,
    container,
    previous = false,
    tailLines = 200,
    follow = !previous,
    signal,
  }: LogOptions & { readonly follow?: boolean },
  since: string | undefined,
): AsyncGenerator<readonly LogLine[], void> {
  const path: ResourcePath = { group: "", version: "v1", resource: "pods", namespace, name: pod, subresource: "log" };
  const response = await send(api, "GET", resourcePath(path), {
    signal,
    headers: { accept: "*/*" },
    safeToResend: true,
    query: {
      container,
      timestamps: "true",
      ...(since === undefined ? { tailLines: String(tailLines) } : { sinceTime: since }),
      ...(previous && { previous: "true" }),
      ...(follow && { follow: "true" }),
    },
  });
  if (response.body === null) return;
  let rest = "";
  for await (const chunk of decode(response.body, signal)) {
    const lines = `${rest}${chunk}`.split("\n");
    // A line without end must not fill the memory; what is cut off is not shown anyway.
    rest = (lines.pop() ?? "").slice(0, longestLine * 4);
    if (lines.length > 0) yield lines.map(toLine);
  }
  if (rest !== "") yield [toLine(rest)];
}

async function* decode(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  // A fetch may leave its body open on an abort; a reader that is canceled never waits.
  const leave = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener("abort", leave, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    signal.removeEventListener("abort", leave);
    leave();
  }
}

const stamped = /^(?<time>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) ?(?<text>.*)$/s;

function toLine(line: string): LogLine {
  const { time, text = line } = stamped.exec(line)?.groups ?? {};
  return { time, text: cleanLine(text) };
}

/** `cleanText` for a line of a log: a stack trace is read by its indentation, which is kept. */
export function cleanLine(text: string): string {
  const indent = (/^[ \t]*/.exec(text)?.[0] ?? "").replaceAll("\t", "    ").slice(0, 40);
  return `${indent}${cleanText(text, longestLine - indent.length)}`;
}
