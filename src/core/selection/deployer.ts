import type { Workload } from "../workload.ts";
import { deployerOf } from "../workload-row.ts";
import type { OwnerName } from "./predicate.ts";

/**
 * What deploys a workload, by its labels and by the annotations of Argo CD (which renders charts whose labels say Helm)
 * and of Helm; `none` when nobody leaves a mark and no operator owns it.
 */
export function ownerOf(
  { labels, owner }: Pick<Workload, "labels" | "owner">,
  annotations: Readonly<Record<string, string>>,
): OwnerName | undefined {
  const deployer = deployerOf(labels);
  if (deployer === "flux" || deployer === "argocd") return deployer;
  if (annotations["argocd.argoproj.io/tracking-id"]) return "argocd";
  if (deployer === "helm" || annotations["meta.helm.sh/release-name"]) return "helm";
  return owner === undefined ? "none" : undefined;
}
