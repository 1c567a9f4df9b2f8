import type { ClusterCheck } from "./finding.ts";

/** Without the right to write Leases in the namespace nothing keeps another run off the workload. */
export const noLock: ClusterCheck = {
  codes: [{ code: "no-lock", levels: ["info"], aside: true }],
  check: async ({ namespace }) => {
    const verbs = ["create", "patch"];
    const lease = { group: "coordination.k8s.io", version: "v1", resource: "leases", name: "" };
    const answers = await Promise.all(verbs.map((verb) => namespace.access.may({ ...lease, verb })));
    const refused = verbs.filter((_, index) => answers[index] === "no");
    if (refused.length === 0) return [];
    return [{ code: "no-lock", level: "info", evidence: { verbs: refused.join(",") } }];
  },
};
