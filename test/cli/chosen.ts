import { workload } from "../core/simulated.ts";
import type { Stage } from "./stage.ts";

/** Names of the objects that are, or would be, restarted. */
export const restarted = (out: string) =>
  out.split("\n").flatMap((line) => (line.includes(" restarted (server") ? [line.split(" ")[0]?.split("/")[1]] : []));

/** A Deployment of the pod spec; `more` replaces fields of the object. */
export function app(name: string, podSpec: object = {}, more: object = {}, kind = "Deployment") {
  const plain = workload(kind, name);
  const spec = plain["spec"] as { readonly template: { readonly metadata: object; readonly spec: object } };
  return {
    ...plain,
    spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, ...podSpec } } },
    ...more,
  };
}

export const config = (kind: "ConfigMap" | "Secret", name: string) => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace: "shop" },
});

/** A pod spec whose container takes a variable from elsewhere. */
export const env = (source: object) => ({
  containers: [{ name: "app", image: "shop.example/app:1", env: [{ name: "A", valueFrom: source }] }],
});

/** What a dry run with the flags would restart, of all Deployments and StatefulSets of the namespace. */
export async function chosen(stage: Stage, flags: readonly string[]) {
  const { out, err, exitCode } = await stage.run([
    "deploy,sts",
    ...flags,
    "--dry-run",
    "--skip-blocked",
    "--allow",
    "missing-ref",
  ]);
  return exitCode === 3 ? [] : exitCode === 0 ? restarted(out).sort() : [`${exitCode}: ${err}`];
}
