import type { ClusterCheck } from "./finding.ts";

/** In a namespace that is being deleted old pods go and no new ones come (kubernetes plugin NamespaceLifecycle). */
export const deletingNamespace: ClusterCheck = {
  // It is that of the object.
  codes: [],
  check: async ({ found, namespace, ask }) => {
    if ((await ask(namespace.deleting())) !== true) return [];
    return [{ code: "deleting", level: "block", evidence: { namespace: found.workload.ref.namespace } }];
  },
};
