import {
  type OwnerAbove,
  onCluster,
  RestartError,
  restartableOwner,
  type TargetItem,
  type TargetSelection,
} from "../core/index.ts";
import { commandLine, serverName } from "../words/names.ts";
import type { Invocation } from "./arguments.ts";
import type { OpenCluster } from "./open-clusters.ts";
import type { Problem } from "./problem.ts";
import { scopeOf } from "./scope.ts";

export interface Refused {
  readonly missing: readonly Problem[];
  readonly blocked: readonly Problem[];
  /** With `--restart-owner`: the selection with the workloads above in place of what they own. */
  readonly selection: TargetSelection;
}

/** Kinds without a rollout: refused by name, with the workload above them where there is one. */
export async function findUnrestartable(
  clusters: readonly OpenCluster[],
  selection: TargetSelection,
  invocation: Invocation,
  signal: AbortSignal,
): Promise<Refused> {
  const missing: Problem[] = [];
  const blocked: Problem[] = [];
  const owners = new Map<TargetItem, TargetItem[]>();
  for (const cluster of clusters) {
    const { api, entry } = cluster;
    const scope = scopeOf(invocation, entry);
    const [first = entry.namespace] = scope.type === "names" ? scope.names : [];
    for (const asked of selection.items) {
      const { type, name: named, glob, ...place } = asked;
      if (type.restartable || (place.context ?? entry.name) !== entry.name) continue;
      const name = glob ? undefined : named;
      const namespace = place.namespace ?? first;
      const { apiVersion, kind } = type.kind;
      const target = {
        cluster: entry.name,
        clusterUid: "",
        apiVersion,
        kind,
        metadata: { namespace, name: name ?? "", uid: "" },
      };
      const command = type.kind.command?.({ cluster: entry.name, namespace, name: name ?? "NAME" }, {});
      let advice = command === undefined ? "" : `; its operator does it: ${commandLine(command)}`;
      try {
        // What its operator restarts has no other owner to go to, and may not even be served.
        const owner =
          name === undefined || command !== undefined
            ? undefined
            : await restartableOwner(api, type.kind, namespace, name, signal);
        if (owner?.type === "workload" && invocation.restartOwner) {
          const item: TargetItem = {
            type: { restartable: true, kind: owner.kind },
            name: owner.name,
            glob: false,
            namespace,
            context: entry.name,
          };
          owners.set(asked, [...(owners.get(asked) ?? []), item]);
          continue;
        }
        if (owner !== undefined) advice = ownerAdvice(owner);
        if (kind === "ConfigMap" && name !== undefined) {
          advice = `; restart what uses it: restart deploy,sts,ds --uses configmap/${name}`;
        }
      } catch (caught) {
        const error = onCluster(caught, entry.name);
        if (signal.aborted) throw error;
        if (error.reason === "NotFound") {
          missing.push({ error, target });
          continue;
        }
        if (error.reason !== "Forbidden") throw error;
      }
      const what = name === undefined ? `a ${kind}` : serverName({ apiVersion, kind, name });
      const why = command === undefined ? `: a ${kind} has no rollout` : " like a Deployment";
      const message = `${what} cannot be restarted${why}${advice}`;
      const findings = [{ code: "not-restartable", level: "block", evidence: { message } }] as const;
      blocked.push({
        error: new RestartError("Blocked", message, { detail: { cluster: entry.name } }),
        target,
        findings,
      });
    }
  }
  const items = selection.items.flatMap((item) => owners.get(item) ?? [item]);
  return { missing, blocked, selection: { ...selection, items } };
}

function ownerAdvice(owner: OwnerAbove): string {
  if (owner.type === "foreign") {
    const { kind, name } = owner.owner;
    return `; it belongs to ${kind}/${name}, whose operator does it: ${commandLine(owner.command)}`;
  }
  return `; restart its owner: restart ${owner.kind.singular}/${owner.name}, or add --restart-owner`;
}
