import type { KubeApi } from "../core/index.ts";
import type { TuiHost } from "./tui-host.ts";

/** Gives the API of a cluster by its context's name; rejects like `ClusterSource.open`. */
export type OpenApi = (cluster: string) => Promise<KubeApi>;

/** Opens each cluster once; a failure is not kept, so that the next try may do better. */
export function createOpenApi({ clusters, clock, random }: Pick<TuiHost, "clusters" | "clock" | "random">): OpenApi {
  const opened = new Map<string, Promise<KubeApi>>();
  return (name) => {
    const known = opened.get(name);
    if (known !== undefined) return known;
    const opening = clusters.open(name).then((cluster) => ({ cluster, clock, random }));
    opened.set(name, opening);
    opening.catch(() => opened.delete(name));
    return opening;
  };
}
