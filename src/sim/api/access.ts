import type { Route } from "./route.ts";
import { type Failure, failure } from "./status.ts";

/** A rule as in a Role; what is left out means everything. */
export interface AccessRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  /** `deployments`, `deployments/scale`, `*`. */
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly namespaces?: readonly string[];
}

export interface User {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  /** Undefined: may do everything. */
  readonly rules: readonly AccessRule[] | undefined;
}

export const anonymous: User = { name: "system:anonymous", uid: "", groups: ["system:unauthenticated"], rules: [] };

export type Attributes = Pick<Route, "verb" | "group" | "resource" | "namespace" | "name" | "subresource">;

/** Rules that every authenticated user has. */
export const basicRules: readonly AccessRule[] = [
  {
    verbs: ["create"],
    apiGroups: ["authorization.k8s.io"],
    resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
  },
  { verbs: ["create"], apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"] },
];

export const publicPaths: readonly string[] = ["/healthz", "/livez", "/readyz", "/version", "/version/"];

export const discoveryPaths: readonly string[] = [
  ...["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez"],
  ...["/openapi", "/openapi/*", "/readyz", "/version", "/version/"],
];

export function findRule(user: User, attributes: Attributes): AccessRule | undefined {
  const known = user.name === anonymous.name ? [] : basicRules;
  return [...known, ...(user.rules ?? [])].find((rule) => covers(rule, attributes));
}

export function isAllowed(user: User, attributes: Attributes): boolean {
  return user.rules === undefined || findRule(user, attributes) !== undefined;
}

/** Undefined when the user may; else the API server's own 403. */
export function authorize(user: User, route: Route): Failure | undefined {
  if (user.rules === undefined) return undefined;
  if (!route.isResource) {
    const open = user.name === anonymous.name ? publicPaths : discoveryPaths;
    if (route.verb === "get" && open.some((pattern) => pathMatches(pattern, route.path))) return undefined;
    return failure(403, "Forbidden", `forbidden: User "${user.name}" cannot ${route.verb} path "${route.path}"`, {});
  }
  if (isAllowed(user, route)) return undefined;
  const { group, name, namespace, resource, subresource, verb } = route;
  const qualified = group === "" ? resource : `${resource}.${group}`;
  const target = subresource === undefined ? resource : `${resource}/${subresource}`;
  const scope = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  return failure(
    403,
    "Forbidden",
    `${qualified}${name === undefined ? "" : ` "${name}"`} is forbidden: User "${user.name}" cannot ${verb} ` +
      `resource "${target}" in API group "${group}" ${scope}`,
    { ...(name === undefined ? {} : { name }), ...(group === "" ? {} : { group }), kind: resource },
  );
}

function covers(rule: AccessRule, wanted: Attributes): boolean {
  const target = wanted.subresource === undefined ? wanted.resource : `${wanted.resource}/${wanted.subresource}`;
  return (
    includes(rule.verbs, wanted.verb) &&
    includes(rule.apiGroups, wanted.group) &&
    (includes(rule.resources, target) ||
      (wanted.subresource !== undefined && rule.resources.includes(`*/${wanted.subresource}`))) &&
    (rule.namespaces === undefined ||
      (wanted.namespace !== undefined && includes(rule.namespaces, wanted.namespace))) &&
    (rule.resourceNames === undefined || (wanted.name !== undefined && rule.resourceNames.includes(wanted.name)))
  );
}

function includes(list: readonly string[] | undefined, wanted: string): boolean {
  return list === undefined || list.includes("*") || list.includes(wanted);
}

function pathMatches(pattern: string, path: string): boolean {
  return pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : pattern === path;
}
