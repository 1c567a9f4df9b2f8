import type { KubeApi } from "../kube/cluster.ts";
import { discover } from "../kube/discovery.ts";
import { RestartError } from "../kube/error.ts";
import { foreignKinds } from "./kinds/foreign-kinds.ts";
import { unrestartableKinds, workloadKinds } from "./kinds/index.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";

/** A resource as a URL names it. */
export interface ResourceName {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/**
 * The kind behind a resource. Asks nobody for one that restarts; for any other the cluster says whether it serves it:
 * `Blocked` (code `not-restartable`) when it does, `NotFound` when it does not, `Usage` when its objects have no namespace.
 */
export async function resolveResource(api: KubeApi, name: ResourceName, signal?: AbortSignal): Promise<WorkloadKind> {
  const { group, version, resource } = name;
  const kind = workloadKinds.find((each) => isNamed(each, name));
  if (kind !== undefined) return kind;
  const apiVersion = group === "" ? version : `${group}/${version}`;
  const known = unrestartableKinds.some((each) => each.apiVersion === apiVersion && each.resource === resource);
  const foreign = foreignKinds.some((each) => each.apiVersion.split("/")[0] === group && each.resource === resource);
  if (!known && !foreign) {
    const served = (await discover(api, signal === undefined ? {} : { signal })).find((each) => isNamed(each, name));
    if (served === undefined) throw new RestartError("NotFound", `the cluster serves no ${resource} in ${apiVersion}`);
    if (!served.namespaced)
      throw new RestartError("Usage", `${resource} are in no namespace: they cannot be restarted`);
  }
  throw new RestartError("Blocked", `${resource} have no pods of their own to replace: they cannot be restarted`, {
    detail: { code: "not-restartable", resource, apiVersion },
  });
}

function isNamed(one: ResourceName, other: ResourceName): boolean {
  return one.group === other.group && one.version === other.version && one.resource === other.resource;
}
