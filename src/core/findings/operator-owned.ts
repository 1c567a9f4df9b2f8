import { findForeignKind } from "../kinds/foreign-kinds.ts";
import { findKind } from "../kinds/index.ts";
import type { StateCheck } from "./finding.ts";

/** A workload that an operator owns: the operator rebuilds the template, which looks like a finished restart. */
export const operatorOwned: StateCheck = {
  codes: [{ code: "operator-owned", levels: ["block"] }],
  check: ({ workload: { owner, ref, labels } }) => {
    if (owner === undefined || findKind(owner.apiVersion, owner.kind) !== undefined) return [];
    const command = findForeignKind(owner.apiVersion, owner.kind)?.command({ ...ref, name: owner.name }, labels);
    const evidence = { ...owner, ...(command !== undefined && { command: command.join(" ") }) };
    return [{ code: "operator-owned", level: "block", evidence }];
  },
};
