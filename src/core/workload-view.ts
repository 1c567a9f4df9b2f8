import { cleanText } from "../kube/clean-text.ts";
import type { KubeApi } from "../kube/cluster.ts";
import { RestartError } from "../kube/error.ts";
import { formatLabelSelector } from "../kube/selector.ts";
import { notifyInterval } from "./catalog.ts";
import { type EventRow, newestFirst, projectEventRow } from "./event-row.ts";
import { findKind } from "./kinds/index.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";
import { type LiveList, openLiveList, type SourceStatus } from "./live-list.ts";
import { createNotifier } from "./notifier.ts";
import { isNewPod, type KeptPod, type PodRow, projectPodRow } from "./pod-row.ts";
import { newRevision, projectRevision, type Revision, type RevisionObject } from "./revisions.ts";
import type { Workload, WorkloadCondition, WorkloadObject, WorkloadRef } from "./workload.ts";

/** What is seen of one workload. */
export interface WorkloadView {
  /** Grows with every change. */
  readonly version: number;
  /** As it was last seen, also when it is gone; undefined before that. */
  readonly workload: Workload | undefined;
  /** It is not there, or another one has its name. */
  readonly gone: boolean;
  /** Of the new revision first, then by name. */
  readonly pods: readonly PodRow[];
  /** Texts are cleaned. */
  readonly conditions: readonly WorkloadCondition[];
  /** Of the workload, its revisions and its pods: newest first, at most fifty. */
  readonly events: readonly EventRow[];
  /** What may not be read hides nothing of the rest. */
  readonly source: {
    readonly workload: SourceStatus;
    readonly pods: SourceStatus;
    readonly revisions: SourceStatus;
    readonly events: SourceStatus;
  };
}

/** A live view of one workload; the contract is a catalog's. */
export interface OpenWorkloadView {
  readonly snapshot: () => WorkloadView;
  /** Called at most ten times a second, after a change; returns what ends it. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Tries again what was refused. */
  readonly refresh: () => void;
  /** Ends the watches. */
  readonly close: () => Promise<void>;
}

export interface WorkloadViewOptions {
  /** An abort closes the view. */
  readonly signal?: AbortSignal;
}

interface SeenObject {
  readonly uid: string;
  readonly workload: Workload;
}

const notYet: SourceStatus = { state: "loading", error: undefined, heardAt: undefined, lostAt: undefined };
const mostEvents = 50;

/**
 * Opens a live view of one workload, told apart by its uid from another of its name. It never rejects: trouble is the
 * state of a source. Throws `Usage` for a kind that cannot be restarted.
 */
