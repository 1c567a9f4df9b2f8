import { restartedAtAnnotation } from "../workload.ts";
import type { RestartPatch } from "./workload-kind.ts";

/**
 * The restart of a built-in kind: one annotation and nothing else. Strategic merge, because a refused merge patch
 * quotes the whole live object in its message, Secrets included (measured on kube-apiserver 1.36).
 */
export function templatePatch(restartedAt: string, uid: string | undefined): RestartPatch {
  return {
    contentType: "application/strategic-merge-patch+json",
    body: {
      ...(uid !== undefined && { metadata: { uid } }),
      spec: { template: { metadata: { annotations: { [restartedAtAnnotation]: restartedAt } } } },
    },
  };
}
