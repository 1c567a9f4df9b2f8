import { type KubeObject, readAnswer } from "../../kube/answer.ts";
import type { KubeApi } from "../../kube/cluster.ts";
import { RestartError, toRestartError } from "../../kube/error.ts";
import { get } from "../../kube/get.ts";
import { list } from "../../kube/list.ts";
import { resourcePath } from "../../kube/path.ts";
import { exchange, type RequestOptions } from "../../kube/request.ts";
import type { ClusterCheck } from "./check.ts";
import { type RuleAnswer, rightsOf } from "./rights.ts";

/** The minor version that the tests of this program run on. */
const tested = "1.36";
/** The oldest minor of version 1 that answers everything that is asked. */
const oldestMinor = 28;
const probes = 3;
/** Seconds; the `Date` header is cut to whole ones, and an answer takes its time. */
const tolerableSkew = 5;

export interface ExamineOptions {
  /** Whose permissions are looked up. */
  readonly namespace: string;
  /** Of each request, in milliseconds. */
  readonly timeoutMilliseconds: number;
  readonly signal?: AbortSignal;
}

/**
 * Looks at a cluster and changes nothing. Never rejects but for an abort: what cannot be seen is a check. A cluster that
 * does not answer, or takes no credentials, is asked no more.
 */
export async function examineCluster(api: KubeApi, options: ExamineOptions): Promise<readonly ClusterCheck[]> {
  const reached = await reach(api, options);
  if (reached.check.status === "fail") return [reached.check];
  const identity = await whoAmI(api, options);
  const seen = [reached.check, reached.version, identity.check];
  if (identity.check.status === "fail") return [...seen, ...clock(reached)];
  const [permissions, priority] = await Promise.all([
    permissionsIn(api, options),
    priorityOf(api, identity.levelUid, options),
  ]);
  return [...seen, permissions, ...priority, ...clock(reached)];
}

/** Whether a check says that the cluster cannot be worked with at all. */
export function isOutOfReach({ check, status }: { readonly check: string; readonly status: string }): boolean {
  return status === "fail" && (check === "reach" || check === "identity" || check === "credentials");
}

interface Reached {
  readonly check: ClusterCheck;
  readonly version: ClusterCheck;
  readonly date: number | undefined;
  readonly at: number;
}

async function reach(api: KubeApi, options: ExamineOptions): Promise<Reached> {
  const times: number[] = [];
  let date: number | undefined;
  let at = 0;
  let version: string | undefined;
  let refusal: RestartError | undefined;
  for (let probe = 0; probe < probes; probe += 1) {
    const started = api.clock.now();
    try {
      await asking(api, "GET", "/version", options, async (response) => {
        const sent = Date.parse(response.headers.get("date") ?? "");
        if (!Number.isNaN(sent)) date = sent;
        const answer: unknown = await response.json().catch(() => undefined);
        version = gitVersion(answer);
      });
    } catch (caught) {
      options.signal?.throwIfAborted();
      const error = toRestartError(caught);
      // Whoever answers is there, whatever the answer is.
      if (error.status === undefined) {
        const check = unreached(error);
        return { check, version: check, date, at };
      }
      refusal = error;
    }
    at = started;
    times.push(api.clock.now() - started);
  }
  const milliseconds = times.sort((left, right) => left - right)[Math.floor(times.length / 2)];
  return {
    check: { check: "reach", status: "ok", milliseconds },
    version: versionCheck(version, refusal),
    date,
    at,
  };
}

/** Who gets no credentials to show has not even asked the server. */
function unreached(error: RestartError): ClusterCheck {
  return error.reason === "CredentialsFailed"
    ? { check: "identity", status: "fail", user: "", groups: [], clusterUid: undefined, error }
    : { check: "reach", status: "fail", milliseconds: undefined, error };
}

function gitVersion(answer: unknown): string | undefined {
  const value = typeof answer === "object" && answer !== null && "gitVersion" in answer ? answer.gitVersion : undefined;
  return typeof value === "string" ? value : undefined;
}

function versionCheck(version: string | undefined, refusal: RestartError | undefined): ClusterCheck {
  if (version === undefined) {
    const error = refusal ?? new RestartError("UnexpectedAnswer", "the answer to /version is no version of Kubernetes");
    return { check: "version", status: "warn", version: "", tested, error };
  }
  const [, major = "0", minor = "0"] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  const isOld = Number(major) < 1 || (Number(major) === 1 && Number(minor) < oldestMinor);
  return { check: "version", status: isOld ? "warn" : "ok", version, tested };
}

interface WhoAmI {
  readonly check: ClusterCheck;
  readonly levelUid: string;
}

interface ReviewAnswer {
  readonly status?: {
    readonly userInfo?: { readonly username?: string; readonly groups?: readonly string[] };
    readonly resourceRules?: readonly RuleAnswer[];
    readonly incomplete?: boolean;
  };
}

