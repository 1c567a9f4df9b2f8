import type { Answer, ClusterUnderTest } from "./cluster-under-test.ts";

export const mergePatch = "application/merge-patch+json";
export const strategicMergePatch = "application/strategic-merge-patch+json";
export const restartedAt = "kubectl.kubernetes.io/restartedAt";

/** The body of a restart, with further metadata of the object. */
export function restartBody(value: unknown, metadata?: Readonly<Record<string, unknown>>): object {
  return {
    ...(metadata === undefined ? {} : { metadata }),
    spec: { template: { metadata: { annotations: { [restartedAt]: value } } } },
  };
}

export interface PatchOptions {
  readonly type?: string;
  /** Without the question mark. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A PATCH of `<resource>/<name>` in the namespace: `deployments/web` is of `apps/v1`, `v1/pods/x` of the core group. */
export function patch(
  { request, namespace }: Pick<ClusterUnderTest, "request" | "namespace">,
  target: string,
  body: unknown,
  { type = strategicMergePatch, query = "", headers = {} }: PatchOptions = {},
): Promise<Answer> {
  return request(`${pathOf(target, namespace)}${query === "" ? "" : `?${query}`}`, {
    method: "PATCH",
    headers: { "content-type": type, ...headers },
    body: JSON.stringify(body),
  });
}

/** `deployments/web` → its path; `v1/pods/x` and `batch/v1/cronjobs/x` name another group. */
export function pathOf(target: string, namespace: string): string {
  const parts = target.split("/");
  const name = parts.pop();
  const resource = parts.pop();
  const group = parts.length === 0 ? "apps/v1" : parts.join("/");
  const root = group.includes("/") ? `/apis/${group}` : `/api/${group}`;
  return `${root}/namespaces/${namespace}/${resource}/${name}`;
}
