import { admitPod } from "../controllers/quota.ts";
import type { KubeObject } from "../object.ts";
import { type ResourceInfo, resourceName } from "../resources.ts";
import type { AdmissionReview, ApiCall } from "./call.ts";
import { textAt } from "./field.ts";
import { detailsOf, type Failure, failure, notFound } from "./status.ts";

/** Nothing is created in a namespace that is missing or on its way out. */
export function admitNamespace(call: ApiCall, info: ResourceInfo, name: string): Failure | undefined {
  const { namespace } = call.route;
  if (!info.namespaced || namespace === undefined) return undefined;
  const found = call.store.get("namespaces", undefined, namespace);
  if (found === undefined) return notFound({ group: "", resource: "namespaces" }, namespace);
  if (textAt(found, "status", "phase") !== "Terminating") return undefined;
  return failure(
    403,
    "Forbidden",
    `${resourceName(info)} "${name}" is forbidden: unable to create new content in namespace ${namespace} ` +
      "because it is being terminated",
    {
      ...detailsOf(info, name),
      causes: [
        {
          reason: "NamespaceTerminating",
          message: `namespace ${namespace} is being terminated`,
          field: "metadata.namespace",
        },
      ],
    },
  );
}

/** Quotas and admission policies. */
export function admitWrite(
  call: ApiCall,
  info: ResourceInfo,
  operation: AdmissionReview["operation"],
  object: KubeObject,
  previous: KubeObject | undefined,
): Failure | undefined {
  const resource = resourceName(info);
  const { name, namespace } = object.metadata;
  if (operation === "CREATE" && resource === "pods") {
    const exceeded = admitPod(call.store, object);
    if (exceeded !== undefined) {
      return failure(403, "Forbidden", `pods "${name}" is forbidden: ${exceeded}`, detailsOf(info, name));
    }
  }
  const review = { operation, resource, namespace, name, user: call.user.name, object, previous };
  for (const policy of call.policies) {
    if (!policy.match(review)) continue;
    const policyName = policy.name ?? "policy.example.com";
    const who = `ValidatingAdmissionPolicy '${policyName}' with binding '${policyName.split(".")[0]}-${policy.action}'`;
    if (policy.action === "warn") {
      call.warn(`Validation failed for ${who}: ${policy.message}`);
      continue;
    }
    const text = `${who} denied request: ${policy.message}`;
    const reason = policy.reason ?? "Invalid";
    return failure(reason === "Invalid" ? 422 : 403, reason, `${resource} "${name}" is forbidden: ${text}`, {
      ...detailsOf(info, name),
      causes: [{ message: text }],
    });
  }
  return undefined;
}
