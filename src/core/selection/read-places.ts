import type { KubeObject } from "../../kube/answer.ts";
import type { KubeApi } from "../../kube/cluster.ts";
import { toRestartError } from "../../kube/error.ts";
import { list } from "../../kube/list.ts";
import { mapLimited } from "../map-limited.ts";

/** A namespace, or the whole cluster. */
export type Place = string | undefined;

export interface PlaceOptions {
  readonly fieldSelector?: string;
  /** The objects' metadata are enough. */
  readonly metadataOnly?: boolean;
}

/** From so many namespaces on the whole cluster is read at once. */
const manyPlaces = 8;

const parallelLists = 8;

const metadataList = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

/**
 * Lists objects of the core group in some namespaces, each once: one list a namespace, or one of the cluster where there
 * are many and it may be listed. Rejects like `list`.
 */
export async function listPlaces<T>(
  api: KubeApi,
  resource: string,
  listKind: string,
  namespaces: readonly Place[],
  project: (object: KubeObject) => T | undefined,
  { fieldSelector, metadataOnly = false }: PlaceOptions,
  signal: AbortSignal,
): Promise<readonly T[]> {
  const read = async (namespace: Place) => {
    const path = { group: "", version: "v1", resource, ...(namespace !== undefined && { namespace }) };
    const { items } = await list(api, path, metadataOnly ? "PartialObjectMetadataList" : listKind, project, {
      signal,
      ...(fieldSelector !== undefined && { fieldSelector }),
      ...(metadataOnly && { headers: { accept: metadataList } }),
    });
    return items;
  };
  const each = async () => (await mapLimited(namespaces, parallelLists, read)).flat();
  if (namespaces.length < manyPlaces) return each();
  try {
    return await read(undefined);
  } catch (caught) {
    if (toRestartError(caught).reason !== "Forbidden") throw caught;
    return each();
  }
}