async function whoAmI(api: KubeApi, options: ExamineOptions): Promise<WhoAmI> {
  const nobody = { user: "", groups: [], clusterUid: undefined };
  try {
    let levelUid = "";
    const review = await ask(api, "authentication.k8s.io", "selfsubjectreviews", {}, options, (headers) => {
      levelUid = headers.get("x-kubernetes-pf-prioritylevel-uid") ?? "";
    });
    const { username: user = "", groups = [] } = review.status?.userInfo ?? {};
    const clusterUid = await clusterUidOf(api, options);
    const status = user === "system:anonymous" ? "warn" : "ok";
    return { check: { check: "identity", status, user, groups, clusterUid }, levelUid };
  } catch (caught) {
    options.signal?.throwIfAborted();
    const error = toRestartError(caught);
    const isRefused =
      error.reason === "Unauthorized" || error.reason === "CredentialsFailed" || error.status === undefined;
    return { check: { check: "identity", status: isRefused ? "fail" : "warn", ...nobody, error }, levelUid: "" };
  }
}

/** Undefined for whoever may not read it. */
async function clusterUidOf(api: KubeApi, options: ExamineOptions): Promise<string | undefined> {
  const path = { group: "", version: "v1", resource: "namespaces", name: "kube-system" };
  try {
    return (await get<KubeObject>(api, path, "Namespace", once(options))).metadata.uid;
  } catch {
    options.signal?.throwIfAborted();
    return undefined;
  }
}

async function permissionsIn(api: KubeApi, options: ExamineOptions): Promise<ClusterCheck> {
  const { namespace } = options;
  try {
    const spec = { spec: { namespace } };
    const { status = {} } = await ask(api, "authorization.k8s.io", "selfsubjectrulesreviews", spec, options);
    const rights = rightsOf(status.resourceRules ?? []);
    const incomplete = status.incomplete === true;
    const isShort = rights.some(({ missing, named }) => missing.length + named.length > 0);
    return { check: "permissions", status: isShort ? "warn" : "ok", namespace, rights, incomplete };
  } catch (caught) {
    options.signal?.throwIfAborted();
    const error = toRestartError(caught);
    return { check: "permissions", status: "warn", namespace, rights: [], incomplete: true, error };
  }
}

/** The level's name where its list may be read; a server without priorities has none. */
async function priorityOf(api: KubeApi, levelUid: string, options: ExamineOptions): Promise<readonly ClusterCheck[]> {
  if (levelUid === "") return [];
  const path = { group: "flowcontrol.apiserver.k8s.io", version: "v1", resource: "prioritylevelconfigurations" };
  let level = "";
  try {
    const kind = "PriorityLevelConfigurationList";
    const { items } = await list(api, path, kind, ({ metadata }) => metadata, once(options));
    level = items.find(({ uid }) => uid === levelUid)?.name ?? "";
  } catch {
    options.signal?.throwIfAborted();
    // Few may read it; the uid is for somebody who may.
  }
  return [{ check: "priority", status: "ok", level, levelUid }];
}

function clock({ date, at }: Reached): readonly ClusterCheck[] {
  if (date === undefined) return [];
  const ahead = (at - date) / 1000;
  // Within the second that the header is cut to, nothing is known.
  const aheadSeconds = ahead > 1 ? ahead - 1 : Math.min(0, ahead);
  return [{ check: "clock", status: Math.abs(aheadSeconds) > tolerableSkew ? "warn" : "ok", aheadSeconds }];
}

async function ask(
  api: KubeApi,
  group: string,
  resource: string,
  more: object,
  options: ExamineOptions,
  look: (headers: Headers) => void = () => undefined,
): Promise<ReviewAnswer> {
  const kind = resource === "selfsubjectreviews" ? "SelfSubjectReview" : "SelfSubjectRulesReview";
  const body = JSON.stringify({ apiVersion: `${group}/v1`, kind, ...more });
  const path = resourcePath({ group, version: "v1", resource });
  return await asking(
    api,
    "POST",
    path,
    options,
    (response) => {
      look(response.headers);
      return readAnswer<ReviewAnswer>(response, kind);
    },
    body,
  );
}

function asking<T>(
  api: KubeApi,
  method: "GET" | "POST",
  path: string,
  options: ExamineOptions,
  read: (response: Response) => Promise<T>,
  body?: string,
): Promise<T> {
  const headers = { accept: "application/json", ...(body !== undefined && { "content-type": "application/json" }) };
  const more = { headers, ...(body !== undefined && { body }) };
  return exchange(api, method, path, { ...once(options), ...more }, read);
}

/** What is slow or refused once is so, for somebody who asks what is wrong. */
function once({ signal, timeoutMilliseconds }: ExamineOptions): RequestOptions {
  return { attempts: 1, timeoutMilliseconds, ...(signal !== undefined && { signal }) };
}
