import {
  type InvalidManifest,
  isPattern,
  type ManifestTarget,
  type ManifestTargets,
  matchPatterns,
  RestartError,
  readManifests,
  type TargetSelection,
} from "../core/index.ts";
import { cleaned } from "../words/clean.ts";
import { count, listed, objectName } from "../words/names.ts";
import type { Invocation } from "./arguments.ts";
import type { CliHost } from "./cli-host.ts";

/** The targets that files name, and the contexts that they name with them. */
export interface FileSelection {
  readonly selection: TargetSelection;
  readonly contexts: readonly string[];
}

/**
 * Reads the targets of `-f`. One thing in them that cannot be read refuses all, with the good ones listed, unless
 * `--skip-invalid` leaves it out; nothing in them that restarts is `NotFound`.
 */
export async function readFiles(host: CliHost, invocation: Invocation): Promise<FileSelection> {
  const { files, recursive, skipInvalid, excludes } = invocation.selection;
  const read = readManifests(await host.readManifests(files, recursive));
  if (read.invalid.length > 0 && !skipInvalid) throw await refusal(host, read);
  for (const one of read.invalid) await host.streams.err(`skipped: ${cleaned(placed(one))}\n`);
  if (read.targets.length === 0) throw nothing(files, read);
  const contexts = contextsOf(read.targets, invocation);
  return {
    contexts,
    selection: {
      items: read.targets.map(({ type, name, namespace, context }) => ({
        type,
        name,
        glob: false,
        namespace: checkedNamespace(namespace, invocation),
        context,
      })),
      excludes,
      suspicious: [],
    },
  };
}

function placed({ file, line, problem }: InvalidManifest): string {
  return `${file === "-" ? "standard input" : file}:${line}: ${problem}`;
}

async function refusal({ streams }: CliHost, { targets, invalid }: ManifestTargets): Promise<RestartError> {
  const good = targets.map(({ type: { kind }, name, namespace, file, line }) => {
    const where = namespace === undefined ? "" : ` in ${namespace}`;
    return `read: ${objectName({ ...kind, name })}${where} (${file}:${line})\n`;
  });
  await streams.err(
    cleaned(good.map((line) => line.trimEnd()))
      .map((line) => `${line}\n`)
      .join(""),
  );
  const [first, ...others] = invalid.map(placed);
  const more = others.length === 0 ? "" : `; ${others.join("; ")}`;
  return new RestartError("Usage", `${first}${more}`, {
    detail: {
      file: invalid[0]?.file ?? "",
      line: String(invalid[0]?.line ?? 1),
      advice: "nothing is done until it is mended; --skip-invalid goes on with the rest",
    },
  });
}

function nothing(files: readonly string[], { passedOver }: ManifestTargets): RestartError {
  const kinds =
    passedOver.length === 0 ? "" : ` (${listed(passedOver.slice(0, 5))}${passedOver.length > 5 ? " …" : ""})`;
  return new RestartError("NotFound", `nothing in ${listed(files)} can be restarted${kinds}`);
}

function isMeant(name: string, meant: readonly string[]): boolean {
  return meant.some(isPattern) ? matchPatterns(meant, name) : meant.includes(name);
}

/** kubectl's refusal of two namespaces that disagree (cli-runtime pkg/resource/visitor.go, RequireNamespace). */
function checkedNamespace(own: string | undefined, { namespaces }: Invocation): string | undefined {
  const [wanted, ...others] = namespaces;
  if (own === undefined || wanted === undefined) return own;
  if (isMeant(own, namespaces)) return own;
  if (others.length === 0) {
    throw new RestartError(
      "Usage",
      `the namespace from the provided object "${own}" does not match the namespace "${wanted}". You must pass '--namespace=${own}' to perform this operation.`,
    );
  }
  throw new RestartError("Usage", `the namespace from the provided object "${own}" is none of ${listed(namespaces)}`);
}

/** More than one cluster never comes from the current context: either every line names one, or `--context` does. */
function contextsOf(targets: readonly ManifestTarget[], { contexts }: Invocation): readonly string[] {
  const named = [...new Set(targets.flatMap(({ context }) => context ?? []))];
  if (contexts.length > 0) {
    const other = targets.find(({ context }) => context !== undefined && !isMeant(context, contexts));
    if (other === undefined) return contexts;
    throw new RestartError(
      "Usage",
      `${other.file}:${other.line} names the context ${other.context}, which --context leaves out`,
    );
  }
  if (named.length === 0) return contexts;
  const open = targets.filter(({ context }) => context === undefined);
  const [first] = open;
  if (first === undefined) return named;
  throw new RestartError(
    "Usage",
    `${first.file}:${first.line} names no context while others do (${count(open.length, "line")}); add --context or name it there`,
  );
}
