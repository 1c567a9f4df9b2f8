import { restartedAtAnnotation, type WorkloadRef } from "../workload.ts";

/** A kind that its own operator restarts, in its own way. */
export interface ForeignKind {
  readonly kind: string;
  readonly apiVersion: string;
  readonly resource: string;
  /** As it can be typed. */
  readonly names: readonly string[];
  /** Argument words, none with a space, of the command with which people restart it. `labels` are those of what it owns. */
  readonly command: (
    ref: Pick<WorkloadRef, "cluster" | "namespace" | "name">,
    labels: Readonly<Record<string, string>>,
  ) => readonly string[];
}

type Command = ForeignKind["command"];

/** Where a value has to be another one each time, the person puts it. */
const anew = "NEW-VALUE";

function foreign(
  apiVersion: string,
  kind: string,
  resource: string,
  shortNames: readonly string[],
  command: Command,
): ForeignKind {
  const [group = ""] = apiVersion.split("/");
  const singular = kind.toLowerCase();
  // A name that a built-in kind has, too, means that one unless it is qualified.
  const plain = ["StatefulSet", "DaemonSet", "Service", "Cluster"].includes(kind) ? [] : [singular, resource];
  const names = [...shortNames, ...plain, `${singular}.${group}`, `${resource}.${group}`];
  return { kind, apiVersion, resource, names, command };
}

const kubectl =
  (...words: readonly string[]): Command =>
  ({ cluster, namespace, name }) => [
    "kubectl",
    ...words.map((word) => word.replace("NAME", name)),
    "--context",
    cluster,
    "-n",
    namespace,
  ];

const kruise = "apps.kruise.io/v1beta1";

/**
 * Kinds whose pods come from an operator: a template annotation restarts nothing of them, or half of it. Sources: the
 * restart commands of their own tools and documentation (kubectl-kruise, kubectl-cnpg, Strimzi, ECK, virtctl, oc, kn).
 */
export const foreignKinds: readonly ForeignKind[] = [
  foreign(
    kruise,
    "CloneSet",
    "clonesets",
    ["clone"],
    kubectl("kruise", "rollout", "restart", "clonesets.apps.kruise.io/NAME"),
  ),
  foreign(
    kruise,
    "StatefulSet",
    "statefulsets",
    ["asts"],
    kubectl("kruise", "rollout", "restart", "statefulsets.apps.kruise.io/NAME"),
  ),
  foreign(
    kruise,
    "DaemonSet",
    "daemonsets",
    ["ads"],
    kubectl("kruise", "rollout", "restart", "daemonsets.apps.kruise.io/NAME"),
  ),
  foreign("postgresql.cnpg.io/v1", "Cluster", "clusters", [], kubectl("cnpg", "restart", "NAME")),
  foreign(
    "core.strimzi.io/v1beta2",
    "StrimziPodSet",
    "strimzipodsets",
    ["sps"],
    kubectl("annotate", "strimzipodset", "NAME", "strimzi.io/manual-rolling-update=true"),
  ),
  foreign(
    "kafka.strimzi.io/v1beta2",
    "Kafka",
    "kafkas",
    ["k"],
    kubectl("annotate", "strimzipodset", "-l", "strimzi.io/cluster=NAME", "strimzi.io/manual-rolling-update=true"),
  ),
  foreign(
    "elasticsearch.k8s.elastic.co/v1",
    "Elasticsearch",
    "elasticsearches",
    ["es"],
    kubectl("annotate", "elasticsearch", "NAME", `eck.k8s.elastic.co/restart-trigger=${anew}`, "--overwrite"),
  ),
  foreign("kubevirt.io/v1", "VirtualMachine", "virtualmachines", ["vm", "vms"], ({ cluster, namespace, name }) => [
    "virtctl",
    "restart",
    name,
    "--context",
    cluster,
    "-n",
    namespace,
  ]),
  foreign("apps.openshift.io/v1", "DeploymentConfig", "deploymentconfigs", ["dc"], ({ cluster, namespace, name }) => [
    "oc",
    "rollout",
    "latest",
    `dc/${name}`,
    "--context",
    cluster,
    "-n",
    namespace,
  ]),
  foreign(
    "leaderworkerset.x-k8s.io/v1",
    "LeaderWorkerSet",
    "leaderworkersets",
    ["lws"],
    // A null leaderTemplate that was patched would become one without containers.
    kubectl(
      "patch",
      "leaderworkerset",
      "NAME",
      "--type=merge",
      "-p",
      JSON.stringify({
        spec: {
          leaderWorkerTemplate: { workerTemplate: { metadata: { annotations: { [restartedAtAnnotation]: anew } } } },
        },
      }),
    ),
  ),
  ...["Service", "Revision"].map((kind) =>
    foreign(
      "serving.knative.dev/v1",
      kind,
      `${kind.toLowerCase()}s`,
      kind === "Service" ? ["ksvc", "kservice"] : ["rev"],
      ({ cluster, namespace, name }, labels) => [
        "kn",
        "service",
        "update",
        labels["serving.knative.dev/service"] ?? name,
        "--annotation-revision",
        `${restartedAtAnnotation}=${anew}`,
        "--context",
        cluster,
        "-n",
        namespace,
      ],
    ),
  ),
];

/** Finds the kind of an owner; an operator's version may be any. */
export function findForeignKind(apiVersion: string, kind: string): ForeignKind | undefined {
  const group = (text: string) => text.split("/")[0];
  return foreignKinds.find((one) => one.kind === kind && group(one.apiVersion) === group(apiVersion));
}
