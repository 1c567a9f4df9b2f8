import type { KubeObject } from "./answer.ts";
import { backoff, longestPause } from "./backoff.ts";
import type { KubeApi } from "./cluster.ts";
import { type Reason, RestartError } from "./error.ts";
import { type ListOptions, list } from "./list.ts";
import type { ResourcePath } from "./path.ts";
import { asExpired, openWatch, type WatchOptions } from "./watch-stream.ts";
import { distrust, isQuiet, probe } from "./watchdog.ts";

export type { WatchOptions };

export type WatchEvent<T> =
  | { readonly type: "added" | "modified" | "deleted"; readonly object: T }
  | { readonly type: "bookmark"; readonly resourceVersion: string };

export type FollowEvent<T> =
  /** The whole list, first and after every gap. */
  | { readonly type: "synced"; readonly items: readonly T[] }
  | { readonly type: "changed" | "deleted"; readonly object: T }
  /** A bookmark, or a connection that was replaced without a gap. */
  | { readonly type: "alive" }
  /** The server does not answer; told once, until `recovered`. */
  | { readonly type: "lost"; readonly error: RestartError }
  | { readonly type: "recovered" };

/**
 * Watches over one connection. Ends when the server ends it; a stream that is cut rejects with `StreamCut`, a version
 * that is no longer kept with `Expired`, an abort with the signal's reason. What `project` makes undefined is left out,
 * so it must judge by what never changes in an object.
 */
export async function* watch<T>(
  api: KubeApi,
  path: ResourcePath,
  project: (object: KubeObject) => T | undefined,
  options: WatchOptions,
): AsyncGenerator<WatchEvent<T>, void> {
  const events = await openWatch(api, path, options).catch((error: unknown) => {
    throw error instanceof RestartError ? asExpired(error) : error;
  });
  for await (const event of events) {
    if (event.type === "bookmark") {
      yield event;
    } else {
      const object = project(event.object);
      if (object !== undefined) yield { type: event.type, object };
    }
  }
}

/** A second try changes nothing about these. */
const finalReasons: ReadonlySet<Reason> = new Set<Reason>([
  "BadRequest",
  "Unauthorized",
  "Forbidden",
  "NotFound",
  "MethodNotAllowed",
  "NotAcceptable",
  "UnsupportedMediaType",
  "Invalid",
  "CredentialsFailed",
  "InvalidConfig",
  "Usage",
]);

// A connection that lived this long, or delivered something, counts as a good one.
const settledMilliseconds = 1000;
const listMilliseconds = 30_000;

/** How far a follower has come. */
interface Progress {
  /** Everything up to it has been told; undefined asks for a list. */
  version: string | undefined;
  listed: boolean;
  lost: boolean;
}

/** What became of one connection. */
interface Connection {
  openedAt: number | undefined;
  delivered: boolean;
}

/**
 * Lists a resource and watches it until the signal aborts, which ends it quietly. Goes on from the last version after
 * every end and cut, so that no event is lost; lists again (`synced`) when that version is no longer kept. Waits 250 ms
 * to 30 s between failures. A watch that is quiet for 75 s is probed, and where two in a row say nothing although
 * there is something to say, the list is read again. Rejects only with what no second try mends:
 * `Forbidden`, `Unauthorized`, `NotFound` …, and with what `project` throws. `project` as for `watch`; `listKind` is the
 * list's: `PodList`.
 */
