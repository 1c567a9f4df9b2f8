import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Kubeconfig, loadKubeconfig } from "../../src/runtime/kubeconfig.ts";
import type { KubeconfigCluster, KubeconfigUser } from "../../src/runtime/kubeconfig-entry.ts";

const folder = join(import.meta.dirname, "kubeconfigs");

/** kubectl: the one that a variable names, the control plane's, or the one on the path. */
function findKubectl(): string {
  const named = process.env["RESTART_KUBECTL"];
  if (named) return named;
  const cache = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "restart-control-plane");
  const built = existsSync(cache)
    ? readdirSync(cache)
        .map((key) => join(cache, key, "kubectl"))
        .find((path) => existsSync(path))
    : undefined;
  const onPath = (process.env["PATH"] ?? "").split(delimiter).map((directory) => join(directory, "kubectl"));
  const found = built ?? onPath.find((path) => existsSync(path));
  if (found === undefined) throw new Error("no kubectl to compare with: name one in RESTART_KUBECTL, or install it");
  return found;
}

function load(files: readonly string[], environment = true): Kubeconfig {
  const paths = files.map((file) => resolve(folder, file));
  return loadKubeconfig({
    ...(environment ? {} : { explicitFiles: paths }),
    env: environment ? { KUBECONFIG: paths.join(delimiter) } : {},
    homeDirectory: "/nowhere",
    workingDirectory: folder,
  });
}

type Named<K extends string> = { readonly name: string } & { readonly [key in K]: Readonly<Record<string, unknown>> };
interface KubectlView {
  readonly "current-context": string;
  readonly clusters: readonly Named<"cluster">[] | null;
  readonly users: readonly Named<"user">[] | null;
  readonly contexts: readonly Named<"context">[] | null;
}

function kubectlView(files: readonly string[]): KubectlView {
  const KUBECONFIG = files.map((file) => resolve(folder, file)).join(delimiter);
  const env = { ...process.env, KUBECONFIG };
  const words = ["config", "view", "--raw", "-o", "json"];
  return JSON.parse(execFileSync(findKubectl(), words, { env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
}

const base64 = (text: string | undefined) => (text === undefined ? undefined : Buffer.from(text).toString("base64"));

/** Without what is not set, as kubectl prints it. */
function set(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined && value !== false && value !== ""),
  );
}

function clusterView(cluster: KubeconfigCluster): Readonly<Record<string, unknown>> {
  return set({
    server: cluster.server,
    "tls-server-name": cluster.tlsServerName,
    "insecure-skip-tls-verify": cluster.insecureSkipTlsVerify,
    "certificate-authority": cluster.certificateAuthority,
    "certificate-authority-data": base64(cluster.certificateAuthorityData),
    "proxy-url": cluster.proxyUrl,
    "disable-compression": cluster.disableCompression,
  });
}

function userView(user: KubeconfigUser): Readonly<Record<string, unknown>> {
  const { exec, impersonate, authProvider } = user;
  return set({
    "client-certificate": user.clientCertificate,
    "client-certificate-data": base64(user.clientCertificateData),
    "client-key": user.clientKey,
    "client-key-data": base64(user.clientKeyData),
    token: user.token,
    tokenFile: user.tokenFile,
    username: user.username,
    password: user.password,
    as: impersonate?.user,
    "as-uid": impersonate?.uid,
    "as-groups": impersonate?.groups?.length ? impersonate.groups : undefined,
    "as-user-extra": Object.keys(impersonate?.extra ?? {}).length > 0 ? impersonate?.extra : undefined,
    exec: exec && { command: exec.command, args: exec.args, env: exec.env, apiVersion: exec.apiVersion },
    "auth-provider": authProvider && { name: authProvider.name, config: authProvider.config },
  });
}

function ours(kubeconfig: Kubeconfig) {
  const byName = <T extends { readonly name: string }>(entries: readonly T[], view: (entry: T) => unknown) =>
    Object.fromEntries(entries.map((entry) => [entry.name, view(entry)]));
  return {
    current: kubeconfig.currentContext,
    clusters: byName(kubeconfig.clusters, clusterView),
    users: byName(kubeconfig.users, userView),
    contexts: byName(kubeconfig.contexts, ({ cluster, user, namespace }) => set({ cluster, user, namespace })),
  };
}

const pathKeys = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];

/** kubectl shows paths as they are written, and resolves them against their file's folder when it uses them. */
function resolved(
  object: Readonly<Record<string, unknown>>,
  entry: { readonly origin: { readonly file: string } } | undefined,
): Readonly<Record<string, unknown>> {
  const base = dirname(entry?.origin.file ?? folder);
  const isPath = (key: string, value: unknown): value is string => pathKeys.includes(key) && typeof value === "string";
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, isPath(key, value) ? resolve(base, value) : value]),
  );
}

