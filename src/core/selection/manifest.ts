import { toRestartError } from "../../kube/error.ts";
import { resourcePath } from "../../kube/path.ts";
import { parseKind, unrestartableKinds, workloadKinds } from "../kinds/index.ts";
import type { WorkloadKind } from "../kinds/workload-kind.ts";
import type { TypedKind } from "./parse-targets.ts";

/** One part of a file that names workloads, and the line (from 1) at which it begins. */
export type ManifestEntry = {
  /** As it was named; `-` is standard input. */
  readonly file: string;
  readonly line: number;
} & (
  | { readonly type: "object"; readonly content: unknown }
  /** `[context] [namespace/]kind/name`. */
  | { readonly type: "line"; readonly text: string }
  /** Cannot be read; the sentence holds nothing of the file, which may hold secrets. */
  | { readonly type: "unreadable"; readonly problem: string }
);

interface Named {
  readonly type: TypedKind;
  readonly name: string;
  /** Undefined where the file leaves it open. */
  readonly namespace: string | undefined;
  readonly context: string | undefined;
}

/** A workload that a file names. */
export interface ManifestTarget extends Named {
  readonly file: string;
  readonly line: number;
}

/** Something in a file that has to be mended first. */
export interface InvalidManifest {
  readonly file: string;
  readonly line: number;
  readonly problem: string;
}

export interface ManifestTargets {
  /** In the order of the files. */
  readonly targets: readonly ManifestTarget[];
  readonly invalid: readonly InvalidManifest[];
  /** Kinds of the objects that have nothing to restart, each once. */
  readonly passedOver: readonly string[];
}

type Outcome = Named | { readonly problem: string } | { readonly passedOver: string };

/** Reads which workloads files name. Only names are taken from an object: what is restarted is the one in the cluster. */
export function readManifests(entries: readonly ManifestEntry[]): ManifestTargets {
  const targets: ManifestTarget[] = [];
  const invalid: InvalidManifest[] = [];
  const passedOver = new Set<string>();
  for (const entry of entries) {
    const { file, line } = entry;
    for (const outcome of readEntry(entry)) {
      if ("problem" in outcome) invalid.push({ file, line, problem: outcome.problem });
      else if ("passedOver" in outcome) passedOver.add(outcome.passedOver);
      else targets.push({ ...outcome, file, line });
    }
  }
  return { targets, invalid, passedOver: [...passedOver] };
}

function readEntry(entry: ManifestEntry): readonly Outcome[] {
  switch (entry.type) {
    case "unreadable":
      return [entry];
    case "line":
      return [readLine(entry.text)];
    case "object":
      return readObject(entry.content, {});
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** `inherited` is what the list around it says of the kind of its items, which a typed list leaves out. */
function readObject(content: unknown, inherited: Fields): readonly Outcome[] {
  if (!isFields(content)) return [{ problem: "this is no Kubernetes object" }];
  const { kind, apiVersion, items }: Fields = { ...inherited, ...content };
  if (typeof kind !== "string" || kind === "") return [{ problem: "kind is missing: this is no Kubernetes object" }];
  if (typeof apiVersion !== "string" || apiVersion === "") return [{ problem: `apiVersion of the ${kind} is missing` }];
  if (kind.endsWith("List") && Array.isArray(items)) {
    const of: Fields = kind === "List" ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
    return items.flatMap((item: unknown) => readObject(item, of));
  }
  const workload = kindOf(apiVersion, kind);
  if (workload === undefined) return [{ passedOver: kind }];
  const metadata = isFields(content["metadata"]) ? content["metadata"] : {};
  const { name, namespace } = metadata;
  if (typeof name !== "string" || name === "") return [{ problem: `the ${kind} has no name` }];
  if (namespace !== undefined && namespace !== null && typeof namespace !== "string") {
    return [{ problem: `the namespace of the ${kind} is no text` }];
  }
  return [named({ restartable: true, kind: workload }, name, namespace || undefined, undefined)];
}

/** A name that no object can have is the file's mistake, and would be no part of a request's path. */
function named(type: TypedKind, name: string, namespace: string | undefined, context: string | undefined): Outcome {
  try {
    resourcePath({ group: "", version: "v1", resource: "pods", name, ...(namespace !== undefined && { namespace }) });
    return { type, name, namespace, context };
  } catch (caught) {
    return { problem: toRestartError(caught).message };
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Versions come and go, and the object in the cluster is read in ours; `extensions` is where the kinds of `apps` were. */
function kindOf(apiVersion: string, kind: string): WorkloadKind | undefined {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  const wanted = group === "extensions" ? "apps" : group;
  return workloadKinds.find((each) => each.kind === kind && each.group === wanted);
}

function readLine(text: string): Outcome {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const [path = "", ...more] = words.toReversed();
  const parts = path.split("/");
  if (more.length > 1 || parts.length < 2 || parts.length > 3 || parts.includes("")) {
    return { problem: "this is not [context] namespace/kind/name" };
  }
  const [name = "", kindText = "", namespace] = parts.toReversed();
  const kind = parseKind(kindText);
  const other = unrestartableKinds.find(({ names }) => names.includes(kindText.toLowerCase()));
  const [context] = more;
  if (kind !== undefined) return named({ restartable: true, kind }, name, namespace, context);
  if (other !== undefined) return named({ restartable: false, kind: other }, name, namespace, context);
  return { problem: "there is no such kind that can be restarted" };
}
