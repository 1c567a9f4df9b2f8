import { timestamp } from "../clock.ts";
import { isJsonObject } from "../object.ts";
import { anonymous, basicRules, discoveryPaths, findRule, isAllowed, publicPaths } from "./access.ts";
import type { ApiCall } from "./call.ts";
import { parseJson } from "./document.ts";
import { at, textAt } from "./field.ts";
import { badRequest, type Failure, invalid, invalidValue } from "./status.ts";

/** The answer to a POST of a review; undefined when the resource is none. */
export function answerReview(call: ApiCall): unknown | Failure {
  const { group, resource } = call.route;
  const name = `${resource}.${group}`;
  if (!name.startsWith("selfsubject")) return undefined;
  const parsed = parseJson(call.body);
  if ("fault" in parsed || !isJsonObject(parsed.document)) {
    return badRequest("the object provided is unrecognized: couldn't get version/kind; json parse error");
  }
  switch (name) {
    case "selfsubjectreviews.authentication.k8s.io":
      return whoAmI(call);
    case "selfsubjectaccessreviews.authorization.k8s.io":
      return reviewAccess(call, parsed.document["spec"]);
    case "selfsubjectrulesreviews.authorization.k8s.io":
      return reviewRules(call, textAt(parsed.document, "spec", "namespace"));
    default:
      return undefined;
  }
}

function whoAmI(call: ApiCall): unknown {
  const { name, uid, groups } = call.user;
  const all = name === anonymous.name ? groups : [...new Set([...groups, "system:authenticated"])];
  return {
    kind: "SelfSubjectReview",
    apiVersion: "authentication.k8s.io/v1",
    metadata: { creationTimestamp: timestamp(call.store.clock.now()) },
    status: { userInfo: { username: name, ...(uid === "" ? {} : { uid }), groups: all } },
  };
}

function reviewAccess(call: ApiCall, spec: unknown): unknown {
  const wanted = at(spec, "resourceAttributes");
  const path = at(spec, "nonResourceAttributes");
  if ((wanted === undefined) === (path === undefined)) {
    const detail = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
    return invalid({ group: "authorization.k8s.io", kind: "" }, "", [
      invalidValue("spec.resourceAttributes", null, detail),
    ]);
  }
  const status = wanted === undefined ? pathStatus(call, textAt(path, "path")) : resourceStatus(call, wanted);
  return { kind: "SelfSubjectAccessReview", apiVersion: "authorization.k8s.io/v1", metadata: {}, spec, status };
}

function pathStatus(call: ApiCall, path: string): unknown {
  return { allowed: call.user.rules === undefined || discoveryPaths.includes(path) };
}

function resourceStatus(call: ApiCall, wanted: unknown): unknown {
  const word = (key: string): string | undefined => textAt(wanted, key) || undefined;
  const attributes = {
    verb: textAt(wanted, "verb"),
    group: textAt(wanted, "group"),
    resource: textAt(wanted, "resource"),
    namespace: word("namespace"),
    name: word("name"),
    subresource: word("subresource"),
  };
  if (!isAllowed(call.user, attributes)) return { allowed: false };
  const rule = findRule(call.user, attributes);
  if (call.user.rules === undefined || rule === undefined) return { allowed: true };
  const binding =
    rule.namespaces === undefined
      ? `ClusterRoleBinding "${call.user.name}" of ClusterRole "${call.user.name}"`
      : `RoleBinding "${call.user.name}/${attributes.namespace}" of Role "${call.user.name}"`;
  return { allowed: true, reason: `RBAC: allowed by ${binding} to User "${call.user.name}"` };
}

function reviewRules(call: ApiCall, namespace: string): unknown {
  const own = call.user.rules ?? [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }];
  const valid = own.filter((rule) => rule.namespaces === undefined || rule.namespaces.includes(namespace));
  const resourceRules = [...valid, ...basicRules].map(({ namespaces: _namespaces, ...rule }) => ({
    verbs: rule.verbs,
    apiGroups: rule.apiGroups ?? ["*"],
    resources: rule.resources,
    ...(rule.resourceNames === undefined ? {} : { resourceNames: rule.resourceNames }),
  }));
  const everyPath = call.user.rules === undefined ? [{ verbs: ["*"], nonResourceURLs: ["*"] }] : [];
  return {
    kind: "SelfSubjectRulesReview",
    apiVersion: "authorization.k8s.io/v1",
    metadata: {},
    spec: {},
    status: {
      resourceRules,
      nonResourceRules: [
        ...everyPath,
        { verbs: ["get"], nonResourceURLs: publicPaths.slice(0, 5) },
        { verbs: ["get"], nonResourceURLs: discoveryPaths },
      ],
      incomplete: false,
    },
  };
}
