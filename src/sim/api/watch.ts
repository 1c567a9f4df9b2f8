import type { KubeObject } from "../object.ts";
import { type ResourceInfo, resourceName } from "../resources.ts";
import type { StoreEvent } from "../store.ts";
import type { ApiCall } from "./call.ts";
import { checkListOptions, snapshot } from "./list.ts";
import { type Form, renderBookmark, renderWatchEvent } from "./rendering.ts";
import { isTrue } from "./route.ts";
import { parseSelectors } from "./selectors.ts";
import { type Failure, failure, isFailure } from "./status.ts";

const bookmarkSeconds = 60;
const shortestSeconds = 1800;

/**
 * A watch as a stream of JSON lines. It ends after `timeoutSeconds`, errors with the signal's reason on an abort, and closes
 * when `closing` aborts. A version that is forgotten is one `ERROR` event, as on the API server.
 */
export function watchObjects(
  call: ApiCall,
  info: ResourceInfo,
  form: Form,
  closing: AbortSignal,
): ReadableStream<Uint8Array> | Failure {
  const { query, route, store } = call;
  const refusal = checkListOptions(query);
  if (refusal !== undefined) return refusal;
  const matches = parseSelectors(info, query);
  if (isFailure(matches)) return matches;
  const resource = resourceName(info);
  const { namespace } = route;
  const version = query.get("resourceVersion") ?? "";
  const bookmarks = isTrue(query.get("allowWatchBookmarks"));
  const sendsInitial = isTrue(query.get("sendInitialEvents"));
  const fromNow = version === "" || version === "0";
  const timeout = Number(query.get("timeoutSeconds") ?? "0") || defaultTimeout(store.revision());
  const from = fromNow ? 0 : Number(version);
  const selects = (object: KubeObject): boolean => matches === undefined || matches(object);
  const encoder = new TextEncoder();
  let withColumns = true;
  let stop = (): void => undefined;

  const start = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    let open = true;
    const ended = new AbortController();
    const write = (text: string): void => {
      if (open) controller.enqueue(encoder.encode(text));
    };
    const send = (type: string, object: KubeObject): void => {
      write(renderWatchEvent(type, object, info, form, store.clock.now(), withColumns));
      withColumns = false;
    };
    const bookmark = (atRevision: number, initialEventsEnd: boolean): void =>
      write(renderBookmark(info, form, String(atRevision), initialEventsEnd));
    let unsubscribe = (): void => undefined;
    const finish = (end: () => void): void => {
      if (!open) return;
      open = false;
      unsubscribe();
      call.signal.removeEventListener("abort", onAbort);
      closing.removeEventListener("abort", onClose);
      ended.abort();
      end();
    };
    const onAbort = (): void => finish(() => controller.error(call.signal.reason));
    const onClose = (): void => finish(() => controller.close());
    stop = () => finish(() => undefined);

    const deliver = (event: StoreEvent): void => {
      // A version from the future is waited for.
      if (event.resource !== resource || event.revision <= from) return;
      if (namespace !== undefined && event.object.metadata.namespace !== namespace) return;
      const wasSelected = event.previous !== undefined && selects(event.previous);
      const isSelected = event.type !== "DELETED" && selects(event.object);
      if (isSelected) send(wasSelected ? "MODIFIED" : "ADDED", event.object);
      // An object that leaves the selection is shown as it was, at the version of the event that took it out.
      else if (wasSelected) send("DELETED", atVersion(event.previous ?? event.object, event.revision));
    };

    const revision = store.revision();
    if (fromNow || sendsInitial) {
      if (fromNow ? query.get("sendInitialEvents") !== "false" : true) {
        for (const object of snapshot(store, resource, namespace, revision) ?? [])
          if (selects(object)) send("ADDED", object);
        if (bookmarks) bookmark(revision, true);
      }
    } else {
      const events = store.since(Number(version));
      if (events === "compacted") {
        const text = `too old resource version: ${version} (${revision})`;
        write(`${JSON.stringify({ type: "ERROR", object: failure(410, "Expired", text) })}\n`);
        open = false;
        controller.close();
        return;
      }
      for (const event of events) deliver(event);
    }
    unsubscribe = store.subscribe(deliver);
    call.signal.addEventListener("abort", onAbort);
    closing.addEventListener("abort", onClose);
    if (call.signal.aborted) {
      onAbort();
      return;
    }
    if (closing.aborted) {
      onClose();
      return;
    }

    const keepTime = async (): Promise<void> => {
      for (let left = timeout; left > 0; left -= bookmarkSeconds) {
        await store.clock.sleep(Math.min(left, bookmarkSeconds) * 1000, ended.signal);
        if (bookmarks && left > bookmarkSeconds) bookmark(store.revision(), false);
      }
      finish(() => controller.close());
    };
    // A sleep that is cut short belongs to a stream that has already ended.
    keepTime().catch(() => undefined);
  };
  return new ReadableStream<Uint8Array>({ start, cancel: () => stop() }, { highWaterMark: 0 });
}

/** Half an hour to an hour. Not from the store's numbers: a client that looks must not change what the controllers do. */
function defaultTimeout(revision: number): number {
  return shortestSeconds + ((revision * 7919) % shortestSeconds);
}

function atVersion(object: KubeObject, revision: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}
