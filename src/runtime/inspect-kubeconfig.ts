import { statSync } from "node:fs";
import type { KeyFileFacts, KubeconfigFacts, KubeconfigFileFacts, ShadowedEntry } from "../core/index.ts";
import { toRestartError } from "../kube/error.ts";
import { inClusterKubeconfig } from "./in-cluster.ts";
import { type KubeconfigOptions, kubeconfigFiles, readKubeconfig } from "./kubeconfig.ts";
import type { KubeconfigFile, KubeconfigUser } from "./kubeconfig-entry.ts";

interface Read {
  readonly facts: KubeconfigFileFacts;
  readonly content: KubeconfigFile | undefined;
}

/** Looks at every file of the kubeconfig by itself, so that a broken one hides nothing of the others. Never throws. */
export function inspectKubeconfig(options: KubeconfigOptions): KubeconfigFacts {
  const { source, files } = kubeconfigFiles(options);
  const read = files.map((file) => readOne(file, source === "flag"));
  const contents = read.flatMap(({ content }) => content ?? []);
  const isEmpty = contents.every(({ contexts, clusters }) => contexts.length === 0 && clusters.length === 0);
  const inCluster = isEmpty ? inClusterKubeconfig(options) : undefined;
  const current = contents.find(({ currentContext }) => currentContext !== "");
  return {
    source: inCluster === undefined ? source : "in-cluster",
    files: read.map(({ facts }) => facts),
    keyFiles: keyFilesOf([...contents.flatMap(({ users }) => users), ...(inCluster?.users ?? [])]),
    shadowed: [
      ...shadowedOf(
        "context",
        contents.flatMap(({ contexts }) => contexts),
      ),
      ...shadowedOf(
        "cluster",
        contents.flatMap(({ clusters }) => clusters),
      ),
      ...shadowedOf(
        "user",
        contents.flatMap(({ users }) => users),
      ),
    ],
    currentContext: current?.currentContext ?? inCluster?.currentContext ?? "",
    currentContextFile: current?.file ?? "",
  };
}

function readOne(file: string, required: boolean): Read {
  const nothing = { contexts: 0, clusters: 0, users: 0, holdsKeys: false };
  const mode = modeOf(file);
  const known = mode === undefined ? { file } : { file, mode };
  try {
    const content = readKubeconfig(file, required);
    if (content === undefined) return { facts: { ...known, ...nothing, state: "missing" }, content };
    const { contexts, clusters, users } = content;
    const counts = { contexts: contexts.length, clusters: clusters.length, users: users.length };
    return { facts: { ...known, ...counts, state: "read", holdsKeys: users.some(holdsKeys) }, content };
  } catch (caught) {
    return { facts: { ...known, ...nothing, state: "broken", error: toRestartError(caught) }, content: undefined };
  }
}

function holdsKeys({ token, password, clientKeyData, authProvider }: KubeconfigUser): boolean {
  return (token ?? password ?? clientKeyData) !== undefined || Object.keys(authProvider?.config ?? {}).length > 0;
}

function keyFilesOf(users: readonly KubeconfigUser[]): readonly KeyFileFacts[] {
  return users.flatMap(({ name, clientKey, tokenFile }) =>
    [clientKey, tokenFile].flatMap((file) => {
      if (file === undefined) return [];
      const mode = modeOf(file);
      return [{ file, user: name, missing: mode === undefined, ...(mode !== undefined && { mode }) }];
    }),
  );
}

/** Permission bits; undefined when there is no such file. Windows has none worth telling. */
function modeOf(file: string): number | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  return process.platform === "win32" ? 0 : stat.mode & 0o777;
}

interface Entry {
  readonly name: string;
  readonly origin: { readonly file: string; readonly line: number };
}

function shadowedOf(entry: ShadowedEntry["entry"], entries: readonly Entry[]): readonly ShadowedEntry[] {
  const first = new Map<string, string>();
  return entries.flatMap(({ name, origin: { file, line } }) => {
    const by = first.get(name);
    if (by !== undefined) return [{ entry, name, file, line, by }];
    first.set(name, file);
    return [];
  });
}
