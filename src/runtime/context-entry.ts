import { nearest } from "../core/index.ts";
import { RestartError } from "../kube/error.ts";
import { impersonationProblem } from "./impersonation.ts";
import type { Kubeconfig } from "./kubeconfig.ts";
import { invalidKubeconfig } from "./kubeconfig-document.ts";
import type { Impersonation, KubeconfigCluster, KubeconfigUser } from "./kubeconfig-entry.ts";

/** One context, looked up: everything that is needed to reach its cluster. */
export interface ContextEntry {
  readonly name: string;
  readonly clusterName: string;
  /** With scheme, without a trailing slash; may have a path (Rancher and other gateways). */
  readonly server: string;
  readonly userName: string;
  readonly namespace: string;
  readonly cluster: KubeconfigCluster;
  /** undefined: requests go out without credentials. */
  readonly user: KubeconfigUser | undefined;
  readonly impersonate: Impersonation | undefined;
}

/** What the command line says about the context: kubectl's flags. An absent field leaves the kubeconfig's value. */
export interface ContextFlags {
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
  readonly as?: string;
  readonly asUid?: string;
  readonly asGroups?: readonly string[];
  readonly asExtra?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Looks up a context with kubectl's precedence: flag, then the kubeconfig's context, then the default.
 * Unlike kubectl it never falls back to `localhost:8080`.
 * Throws `Usage` for a name on the command line that does not exist (`detail.nearest` has the likely spelling) and
 * `InvalidConfig` for a kubeconfig that cannot be used as written.
 */
export function resolveContext(kubeconfig: Kubeconfig, flags: ContextFlags = {}): ContextEntry {
  const name = flags.context ?? kubeconfig.currentContext;
  if (name === "" && flags.cluster === undefined) throw noContext(kubeconfig);
  const context = kubeconfig.contexts.find((entry) => entry.name === name);
  if (context === undefined && name !== "") {
    const candidates = kubeconfig.contexts.map((entry) => entry.name);
    if (flags.context !== undefined) throw unknown("context", name, candidates);
    throw new RestartError(
      "InvalidConfig",
      `the current context ${quote(name)} does not exist in ${files(kubeconfig)}`,
      {
        detail: withNearest({ context: name }, name, candidates),
      },
    );
  }
  const clusterName = flags.cluster ?? context?.cluster ?? "";
  const cluster = kubeconfig.clusters.find((entry) => entry.name === clusterName);
  if (cluster === undefined) {
    const candidates = kubeconfig.clusters.map((entry) => entry.name);
    if (flags.cluster !== undefined || context === undefined) throw unknown("cluster", clusterName, candidates);
    throw dangling(context, "cluster", clusterName, candidates);
  }
  const userName = flags.user ?? context?.user ?? "";
  const user = kubeconfig.users.find((entry) => entry.name === userName);
  if (user === undefined && userName !== "") {
    const candidates = kubeconfig.users.map((entry) => entry.name);
    if (flags.user !== undefined || context === undefined) throw unknown("user", userName, candidates);
    throw dangling(context, "user", userName, candidates);
  }
  return {
    name: name === "" ? clusterName : name,
    clusterName,
    server: serverUrl(cluster, user),
    userName,
    namespace: flags.namespace || context?.namespace || "default",
    cluster,
    user,
    impersonate: mergeImpersonation(user, flags),
  };
}

function noContext(kubeconfig: Kubeconfig): RestartError {
  if (kubeconfig.contexts.length > 0) {
    return new RestartError("InvalidConfig", `no context is chosen: ${files(kubeconfig)} has no current-context`, {
      detail: { contexts: kubeconfig.contexts.map((entry) => entry.name).join(" ") },
    });
  }
  const where = kubeconfig.files.length > 0 ? kubeconfig.files : kubeconfig.candidates;
  const place = where.length === 0 ? "no kubeconfig file is named" : `no context in ${where.join(", ")}`;
  return new RestartError("InvalidConfig", `there is no cluster configuration: ${place}`);
}

function unknown(noun: string, name: string, candidates: readonly string[]): RestartError {
  return new RestartError("Usage", `${noun} ${quote(name)} does not exist in the kubeconfig`, {
    detail: withNearest({ [noun]: name }, name, candidates),
  });
}

function dangling(
  context: { readonly name: string; readonly origin: { readonly file: string; readonly line: number } },
  noun: string,
  name: string,
  candidates: readonly string[],
): RestartError {
  const problem =
    name === ""
      ? `context ${quote(context.name)} names no ${noun}`
      : `context ${quote(context.name)} names the ${noun} ${quote(name)}, which does not exist`;
  const error = invalidKubeconfig(context.origin.file, context.origin.line, problem);
  return new RestartError(error.reason, error.message, { detail: withNearest(error.detail, name, candidates) });
}

function serverUrl(cluster: KubeconfigCluster, user: KubeconfigUser | undefined): string {
  const { file, line } = cluster.origin;
  if (cluster.server === "") throw invalidKubeconfig(file, line, `cluster ${quote(cluster.name)} has no server`);
  // Without a scheme client-go takes https only when something about TLS is configured.
  const tls =
    cluster.insecureSkipTlsVerify ||
    (cluster.certificateAuthority ?? cluster.certificateAuthorityData) !== undefined ||
    (user?.clientCertificate ?? user?.clientCertificateData) !== undefined;
  const written = /^[a-z][a-z0-9+.-]*:\/\//iu.test(cluster.server)
    ? cluster.server
    : `${tls ? "https" : "http"}://${cluster.server}`;
  const url = URL.parse(written);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw invalidKubeconfig(file, line, `the server of cluster ${quote(cluster.name)} is not an http or https URL`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    const problem = `the server of cluster ${quote(cluster.name)} must be a plain URL without user, query or fragment`;
    throw invalidKubeconfig(file, line, problem);
  }
  return url.href.replace(/\/+$/u, "");
}

function mergeImpersonation(user: KubeconfigUser | undefined, flags: ContextFlags): Impersonation | undefined {
  const written = user?.impersonate;
  const name = flags.as ?? written?.user;
  const uid = flags.asUid ?? written?.uid;
  const groups = flags.asGroups?.length ? flags.asGroups : (written?.groups ?? []);
  const extra = { ...written?.extra, ...flags.asExtra };
  const merged: Impersonation = {
    ...(name && { user: name }),
    ...(uid && { uid }),
    groups,
    extra,
  };
  const problem = impersonationProblem(merged);
  if (problem !== undefined) {
    if (user?.impersonate === undefined) throw new RestartError("Usage", problem);
    throw invalidKubeconfig(user.origin.file, user.origin.line, `user ${quote(user.name)}: ${problem}`);
  }
  return merged.user === undefined ? undefined : merged;
}

function withNearest(
  detail: Readonly<Record<string, string>>,
  name: string,
  candidates: readonly string[],
): Readonly<Record<string, string>> {
  const guess = nearest(name, candidates);
  return guess === undefined ? detail : { ...detail, nearest: guess };
}

function files(kubeconfig: Kubeconfig): string {
  return kubeconfig.files.join(", ");
}

function quote(text: string): string {
  return JSON.stringify(text);
}
