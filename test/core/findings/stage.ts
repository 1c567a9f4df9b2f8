import type { Finding } from "../../../src/core/findings/finding.ts";
import { plan, type Stage, workload } from "../simulated.ts";

/** A Deployment, or another kind, `web` with parts of its spec and of its pods' spec. */
export function app(
  options: {
    readonly kind?: string;
    readonly name?: string;
    readonly spec?: object;
    readonly pod?: object;
    readonly container?: object;
    readonly trouble?: Readonly<Record<string, string>>;
    readonly metadata?: object;
    readonly labels?: Readonly<Record<string, string>>;
  } = {},
) {
  const {
    kind = "Deployment",
    name = "web",
    spec = {},
    pod = {},
    container = {},
    trouble = {},
    metadata = {},
    labels = {},
  } = options;
  const made = workload(kind, name, { trouble, spec });
  const template = {
    metadata: { labels: { app: name, ...labels }, annotations: trouble },
    spec: { containers: [{ name: "app", image: "shop.example/app:1", ...container }], ...pod },
  };
  return { ...made, metadata: { ...made.metadata, ...metadata }, spec: { ...Object(made["spec"]), template } };
}

/** Puts an object into the cluster as it is, past the API. */
export function put(stage: Stage, resource: string, object: object): void {
  const { metadata } = object as { readonly metadata: object };
  stage.sim.store.create(resource, { ...object, metadata: { namespace: "shop", ...metadata } } as never);
}

/** The findings of one code about a workload, each as its level and evidence. */
export async function findingsOf(
  stage: Stage,
  code: string,
  [kind = "Deployment", name = "web"]: readonly string[] = [],
): Promise<readonly Pick<Finding, "level" | "evidence">[]> {
  const planned = await plan(stage, [[kind, name]]);
  const findings = planned.targets[0]?.findings ?? [];
  return findings.filter((finding) => finding.code === code).map(({ level, evidence }) => ({ level, evidence }));
}
