import { readAnswer } from "./answer.ts";
import type { KubeApi } from "./cluster.ts";
import { RestartError } from "./error.ts";
import { type ListOptions, selectorQuery } from "./list.ts";
import { type ResourcePath, resourcePath } from "./path.ts";
import { exchange } from "./request.ts";

/** Bookmarks come about once a minute, so a watch that is quiet for longer is suspect. */
const quietMilliseconds = 75_000;
const probeMilliseconds = 15_000;

/** A quiet watch: when its last byte came, and up to which version it has been read. */
export interface Quiet {
  readonly lastByte: () => number;
  readonly resourceVersion: () => string;
  /** Something answered for the watch. */
  readonly touch: () => void;
}

/** Asks for one object of the list, to see whether the server answers, and resolves with its present version. */
export async function probe(api: KubeApi, path: ResourcePath, listKind: string, options: ListOptions): Promise<string> {
  const page = await exchange(
    api,
    "GET",
    resourcePath(path),
    {
      ...options,
      query: { ...options.query, ...selectorQuery(options), limit: "1" },
      attempts: 1,
      timeoutMilliseconds: probeMilliseconds,
      safeToResend: true,
    },
    (response) => readAnswer<{ readonly metadata: { readonly resourceVersion?: string } }>(response, listKind),
  );
  return page.metadata.resourceVersion ?? "";
}

/**
 * Resolves, with the error to end the connection with, once it is quiet and there is reason to distrust it: a server
 * that does not answer a probe is lost; one that has moved on may have said so on a connection that is dead without
 * a sign, so that the watch is better opened anew. Resolves with undefined on an abort.
 */
export async function distrust(
  api: KubeApi,
  path: ResourcePath,
  listKind: string,
  options: ListOptions & { readonly signal: AbortSignal },
  quiet: Quiet,
): Promise<RestartError | undefined> {
  try {
    for (;;) {
      const due = quiet.lastByte() + quietMilliseconds - api.clock.now();
      if (due > 0) {
        await api.clock.sleep(due, options.signal);
        continue;
      }
      const before = quiet.lastByte();
      const version = await probe(api, path, listKind, options);
      if (quiet.lastByte() === before && version !== quiet.resourceVersion()) {
        return wentQuiet();
      }
      quiet.touch();
    }
  } catch (error) {
    if (options.signal.aborted) return undefined;
    // Any answer shows that the server is there: the next request says what is wrong.
    if (error instanceof RestartError && error.status === undefined) return error;
    return wentQuiet();
  }
}

function wentQuiet(): RestartError {
  return new RestartError("StreamCut", "the watch went quiet", { detail: { why: "quiet" } });
}

/** Whether a watch was only ended by `distrust`, while the server answers. */
export function isQuiet(error: RestartError): boolean {
  return error.reason === "StreamCut" && error.detail.why === "quiet";
}
