import { onCluster, RestartError, restartableOwner, type TargetSelection } from "../core/index.ts";
import { commandLine, serverName } from "../words/names.ts";
import type { Invocation } from "./arguments.ts";
import type { OpenCluster } from "./open-clusters.ts";
import type { Problem } from "./problem.ts";
import { scopeOf } from "./scope.ts";

export interface Refused {
  readonly missing: readonly Problem[];
  readonly blocked: readonly Problem[];
}

/** Kinds without a rollout: refused by name, with the workload above them where there is one. */
export async function findUnrestartable(
  clusters: readonly OpenCluster[],
  { items }: TargetSelection,
  invocation: Invocation,
  signal: AbortSignal,
): Promise<Refused> {
  const missing: Problem[] = [];
  const blocked: Problem[] = [];
  for (const cluster of clusters) {
    const { api, entry } = cluster;
    const scope = scopeOf(invocation, entry);
    const [first = entry.namespace] = scope.type === "names" ? scope.names : [];
    for (const { type, name: named, glob, ...place } of items) {
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
        if (owner !== undefined) advice = `; restart its owner: restart ${owner.kind.toLowerCase()}/${owner.name}`;
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
  return { missing, blocked };
}
