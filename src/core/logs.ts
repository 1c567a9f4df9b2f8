import { cleanText } from "../kube/clean-text.ts";
import type { KubeApi } from "../kube/cluster.ts";
import { resourcePath } from "../kube/path.ts";
import { send } from "../kube/request.ts";

/** One line of a container's log, cleaned. */
export interface LogLine {
  /** RFC 3339 with nanoseconds, as the kubelet wrote it; empty when the line has none. */
  readonly time: string;
  readonly text: string;
}

export interface LogOptions {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
  /** Of the container that ran before this one. */
  readonly previous?: boolean;
  /** Lines to begin with; 200 by default. */
  readonly tailLines?: number;
  readonly signal: AbortSignal;
}

const longestLine = 4096;

/**
 * Follows the log of one container: batches of lines as they arrive. Ends when the container ends, and quietly when the
 * signal aborts; rejects with the reason of the API server (`BadRequest` while it waits to start) or `StreamCut`.
 */
export async function* followLogs(api: KubeApi, options: LogOptions): AsyncGenerator<readonly LogLine[], void> {
  const { namespace, pod, container, previous = false, tailLines = 200, signal } = options;
  const path = resourcePath({ group: "", version: "v1", resource: "pods", namespace, name: pod, subresource: "log" });
  try {
    const response = await send(api, "GET", path, {
      signal,
      headers: { accept: "*/*" },
      safeToResend: true,
      query: {
        container,
        timestamps: "true",
        tailLines: String(tailLines),
        ...(previous ? { previous: "true" } : { follow: "true" }),
      },
    });
    if (response.body === null) return;
    let rest = "";
    for await (const chunk of decode(response.body)) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > longestLine * 4) rest = rest.slice(0, longestLine * 4);
      if (lines.length > 0) yield lines.map(toLine);
    }
    if (rest !== "") yield [toLine(rest)];
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function* decode(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

const stamped = /^(?<time>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) ?(?<text>.*)$/s;

function toLine(line: string): LogLine {
  const { time = "", text = line } = stamped.exec(line)?.groups ?? {};
  return { time, text: cleanText(text, longestLine) };
}
