export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
}

export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

export function withoutCondition(conditions: readonly Condition[], type: string): readonly Condition[] {
  return conditions.filter((condition) => condition.type !== type);
}

/**
 * Sets a condition as Kubernetes' workload controllers do: the same status and reason leave the old one, message and times included; the
 * transition time moves with the status only.
 */
export function withCondition(conditions: readonly Condition[], condition: Condition): readonly Condition[] {
  const present = findCondition(conditions, condition.type);
  if (present?.status === condition.status && present.reason === condition.reason) return conditions;
  return [...withoutCondition(conditions, condition.type), keepTransition(present, condition)];
}

/** As {@link withCondition}, but the update time always moves: a Deployment that makes progress says so each time. */
export function withFreshCondition(conditions: readonly Condition[], condition: Condition): readonly Condition[] {
  const present = findCondition(conditions, condition.type);
  return [...withoutCondition(conditions, condition.type), keepTransition(present, condition)];
}

function keepTransition(present: Condition | undefined, condition: Condition): Condition {
  if (present?.status !== condition.status || present.lastTransitionTime === undefined) return condition;
  return { ...condition, lastTransitionTime: present.lastTransitionTime };
}
