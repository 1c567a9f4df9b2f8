import { type AccessRule, anonymous, type User } from "./api/access.ts";
import type { AdmissionPolicy, ApiCall } from "./api/call.ts";
import { answerCall, failed } from "./api/handler.ts";
import { readBinaryObject } from "./api/protobuf.ts";
import { emptyNamespace } from "./api/remove.ts";
import { parseRoute } from "./api/route.ts";
import { failure } from "./api/status.ts";
import type { SimClock } from "./clock.ts";
import { startControllers } from "./controllers/index.ts";
import { seededRandom, uuid } from "./random.ts";
import { createStore, type Store } from "./store.ts";

/** What a client sent. */
export interface RequestRecord {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly contentType: string;
  /** JSON text, also when it came in the binary encoding. */
  readonly body: string;
  readonly userAgent: string;
  readonly user: string;
  readonly auditId: string;
  /** When it came, by the cluster's clock. */
  readonly time: number;
}

export interface HandleOptions {
  /** A caller inside the process may do everything without a token; one from a socket may not. */
  readonly trusted?: boolean;
}

export interface SimulatedCluster {
  readonly name: string;
  readonly store: Store;
  /** Answers nothing to anybody, like a cluster behind a dead line: `host.ts` accepts and stays silent. */
  readonly unreachable: boolean;
  /** A token that may do everything. */
  readonly token: string;
  /**
   * Answers like a kube-apiserver. An abort of the request's signal errors a stream with the signal's reason. Without
   * credentials a caller is trusted unless told otherwise.
   */
  readonly handle: (request: Request, options?: HandleOptions) => Promise<Response>;
  /** Lets a bearer token in; without rules it may do everything. */
  readonly addToken: (token: string, user: string, groups?: readonly string[], rules?: readonly AccessRule[]) => void;
  /** Adds an admission policy, in force at once. The returned function takes it away. */
  readonly addPolicy: (policy: AdmissionPolicy) => () => void;
  /** Answers in place of the cluster where it returns a response. The returned function takes it away. */
  readonly intercept: (answer: (request: Request) => Response | Promise<Response> | undefined) => () => void;
  readonly requests: readonly RequestRecord[];
  /** Ends every stream and stops the controllers. */
  readonly close: () => void;
}

export interface ClusterOptions {
  readonly clock: SimClock;
  readonly seed: number;
  readonly name: string;
  readonly unreachable?: boolean;
  /** Without controllers objects stay as they are written. */
  readonly controllers?: boolean;
  /** Nodes to make when there are none and controllers run; 3 when absent. */
  readonly nodes?: number;
  /** Custom resources that are defined, of those that can be: `rollouts.argoproj.io`. */
  readonly customResources?: readonly string[];
}

const adminUser = { name: "admin", uid: "admin", groups: ["system:masters"], rules: undefined } as const;
const protobuf = "application/vnd.kubernetes.protobuf";
/** How many requests are remembered. */
const requestLimit = 20_000;