export async function* follow<T>(
  api: KubeApi,
  path: ResourcePath,
  listKind: string,
  project: (object: KubeObject) => T | undefined,
  options: ListOptions = {},
): AsyncGenerator<FollowEvent<T>, void> {
  const { signal } = options;
  const progress: Progress = { version: undefined, listed: false, lost: false };
  let failures = 0;
  let silent = 0;
  while (!signal?.aborted) {
    const connection: Connection = { openedAt: undefined, delivered: false };
    let failure: RestartError | undefined;
    try {
      yield* followOnce(api, path, listKind, project, options, progress, connection);
    } catch (error) {
      if (signal?.aborted) return;
      // What is no RestartError is not the cluster's doing but the projection's: trying again would hide it.
      if (!(error instanceof RestartError)) throw error;
      failure = asExpired(error);
      if (finalReasons.has(failure.reason)) throw failure;
    }
    const settled = isSettled(api, connection) || (failure !== undefined && isQuiet(failure));
    failures = settled ? 0 : failures + 1;
    silent = failure !== undefined && isQuiet(failure) && !connection.delivered ? silent + 1 : 0;
    // A proxy that holds back what a watch says holds back the next one, too: lists show what is.
    if (failure?.reason === "Expired" || silent > 1) progress.version = undefined;
    const harmless = isHarmless(failure, failures);
    if (failure !== undefined && !harmless && !progress.lost) {
      progress.lost = true;
      yield { type: "lost", error: failure };
    }
    if (settled && harmless) continue;
    failures = Math.max(1, failures);
    const asked = Math.min(longestPause, (failure?.retryAfterSeconds ?? 0) * 1000);
    try {
      await api.clock.sleep(Math.max(asked, backoff(failures, api.random)), signal);
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  }
}

/** One connection of a follower: the list or the probe that has to come before, then the watch to its end. */
async function* followOnce<T>(
  api: KubeApi,
  path: ResourcePath,
  listKind: string,
  project: (object: KubeObject) => T | undefined,
  options: ListOptions,
  progress: Progress,
  connection: Connection,
): AsyncGenerator<FollowEvent<T>, void> {
  const { signal: outer, resourceVersion, timeoutMilliseconds = listMilliseconds, ...rest } = options;
  const abort = new AbortController();
  const signal = outer === undefined ? abort.signal : AbortSignal.any([outer, abort.signal]);
  const { clock } = api;
  try {
    const fresh = progress.version === undefined;
    if (fresh) {
      // A cached list may be older than what was already told.
      const from = progress.listed || resourceVersion === undefined ? {} : { resourceVersion };
      const listed = await list(api, path, listKind, project, { ...rest, ...from, timeoutMilliseconds, signal });
      progress.version = listed.resourceVersion;
      progress.listed = true;
      if (progress.lost) yield recover(progress);
      yield { type: "synced", items: listed.items };
    } else if (progress.lost) {
      // Not left to the watch itself: its headers may come only with the next event.
      await probe(api, path, listKind, { ...rest, signal });
      yield recover(progress);
    }
    const version = () => progress.version ?? "";
    let lastByte = clock.now();
    const touch = () => {
      lastByte = clock.now();
    };
    const quiet = { lastByte: () => lastByte, resourceVersion: version, touch };
    void distrust(api, path, listKind, { ...rest, signal }, quiet).then((error) => {
      if (error !== undefined) abort.abort(error);
    });
    const timeoutSeconds = 1800 + Math.floor(1801 * api.random());
    const watchOptions = { ...rest, resourceVersion: version(), timeoutSeconds, signal };
    const events = await openWatch(api, path, watchOptions, touch);
    connection.openedAt = clock.now();
    if (!fresh) yield { type: "alive" };
    for await (const event of events) {
      connection.delivered = true;
      progress.version = event.type === "bookmark" ? event.resourceVersion : event.object.metadata.resourceVersion;
      if (event.type === "bookmark") {
        yield { type: "alive" };
      } else {
        const object = project(event.object);
        if (object !== undefined) yield { type: event.type === "deleted" ? "deleted" : "changed", object };
      }
    }
  } finally {
    abort.abort();
  }
}

function recover(progress: Progress): { readonly type: "recovered" } {
  progress.lost = false;
  return { type: "recovered" };
}

function isSettled(api: KubeApi, { delivered, openedAt }: Connection): boolean {
  return delivered || (openedAt !== undefined && api.clock.now() - openedAt >= settledMilliseconds);
}

/** One cut is what a proxy does to an idle watch; the next connection tells whether the server is there. */
function isHarmless(failure: RestartError | undefined, failures: number): boolean {
  return failure === undefined || failure.reason === "Expired" || (failure.reason === "StreamCut" && failures < 2);
}
