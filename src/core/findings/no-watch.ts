import type { ClusterCheck } from "./finding.ts";

/** A rollout that was begun without the right to list and watch the workload could not be seen to its end. */
export const noWatch: ClusterCheck = {
  codes: [{ code: "no-watch", levels: ["block", "info"], final: true }],
  check: async ({ found: { kind, workload }, namespace, wait }) => {
    if (!wait) return [];
    const { group, version, resource } = kind;
    const { name } = workload.ref;
    const verbs = ["list", "watch"];
    const answers = await Promise.all(
      verbs.map((verb) => namespace.access.may({ verb, group, version, resource, name })),
    );
    const refused = verbs.filter((_, index) => answers[index] === "no");
    if (refused.length === 0) return [];
    return [{ code: "no-watch", level: "block", evidence: { verbs: refused.join(","), resource } }];
  },
};
