import type { KubeApi } from "../../kube/cluster.ts";
import { create } from "../../kube/create.ts";
import { toRestartError } from "../../kube/error.ts";

/** What somebody wants to do with one object. */
export interface AccessQuestion {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly name: string;
}

/** Answers what the user may do in one namespace. */
export interface Access {
  /** `unknown` where the cluster does not answer such questions. */
  readonly may: (question: AccessQuestion) => Promise<"yes" | "no" | "unknown">;
}

interface Rule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

const group = "authorization.k8s.io";
const version = "v1";

/**
 * Access by one review of the rules of the namespace, asked when first needed. Where it says no, or was incomplete (a
 * webhook decides), a review of the very object is asked: a nameless "no" proves nothing (measured).
 */
export function openAccess(api: KubeApi, namespace: string, signal: AbortSignal | undefined): Access {
  const options = { safeToResend: true, attempts: 2, timeoutMilliseconds: 5000, ...(signal && { signal }) };
  let rules: Promise<readonly Rule[]> | undefined;
  const named = new Map<string, Promise<"yes" | "no" | "unknown">>();
  const ask = async <T>(resource: string, kind: string, spec: object): Promise<T | undefined> => {
    try {
      const review = { apiVersion: `${group}/${version}`, kind, spec };
      const { status } = await create<{ readonly status?: T }>(api, { group, version, resource }, review, options);
      return status;
    } catch (caught) {
      const error = toRestartError(caught);
      if (signal?.aborted || error.status === 401) throw error;
      return undefined;
    }
  };
  const readRules = async () => {
    const status = await ask<{ readonly resourceRules?: readonly Rule[] }>(
      "selfsubjectrulesreviews",
      "SelfSubjectRulesReview",
      { namespace },
    );
    return status?.resourceRules ?? [];
  };
  const review = async (question: AccessQuestion) => {
    const status = await ask<{ readonly allowed?: boolean }>("selfsubjectaccessreviews", "SelfSubjectAccessReview", {
      resourceAttributes: { namespace, ...question },
    });
    return status?.allowed === undefined ? "unknown" : status.allowed ? "yes" : "no";
  };
  return {
    may: async (question) => {
      rules ??= readRules();
      if ((await rules).some((rule) => allows(rule, question))) return "yes";
      const key = JSON.stringify(question);
      const pending = named.get(key) ?? review(question);
      named.set(key, pending);
      return pending;
    },
  };
}

function allows(rule: Rule, question: AccessQuestion): boolean {
  const has = (values: readonly string[] | undefined, wanted: string) =>
    values?.some((value) => value === "*" || value === wanted) === true;
  const names = rule.resourceNames ?? [];
  return (
    has(rule.verbs, question.verb) &&
    has(rule.apiGroups, question.group) &&
    has(rule.resources, question.resource) &&
    (names.length === 0 || names.includes(question.name))
  );
}
