import type { ClusterUnderTest, Manifest } from "./cluster-under-test.ts";
import { patch } from "./patch.ts";

type Fields = { readonly [key: string]: Fields };

interface Entry {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
  readonly fieldsV1: Fields;
}

const own = "kustomize-controller";
/** By how their names begin (kustomize-controller, `Cleanup.FieldManagers`; fluxcd/pkg, ssa/patch.go). */
const takenOver = ["kubectl", "before-first-apply", own];

/** One reconcile as kustomize-controller does it: it takes over what some managers wrote, then applies what it has. */
export async function reconcile(cluster: ClusterUnderTest, manifest: Manifest): Promise<void> {
  const target = `deployments/${manifest.metadata.name}`;
  const { body } = await cluster.request(
    `/apis/apps/v1/namespaces/${cluster.namespace}/deployments/${manifest.metadata.name}`,
  );
  if (body.kind === "Deployment") {
    const entries: readonly Entry[] = body.metadata.managedFields;
    const isTaken = ({ manager, operation, subresource }: Entry) =>
      subresource === undefined &&
      takenOver.some((start) => manager.startsWith(start)) &&
      !(manager === own && operation === "Apply");
    if (entries.some(isTaken)) {
      const mine = entries.find(({ manager, operation }) => manager === own && operation === "Apply");
      const fieldsV1 = [mine, ...entries.filter(isTaken)].reduce<Fields>(
        (all, entry) => merged(all, entry?.fieldsV1 ?? {}),
        {},
      );
      const left = entries.filter((entry) => !isTaken(entry) && entry !== mine);
      const value = [{ ...mine, manager: own, operation: "Apply", fieldsV1 }, ...left];
      const answer = await patch(cluster, target, [{ op: "replace", path: "/metadata/managedFields", value }], {
        type: "application/json-patch+json",
        query: `fieldManager=${own}`,
      });
      if (answer.status !== 200) throw new Error(answer.text);
    }
  }
  const applied = await patch(cluster, target, manifest, {
    type: "application/apply-patch+yaml",
    query: `fieldManager=${own}&force=true`,
  });
  if (applied.status >= 300) throw new Error(applied.text);
}

function merged(left: Fields, right: Fields): Fields {
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries([...keys].map((key) => [key, merged(left[key] ?? {}, right[key] ?? {})]));
}
