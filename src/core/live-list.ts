import type { KubeObject } from "../kube/answer.ts";
import type { KubeApi } from "../kube/cluster.ts";
import { type RestartError, toRestartError } from "../kube/error.ts";
import type { ListOptions } from "../kube/list.ts";
import type { ResourcePath } from "../kube/path.ts";
import { follow } from "../kube/watch.ts";

/** How a live list stands with its cluster. Whatever it is, what was seen last is kept. */
export type SourceState = "loading" | "live" | "lost" | "forbidden" | "auth-needed" | "failed";

export interface SourceStatus {
  readonly state: SourceState;
  readonly error: RestartError | undefined;
  /** Milliseconds of the injected clock at which the server was last heard. */
  readonly heardAt: number | undefined;
  /** Since when it does not answer. */
  readonly lostAt: number | undefined;
}

/** The objects of one list, kept up to date. */
export interface LiveList<T> {
  /** By uid. */
  readonly items: ReadonlyMap<string, T>;
  /** The same object until something about it is new, be it only that the server was heard. */
  readonly status: () => SourceStatus;
  /** Listed in full once; the first list shows its items page by page before that. */
  readonly listed: () => boolean;
  /** Tries again what was refused; nothing while it is live or being retried anyway. */
  readonly refresh: () => void;
  /** Resolves when its watch has ended, which an abort of the signal brings about. */
  readonly closed: Promise<void>;
}

export interface LiveListOptions<T> extends Omit<ListOptions, "signal"> {
  readonly signal: AbortSignal;
  /** Called after every change of an item or, with true, of the state: a list that has been read is waited for. */
  readonly onChange: (isState?: boolean) => void;
  /** True when two projections of one object say the same; such a change is none. */
  readonly same?: (one: T, other: T) => boolean;
  /** What a refusal means, where that takes another look. */
  readonly readRefusal?: (error: RestartError) => Promise<RestartError>;
}

/**
 * Lists and watches until the signal aborts, and never throws: a cluster that goes away, refuses, or wants new
 * credentials is a state. What a second try does not mend waits for `refresh`.
 */
export function openLiveList<T extends { readonly uid: string }>(
  api: KubeApi,
  path: ResourcePath,
  listKind: string,
  project: (object: KubeObject) => T | undefined,
  options: LiveListOptions<T>,
): LiveList<T> {
  const { signal, onChange, same, readRefusal, ...listOptions } = options;
  const items = new Map<string, T>();
  let status: SourceStatus = { state: "loading", error: undefined, heardAt: undefined, lostAt: undefined };
  let listed = false;
  let wake: () => void = () => undefined;
  const become = (next: Partial<SourceStatus>): void => {
    const changed = next.state !== undefined && next.state !== status.state;
    status = { ...status, ...next };
    if (changed) onChange(true);
  };
  const put = (item: T): boolean => {
    const before = items.get(item.uid);
    if (before !== undefined && same?.(before, item)) return false;
    items.set(item.uid, item);
    return true;
  };
  const take = (object: KubeObject): T | undefined => {
    const item = project(object);
    if (!listed && item !== undefined && put(item)) onChange();
    return item;
  };
  const replace = (present: readonly T[]): boolean => {
    let changed = !listed;
    listed = true;
    const uids = new Set(present.map(({ uid }) => uid));
    for (const uid of [...items.keys()]) if (!uids.has(uid)) changed = items.delete(uid) || changed;
    for (const item of present) changed = put(item) || changed;
    return changed;
  };
  const followOn = async (): Promise<void> => {
    for await (const event of follow(api, path, listKind, take, { ...listOptions, signal })) {
      if (signal.aborted) return;
      if (event.type === "lost") {
        become({ state: "lost", error: event.error, lostAt: status.lostAt ?? api.clock.now() });
        continue;
      }
      const changed = event.type === "synced" && replace(event.items);
      const heard = { error: undefined, lostAt: undefined, heardAt: api.clock.now() };
      // Back before it was ever listed: what is there is not known yet.
      become({ ...heard, state: listed ? "live" : "loading" });
      if (changed) onChange();
      if (event.type === "changed" && put(event.object)) onChange();
      if (event.type === "deleted" && items.delete(event.object.uid)) onChange();
    }
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await followOn();
      } catch (caught) {
        const refused = toRestartError(caught);
        const error = (await readRefusal?.(refused).catch(() => refused)) ?? refused;
        become({ state: refusal(error), error });
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
        if (!signal.aborted) become({ state: "loading", error: undefined });
      }
    }
  };
  return { items, status: () => status, listed: () => listed, refresh: () => wake(), closed: run() };
}

function refusal({ reason }: RestartError): SourceState {
  if (reason === "Forbidden") return "forbidden";
  return reason === "Unauthorized" || reason === "CredentialsFailed" ? "auth-needed" : "failed";
}
