import type { Manifest } from "./cluster-under-test.ts";

export interface WorkloadOptions {
  /** Annotations of the pod template: what its pods do, see test/control-plane/README.md. */
  readonly pods?: Readonly<Record<string, string>>;
  /** Fields of `spec` that replace the usual ones. */
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly env?: readonly { readonly name: string; readonly value: string }[];
}

/** A Deployment, StatefulSet or DaemonSet; the first two have two pods. */
export function workload(
  kind: "Deployment" | "StatefulSet" | "DaemonSet",
  name: string,
  { pods = {}, spec = {}, env }: WorkloadOptions = {},
): Manifest {
  const readinessProbe = { httpGet: { path: "/healthz", port: 8080 } };
  const container = { name: "app", image: "shop.example/app:1", readinessProbe, ...(env === undefined ? {} : { env }) };
  const labels = { app: name };
  const metadata = Object.keys(pods).length === 0 ? { labels } : { labels, annotations: pods };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name },
    spec: {
      ...(kind === "DaemonSet" ? {} : { replicas: 2 }),
      ...(kind === "StatefulSet" ? { serviceName: name } : {}),
      selector: { matchLabels: { app: name } },
      template: { metadata, spec: { containers: [container] } },
      ...spec,
    },
  };
}

export const deployment = (name: string, options: WorkloadOptions = {}): Manifest =>
  workload("Deployment", name, options);
