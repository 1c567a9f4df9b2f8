import type { KubeObject } from "./answer.ts";
import type { KubeApi } from "./cluster.ts";
import { RestartError } from "./error.ts";
import { type ListOptions, selectorQuery } from "./list.ts";
import { type ResourcePath, resourcePath } from "./path.ts";
import { send } from "./request.ts";
import { errorFromStatus } from "./status.ts";

export interface WatchOptions extends ListOptions {
  /** Events after this version. */
  readonly resourceVersion: string;
  /** After which the server ends the watch. */
  readonly timeoutSeconds?: number;
}

/** An event before it is projected. */
export type RawWatchEvent =
  | { readonly type: "added" | "modified" | "deleted"; readonly object: KubeObject }
  | { readonly type: "bookmark"; readonly resourceVersion: string };

// An object of etcd is at most 1.5 MB; twice over in JSON escapes it is still below this.
const longestLine = 16 * 1024 * 1024;

/**
 * Opens one watch and resolves when its headers are there, which some proxies hold back until the first event.
 * `onBytes` is told of every piece that arrives. The caller ends it with the signal or by leaving the events.
 */
export async function openWatch(
  api: KubeApi,
  path: ResourcePath,
  options: WatchOptions,
  onBytes?: () => void,
): Promise<AsyncGenerator<RawWatchEvent, void>> {
  const { resourceVersion, timeoutSeconds, limit: _, ...rest } = options;
  const response = await send(api, "GET", resourcePath(path), {
    ...rest,
    query: {
      ...rest.query,
      ...selectorQuery(options),
      watch: "1",
      allowWatchBookmarks: "true",
      resourceVersion,
      timeoutSeconds: timeoutSeconds === undefined ? undefined : String(timeoutSeconds),
    },
    safeToResend: true,
  });
  onBytes?.();
  // A page without a line end would else look like a stream that was cut.
  if (response.headers.get("content-type")?.startsWith("text/html")) {
    await response.body?.cancel().catch(() => {});
    throw notAnEvent();
  }
  return readEvents(response, options.signal, onBytes);
}

async function* readEvents(
  response: Response,
  signal: AbortSignal | undefined,
  onBytes: (() => void) | undefined,
): AsyncGenerator<RawWatchEvent, void> {
  for await (const line of readLines(response, signal, onBytes)) yield parseEvent(line);
}

async function* readLines(
  response: Response,
  signal: AbortSignal | undefined,
  onBytes: (() => void) | undefined,
): AsyncGenerator<string, void> {
  if (response.body === null)
    throw new RestartError("UnexpectedAnswer", "the API server answered a watch with nothing");
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  // A fetch may leave its body open on an abort; a reader that is canceled never waits.
  const leave = () => void reader.cancel().catch(() => {});
  signal?.addEventListener("abort", leave, { once: true });
  let parts: string[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        signal?.throwIfAborted();
        throw cut(error);
      });
      signal?.throwIfAborted();
      if (done) {
        if (length > 0) throw cut();
        return;
      }
      onBytes?.();
      const lines = decoder.decode(value, { stream: true }).split("\n");
      const rest = lines.pop() ?? "";
      for (const line of lines) {
        const whole = parts.join("") + line;
        parts = [];
        length = 0;
        if (whole.trim() !== "") yield whole;
      }
      parts.push(rest);
      length += rest.length;
      if (length > longestLine) throw new RestartError("UnexpectedAnswer", "the API server sent an event without end");
    }
  } finally {
    signal?.removeEventListener("abort", leave);
    leave();
  }
}

function cut(cause?: unknown): RestartError {
  return new RestartError("StreamCut", "the watch was cut in the middle", cause === undefined ? {} : { cause });
}

function parseEvent(line: string): RawWatchEvent {
  let event: { readonly type?: unknown; readonly object?: Partial<KubeObject> | null } | null;
  try {
    event = JSON.parse(line);
  } catch {
    throw notAnEvent();
  }
  const object = event?.object;
  if (typeof object !== "object" || object === null) throw notAnEvent();
  if (event?.type === "ERROR") throw watchError(object);
  if (typeof object.metadata !== "object" || object.metadata === null) throw notAnEvent();
  switch (event?.type) {
    case "ADDED":
      return { type: "added", object: object as KubeObject };
    case "MODIFIED":
      return { type: "modified", object: object as KubeObject };
    case "DELETED":
      return { type: "deleted", object: object as KubeObject };
    case "BOOKMARK":
      return { type: "bookmark", resourceVersion: object.metadata.resourceVersion };
    default:
      throw notAnEvent();
  }
}

function watchError(status: object): RestartError {
  return asExpired(errorFromStatus(status));
}

/** A 410 under either of its names: the version is no longer kept, list again. */
export function asExpired(error: RestartError): RestartError {
  if (error.status !== 410 || error.reason === "Expired") return error;
  return new RestartError("Expired", error.message, { status: 410, cause: error });
}

function notAnEvent(): RestartError {
  return new RestartError("UnexpectedAnswer", "the API server answered a watch with something that is no event");
}
