import { workloadKinds } from "../kinds/index.ts";

/** One rule of a SelfSubjectRulesReview. */
export interface RuleAnswer {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** What may be done with one resource. */
export interface Right {
  readonly group: string;
  readonly resource: string;
  readonly allowed: readonly string[];
  /** Only for objects of certain names. */
  readonly named: readonly string[];
  readonly missing: readonly string[];
}

interface Wanted {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}

/** What a restart that is checked, followed and diagnosed asks of the API server. */
const wanted: readonly Wanted[] = [
  // A kind that a cluster need not have is missed by nobody.
  ...workloadKinds
    .filter(({ optional }) => optional !== true)
    .map(({ group, resource }) => ({ group, resource, verbs: ["get", "list", "watch", "patch"] })),
  { group: "apps", resource: "replicasets", verbs: ["list", "watch"] },
  { group: "apps", resource: "controllerrevisions", verbs: ["list", "watch"] },
  { group: "", resource: "pods", verbs: ["list", "watch"] },
  { group: "", resource: "events", verbs: ["list", "watch"] },
  { group: "coordination.k8s.io", resource: "leases", verbs: ["get", "create", "patch", "delete"] },
];

/** Holds the rules of a namespace against what is needed there. */
export function rightsOf(rules: readonly RuleAnswer[]): readonly Right[] {
  return wanted.map(({ group, resource, verbs }) => {
    const fitting = rules.filter(
      ({ apiGroups = [], resources = [] }) => includes(apiGroups, group) && includes(resources, resource),
    );
    const has = (verb: string, named: boolean) =>
      fitting.some(
        ({ verbs: given = [], resourceNames = [] }) => resourceNames.length > 0 === named && includes(given, verb),
      );
    const allowed = verbs.filter((verb) => has(verb, false));
    const named = verbs.filter((verb) => !has(verb, false) && has(verb, true));
    return {
      group,
      resource,
      allowed,
      named,
      missing: verbs.filter((verb) => !allowed.includes(verb) && !named.includes(verb)),
    };
  });
}

function includes(values: readonly string[], value: string): boolean {
  return values.includes(value) || values.includes("*");
}