/** One simulated cluster: objects, an API server in front of them, and controllers behind. */
export function createSimulatedCluster(options: ClusterOptions): SimulatedCluster {
  const { clock, name, seed, unreachable = false, controllers: controlled = true, nodes } = options;
  const store = createStore({ clock, seed });
  const identity = seededRandom(seed ^ 0x2545f491);
  const token = `sim-${uuid(identity)}`;
  const users = new Map<string, User>([[token, adminUser]]);
  const policies = new Set<AdmissionPolicy>();
  const interceptors = new Set<(request: Request) => Response | Promise<Response> | undefined>();
  const requests: RequestRecord[] = [];
  const custom = new Set(options.customResources);
  const closing = new AbortController();
  for (const namespace of ["default", "kube-node-lease", "kube-public", "kube-system"]) {
    store.create("namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels: { "kubernetes.io/metadata.name": namespace } },
      spec: { finalizers: ["kubernetes"] },
      status: { phase: "Active" },
    });
  }
  const controllers = controlled ? startControllers(store, nodes === undefined ? {} : { nodes }) : undefined;
  const unsubscribe = store.subscribe((event) => {
    const { namespace } = event.object.metadata;
    if (event.type === "DELETED" && namespace !== undefined) emptyNamespace(store, namespace);
  });

  const authenticate = (headers: Headers, trusted: boolean): User | undefined => {
    const credentials = /^Bearer (.+)$/.exec(headers.get("authorization") ?? "")?.[1];
    if (credentials === undefined) return trusted ? adminUser : anonymous;
    return users.get(credentials);
  };

  const handle: SimulatedCluster["handle"] = async (request, { trusted = true } = {}) => {
    const url = new URL(request.url);
    const { headers, method, signal } = request;
    const body = method === "GET" || method === "HEAD" ? "" : await readBody(request);
    const auditId = headers.get("audit-id") ?? uuid(identity);
    const caller = authenticate(headers, trusted);
    const user = caller === undefined ? undefined : impersonate(caller, headers, users);
    if (requests.length >= requestLimit) requests.splice(0, requestLimit / 2);
    requests.push({
      method,
      path: url.pathname,
      query: url.search.slice(1),
      contentType: headers.get("content-type") ?? "",
      body,
      userAgent: headers.get("user-agent") ?? "",
      user: user?.name ?? "",
      auditId,
      time: clock.now(),
    });
    for (const answer of interceptors) {
      const intercepted = answer(
        new Request(request.url, { method, headers, signal, ...(body === "" ? {} : { body }) }),
      );
      if (intercepted !== undefined) return await intercepted;
    }
    const warnings: string[] = [];
    const respond = (): Response => {
      if (user === undefined) return failed(failure(401, "Unauthorized", "Unauthorized"));
      const call: ApiCall = {
        ...{ store, user, method, body, signal, custom },
        headers: asJson(headers, body),
        policies: [...policies],
        route: parseRoute(method, url),
        query: url.searchParams,
        warn: (text) => warnings.push(text),
      };
      return answerCall(call, closing.signal);
    };
    return decorate(respond(), auditId, warnings, clock.now());
  };

  return {
    name,
    store,
    unreachable,
    token,
    handle,
    requests,
    addToken: (secret, user, groups = [], rules = undefined) => {
      users.set(secret, { name: user, uid: user, groups, rules });
    },
    addPolicy: (policy) => {
      policies.add(policy);
      return () => {
        policies.delete(policy);
      };
    },
    intercept: (answer) => {
      interceptors.add(answer);
      return () => {
        interceptors.delete(answer);
      };
    },
    close: () => {
      unsubscribe();
      controllers?.stop();
      closing.abort();
    },
  };
}

/** The body as JSON text, whichever of the two encodings it came in; what cannot be read of the binary one is empty. */
async function readBody(request: Request): Promise<string> {
  if (request.headers.get("content-type") !== protobuf) return request.text();
  const found = readBinaryObject(new Uint8Array(await request.arrayBuffer()));
  return found === undefined ? "" : JSON.stringify(found.document);
}

function asJson(headers: Headers, body: string): Headers {
  if (headers.get("content-type") !== protobuf || body === "") return headers;
  const changed = new Headers(headers);
  changed.set("content-type", "application/json");
  return changed;
}

/** Whoever may do everything may act as somebody else, with that user's own rules. */
function impersonate(user: User, headers: Headers, users: ReadonlyMap<string, User>): User {
  const name = headers.get("impersonate-user");
  if (name === null || user.rules !== undefined) return user;
  const groups = headers.get("impersonate-group")?.split(", ") ?? [];
  const known = [...users.values()].find((candidate) => candidate.name === name);
  if (known !== undefined) return { ...known, groups: [...known.groups, ...groups] };
  return { name, uid: "", groups, rules: groups.includes("system:masters") ? undefined : [] };
}

function decorate(response: Response, auditId: string, warnings: readonly string[], now: number): Response {
  const { headers } = response;
  headers.set("audit-id", auditId);
  headers.set("date", new Date(now).toUTCString());
  if (!headers.has("cache-control")) headers.set("cache-control", "no-cache, private");
  headers.set("x-kubernetes-pf-flowschema-uid", "6b6ff1f2-0d5c-4f04-a39d-5b8a2d8b21a1");
  headers.set("x-kubernetes-pf-prioritylevel-uid", "0b2a5d07-5f44-4cc4-8a0e-0d7ac6f2f3d4");
  for (const text of new Set(warnings)) headers.append("warning", `299 - ${JSON.stringify(text)}`);
  return response;
}
