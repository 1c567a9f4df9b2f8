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
const listMilliseconds = 60_000;

/**
 * Lists a resource and watches it until the signal aborts, which ends it quietly. Goes on from the last version after
 * every end and cut, so that no event is lost; lists again (`synced`) when that version is no longer kept. Waits 250 ms
 * to 30 s between failures. Rejects only with what no second try mends: `Forbidden`, `Unauthorized`, `NotFound` ….
 * `project` as for `watch`; `expectedKind` of the list: `PodList`.
 */
export async function* follow<T>(
  api: KubeApi,
  path: ResourcePath,
  listKind: string,
  project: (object: KubeObject) => T | undefined,
  options: ListOptions = {},
): AsyncGenerator<FollowEvent<T>, void> {
  const { signal: outer, resourceVersion: firstVersion, ...rest } = options;
  let version: string | undefined;
  let known = false;
  let failures = 0;
  let lost = false;
  for (;;) {
    const connection = new AbortController();
    const signal = outer === undefined ? connection.signal : AbortSignal.any([outer, connection.signal]);
    const { clock } = api;
    let lastByte = clock.now();
    let openedAt: number | undefined;
    let delivered = false;
    let failure: RestartError | undefined;
    try {
      signal.throwIfAborted();
      const fresh = version === undefined;
      if (version === undefined) {
        // A cached list may be older than what was already seen.
        const from = known || firstVersion === undefined ? {} : { resourceVersion: firstVersion };
        const limits = { timeoutMilliseconds: listMilliseconds, ...rest, ...from, signal };
        const listed = await list(api, path, listKind, project, limits);
        version = listed.resourceVersion;
        known = true;
        if (lost) yield { type: "recovered" };
        lost = false;
        yield { type: "synced", items: listed.items };
      } else if (lost) {
        // Not left to the watch itself: its headers may come only with the next event.
        await probe(api, path, listKind, { ...rest, signal });
        lost = false;
        yield { type: "recovered" };
      }
      lastByte = clock.now();
      const touch = () => {
        lastByte = clock.now();
      };
      const quiet = { lastByte: () => lastByte, resourceVersion: () => version ?? "", touch };
      void distrust(api, path, listKind, { ...rest, signal }, quiet).then((error) => {
        if (error !== undefined) connection.abort(error);
      });
      const timeoutSeconds = 1800 + Math.floor(1801 * api.random());
      const watchOptions = { ...rest, resourceVersion: version, timeoutSeconds, signal };
      const events = await openWatch(api, path, watchOptions, touch);
      openedAt = clock.now();
      if (!fresh) yield { type: "alive" };
      for await (const event of events) {
        delivered = true;
        if (event.type === "bookmark") {
          version = event.resourceVersion;
          yield { type: "alive" };
        } else {
          version = event.object.metadata.resourceVersion;
          const object = project(event.object);
          if (object !== undefined) yield { type: event.type === "deleted" ? "deleted" : "changed", object };
        }
      }
    } catch (error) {
      if (outer?.aborted) return;
      // Not the cluster's doing but the projection's: trying again would hide it.
      if (!(error instanceof RestartError)) throw error;
      failure = asExpired(error);
      if (finalReasons.has(failure.reason)) throw failure;
    } finally {
      connection.abort();
    }
    const wentQuiet = failure !== undefined && isQuiet(failure);
    const settled = wentQuiet || delivered || (openedAt !== undefined && clock.now() - openedAt >= settledMilliseconds);
    failures = settled ? 0 : failures + 1;
    const expired = failure?.reason === "Expired";
    if (expired) version = undefined;
    // One cut is what a proxy does to an idle watch; the next connection tells whether the server is there.
    const harmless = failure === undefined || expired || (failure.reason === "StreamCut" && failures < 2);
    if (failure !== undefined && !harmless && !lost) {
      lost = true;
      yield { type: "lost", error: failure };
    }
    if (settled && harmless) continue;
    failures = Math.max(1, failures);
    const asked = Math.min(longestPause, (failure?.retryAfterSeconds ?? 0) * 1000);
    try {
      await clock.sleep(Math.max(asked, backoff(failures, api.random)), outer);
    } catch (error) {
      if (outer?.aborted) return;
      throw error;
    }
  }
}