export function openWorkloadView(
  api: KubeApi,
  ref: WorkloadRef & { readonly uid: string },
  options: WorkloadViewOptions = {},
): OpenWorkloadView {
  const kind = findKind(ref.apiVersion, ref.kind);
  if (kind === undefined) throw new RestartError("Usage", `a ${cleanText(ref.kind, 63)} cannot be restarted`);
  const closing = new AbortController();
  const signal = options.signal === undefined ? closing.signal : AbortSignal.any([options.signal, closing.signal]);
  const notifier = createNotifier(api.clock, notifyInterval, signal);
  let version = 0;
  let last: Workload | undefined;
  let view: WorkloadView | undefined;
  let parts: Parts | undefined;
  // Events outlive the pods that they are about.
  const known = new Set([ref.uid]);

  const onChange = (isState?: boolean): void => {
    version += 1;
    view = undefined;
    last = workloads.items.get(ref.uid)?.workload ?? last;
    if (last !== undefined) parts ??= openParts(api, kind, last, { signal, onChange });
    for (const [uid, revision] of parts?.revisions.items ?? []) if (revision.ownerUid === ref.uid) known.add(uid);
    for (const [uid, pod] of parts?.pods.items ?? []) if (known.has(pod.ownerUid)) known.add(uid);
    notifier.poke(isState);
  };
  const { group, version: apiVersion, resource, listKind } = kind;
  const workloads: LiveList<SeenObject> = openLiveList(
    api,
    { group, version: apiVersion, resource, namespace: ref.namespace },
    listKind,
    (object) => ({
      uid: object.metadata.uid,
      workload: kind.project(object as unknown as WorkloadObject, api.cluster.name),
    }),
    { signal, onChange, fieldSelector: `metadata.name=${ref.name}` },
  );
  const events = openLiveList(
    api,
    { group: "", version: "v1", resource: "events", namespace: ref.namespace },
    "EventList",
    (object) => projectEventRow(object, ref.name),
    { signal, onChange },
  );
  const lists = () => [workloads, events, ...(parts === undefined ? [] : [parts.pods, parts.revisions])];

  return {
    snapshot: () => {
      const source = {
        workload: workloads.status(),
        pods: parts?.pods.status() ?? notYet,
        revisions: parts?.revisions.status() ?? notYet,
        events: events.status(),
      };
      view ??= {
        version,
        workload: last,
        gone: workloads.listed() && !workloads.items.has(ref.uid),
        pods: last === undefined || parts === undefined ? [] : podRows(kind, last, parts),
        conditions: (last?.conditions ?? []).map(cleanCondition),
        events: newestFirst([...events.items.values()].filter(({ involvedUid }) => known.has(involvedUid))).slice(
          0,
          mostEvents,
        ),
        source,
      };
      // The server was heard of, which is no change: the rest stays the same object by object.
      if (isHeardLater(view, source)) view = { ...view, source };
      return view;
    },
    subscribe: notifier.subscribe,
    refresh: () => {
      for (const list of lists()) list.refresh();
    },
    close: async () => {
      closing.abort();
      await Promise.all(lists().map(({ closed }) => closed));
    },
  };
}

function isHeardLater({ source }: WorkloadView, now: WorkloadView["source"]): boolean {
  return (
    source.workload !== now.workload ||
    source.pods !== now.pods ||
    source.revisions !== now.revisions ||
    source.events !== now.events
  );
}

interface Parts {
  readonly pods: LiveList<KeptPod>;
  readonly revisions: LiveList<Revision>;
}

/** The lists that the workload's selector names, which never changes. */
function openParts(
  api: KubeApi,
  kind: WorkloadKind,
  workload: Workload,
  hooks: { readonly signal: AbortSignal; readonly onChange: (isState?: boolean) => void },
): Parts {
  const { namespace } = workload.ref;
  const options = { ...hooks, labelSelector: formatLabelSelector(workload.selector) };
  const { group, version, resource, listKind } = kind.revisions;
  return {
    pods: openLiveList(
      api,
      { group: "", version: "v1", resource: "pods", namespace },
      "PodList",
      (object) => projectPodRow(object, kind.revisionLabel),
      options,
    ),
    revisions: openLiveList(
      api,
      { group, version, resource, namespace },
      listKind,
      (object) => projectRevision(object as unknown as RevisionObject, kind.revisionLabel),
      options,
    ),
  };
}

function podRows(kind: WorkloadKind, workload: Workload, { pods, revisions }: Parts): readonly PodRow[] {
  const seesRevisions = revisions.listed();
  // A revision that the restart has not made yet is none: until then every pod is an old one.
  const revision = seesRevisions ? newRevision(workload, revisions.items.values(), workload.restartedAt) : undefined;
  // Another selector may cover these pods, too: what counts is who made them.
  const isOwn = ({ ownerUid }: KeptPod) =>
    ownerUid === workload.ref.uid ||
    (kind.revisions.makePods && (!seesRevisions || revisions.items.get(ownerUid)?.ownerUid === workload.ref.uid));
  return [...pods.items.values()]
    .filter(isOwn)
    .map((pod) => ({ ...pod, isNew: isNewPod(kind, pod, workload, revision, seesRevisions) }))
    .sort((one, other) => Number(other.isNew) - Number(one.isNew) || (one.name < other.name ? -1 : 1));
}

function cleanCondition({ type, status, reason, message }: WorkloadCondition): WorkloadCondition {
  return {
    type: cleanText(type),
    status: cleanText(status),
    reason: cleanText(reason),
    message: cleanText(message),
  };
}
