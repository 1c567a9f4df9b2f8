import type { KubeObject } from "../../kube/answer.ts";
import type { KubeApi } from "../../kube/cluster.ts";
import type { FoundWorkload } from "../found-workload.ts";
import { listPlaces } from "./read-places.ts";

/**
 * When the newest of the Secrets and ConfigMaps that a workload uses was changed last, in milliseconds of the cluster's
 * clock; minus infinity when it uses none that is there. Each namespace is read once, by metadata alone, and only for
 * what is used in it. Rejects like a list: who may not list Secrets cannot tell.
 */
export async function readChanges(
  api: KubeApi,
  found: readonly FoundWorkload[],
  signal: AbortSignal,
): Promise<(workload: FoundWorkload) => number> {
  const used = new Map(found.map((one) => [one.workload.ref.uid, usedBy(one)]));
  const changed = new Map<string, number>();
  const read = async (kind: "ConfigMap" | "Secret", resource: string) => {
    const users = found.filter((one) => used.get(one.workload.ref.uid)?.some((use) => use.kind === kind));
    const namespaces = [...new Set(users.map(({ workload }) => workload.ref.namespace))];
    const items = await listPlaces(
      api,
      resource,
      `${kind}List`,
      namespaces,
      projectChange,
      { metadataOnly: true },
      signal,
    );
    for (const { namespace, name, time } of items) changed.set(keyOf(kind, namespace, name), time);
  };
  await Promise.all([read("ConfigMap", "configmaps"), read("Secret", "secrets")]);
  return ({ workload: { ref } }) => {
    const times = (used.get(ref.uid) ?? []).map(({ kind, name }) => changed.get(keyOf(kind, ref.namespace, name)));
    return Math.max(Number.NEGATIVE_INFINITY, ...times.filter((time) => time !== undefined));
  };
}

/** A pull secret is used once, before a container starts: a new one changes nothing for what runs. */
function usedBy({ needs, template }: FoundWorkload): readonly { readonly kind: string; readonly name: string }[] {
  const { spec } = JSON.parse(template ?? "{}") as {
    readonly spec?: { readonly imagePullSecrets?: readonly { readonly name?: string }[] };
  };
  const pulls = new Set(spec?.imagePullSecrets?.map(({ name }) => name));
  return needs.references.filter(
    ({ kind, name, optional, key, container }) =>
      (kind === "ConfigMap" || kind === "Secret") &&
      !(kind === "Secret" && optional && key === undefined && container === "" && pulls.has(name)),
  );
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

function projectChange({ metadata }: KubeObject): {
  readonly namespace: string;
  readonly name: string;
  readonly time: number;
} {
  const { managedFields = [] } = metadata as { readonly managedFields?: readonly { readonly time?: string }[] };
  const times = [metadata.creationTimestamp, ...managedFields.map(({ time }) => time)].map((text) =>
    Date.parse(text ?? ""),
  );
  return {
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    time: Math.max(...times.filter((time) => !Number.isNaN(time))),
  };
}