function theirs(view: KubectlView, kubeconfig: Kubeconfig) {
  const find = <T extends { readonly name: string }>(entries: readonly T[], name: string) =>
    entries.find((entry) => entry.name === name);
  const clusters = (view.clusters ?? []).map(({ name, cluster: { extensions: _, ...cluster } }) => [
    name,
    set(resolved(cluster, find(kubeconfig.clusters, name))),
  ]);
  const users = (view.users ?? []).map(({ name, user }) => {
    const from = find(kubeconfig.users, name);
    const exec = user["exec"] as Readonly<Record<string, unknown>> | undefined;
    const { command, args, env, apiVersion } = exec ?? {};
    // client-go resolves a command only when it is a path (clientcmd, GetAuthInfoFileReferences).
    const isPath = typeof command === "string" && command.includes("/");
    const program = isPath ? resolve(dirname(from?.origin.file ?? folder), command) : command;
    const plugin = exec && { command: program, args: args ?? [], env: env ?? [], apiVersion };
    return [name, set({ ...resolved(user, from), exec: plugin })];
  });
  const contexts = (view.contexts ?? []).map(({ name, context }) => [name, set(context)]);
  return {
    current: view["current-context"],
    clusters: Object.fromEntries(clusters),
    users: Object.fromEntries(users),
    contexts: Object.fromEntries(contexts),
  };
}

const lists: readonly (readonly string[])[] = [
  ["plain.yaml"],
  ["same-names.yaml"],
  ["plain.yaml", "same-names.yaml"],
  ["same-names.yaml", "plain.yaml"],
  ["missing.yaml", "plain.yaml"],
  ["plain.yaml", "missing.yaml", "inline.json"],
  ["nested/relative.yaml", "plain.yaml"],
  ["inline.json"],
  ["windows.yaml"],
  ["empty.yaml", "comment.yaml", "document.yaml", "windows.yaml"],
  ["empty.yaml"],
  ["anchors.yaml"],
  ["words.yaml"],
  ["tabs.kubeconfig"],
  ["byte-order-mark.yaml", "tabs.kubeconfig"],
  ["unknown-keys.yaml", "provider.yaml"],
  ["provider.yaml", "unknown-keys.yaml", "anchors.yaml", "inline.json", "nested/relative.yaml", "same-names.yaml"],
];

describe("kubeconfig files", () => {
  it.each(lists.map((list) => ({ list })))("$list are read as kubectl reads them", ({ list }) => {
    const kubeconfig = load(list);
    expect(ours(kubeconfig)).toEqual(theirs(kubectlView(list), kubeconfig));
  });

  const refused: readonly { readonly name: string; readonly text: string }[] = [
    { name: "a name twice", text: "clusters: [{name: c, cluster: {}}, {name: c, cluster: {}}]" },
    { name: "a number for a text", text: "users: [{name: u, user: {token: 123}}]" },
    { name: "a word that is a switch for a text", text: "current-context: no" },
    { name: "a text for a switch", text: 'clusters: [{name: c, cluster: {insecure-skip-tls-verify: "yes"}}]' },
    { name: "a number among texts", text: "users: [{name: u, user: {exec: {command: x, args: [1]}}}]" },
    { name: "a map for a list", text: "contexts: {}" },
    { name: "a list for a map", text: "[]" },
    { name: "a word for a map", text: "hello" },
    { name: "another kind", text: "kind: Pod" },
    { name: "another version", text: "kind: Config\napiVersion: v2" },
    { name: "broken YAML", text: "users: [{name: u" },
    { name: "an alias of nothing", text: "current-context: *x" },
    { name: "data that is no base64", text: 'clusters: [{name: c, cluster: {certificate-authority-data: "@@"}}]' },
    {
      name: "base64 that goes on after its end",
      text: 'clusters: [{name: c, cluster: {certificate-authority-data: "aGk=aGk="}}]',
    },
  ];
  it.each(refused)("with $name are refused, as kubectl refuses them", ({ text }) => {
    const path = join(mkdtempSync(join(tmpdir(), "restart-kubeconfig-")), "config");
    writeFileSync(path, text);
    try {
      expect(() => kubectlView([path])).toThrow("Command failed");
      expect(() => load([path])).toThrow(expect.objectContaining({ reason: "InvalidConfig" }));
    } finally {
      rmSync(dirname(path), { recursive: true });
    }
  });

  it("named on the command line must all be there", () => {
    expect(() => load(["plain.yaml", "missing.yaml"], false)).toThrow(/missing\.yaml/);
  });

  it("are looked for at home when nothing names them, and their absence is no error yet", () => {
    const kubeconfig = loadKubeconfig({ env: {}, homeDirectory: "/nowhere", workingDirectory: "/" });
    expect([kubeconfig.contexts, kubeconfig.candidates]).toEqual([[], ["/nowhere/.kube/config"]]);
  });
});
