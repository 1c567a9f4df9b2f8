import type { ClusterUnderTest } from "./cluster-under-test.ts";

export interface PodSeen {
  readonly name: string;
  readonly uid: string;
  readonly ready: boolean;
}

/** The pods of the namespace that are not on their way out, by name. */
export async function podsOf({ namespace, request }: ClusterUnderTest): Promise<readonly PodSeen[]> {
  const { body } = await request(`/api/v1/namespaces/${namespace}/pods`);
  return (body.items as readonly Pod[])
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata, status }) => ({
      name: metadata.name,
      uid: metadata.uid,
      ready: (status.conditions ?? []).some(({ type, status: word }) => type === "Ready" && word === "True"),
    }))
    .sort((left, right) => left.name.localeCompare(right.name));
}

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}
