export const comparisons = ["<", "<=", ">", ">=", "=", "!="] as const;

export type Comparison = (typeof comparisons)[number];

export const countNames = ["ready", "desired", "updated", "available"] as const;

/** A number of pods in the workload's status. */
export type CountName = (typeof countNames)[number];

export const ageNames = ["age", "podage", "restarted"] as const;

/** `age` is the object's, `podage` that of its oldest present pod, `restarted` the time since its last restart. */
export type AgeName = (typeof ageNames)[number];

export const ownerNames = ["helm", "flux", "argocd", "none"] as const;

/** What deploys a workload; `none` is nobody that leaves a mark. */
export type OwnerName = (typeof ownerNames)[number];

export const stateNames = ["ready", "not-ready", "stale", "paused"] as const;

export type StateName = (typeof stateNames)[number];

/** Kinds of objects that a pod template refers to. */
export type UsedKind = "ConfigMap" | "Secret" | "PersistentVolumeClaim" | "ServiceAccount" | "SecretProviderClass";

/** One condition of a selection. Patterns are those of `matchPatterns`, without `^`. */
export type Predicate =
  | { readonly type: "not"; readonly predicate: Predicate }
  /** At least one of them. */
  | { readonly type: "any"; readonly predicates: readonly Predicate[] }
  | { readonly type: "all"; readonly predicates: readonly Predicate[] }
  | { readonly type: "kind"; readonly apiVersion: string; readonly kind: string }
  | { readonly type: "name"; readonly pattern: string }
  /** A part of the name, in lower case. */
  | { readonly type: "word"; readonly text: string }
  | { readonly type: "namespace"; readonly pattern: string }
  /** An image as written, or from one of its slashes on, with or without tag and digest. */
  | { readonly type: "image"; readonly pattern: string }
  /** In lower case. */
  | { readonly type: "strategy"; readonly pattern: string }
  | { readonly type: "owner"; readonly owner: OwnerName }
  | { readonly type: "uses"; readonly kind: UsedKind; readonly pattern: string }
  | { readonly type: "is"; readonly state: StateName }
  | {
      readonly type: "count";
      readonly count: CountName;
      readonly comparison: Comparison;
      readonly value: number | CountName;
    }
  /** Restarts of containers, of the present pod that has most of them. */
  | { readonly type: "restarts"; readonly comparison: Comparison; readonly value: number }
  | {
      readonly type: "age";
      readonly age: AgeName;
      readonly comparison: Exclude<Comparison, "=" | "!=">;
      readonly milliseconds: number;
    }
  /** Milliseconds of the cluster's clock; never restarted is before every time. */
  | { readonly type: "restartedBefore"; readonly time: number };

/** A condition as it was written. */
export interface Condition {
  readonly text: string;
  readonly predicate: Predicate;
}

/** Whether a condition names something, as a label selector does, or only leaves something out. */
export function selects(predicate: Predicate): boolean {
  switch (predicate.type) {
    case "not":
      return false;
    case "any":
      return predicate.predicates.every(selects);
    case "all":
      return predicate.predicates.some(selects);
    case "name":
    case "word":
    case "namespace":
    case "image":
      return /[^*?]/.test("pattern" in predicate ? predicate.pattern : predicate.text);
    // A kind says no more than the type that stands before it.
    case "kind":
      return false;
    default:
      return true;
  }
}
