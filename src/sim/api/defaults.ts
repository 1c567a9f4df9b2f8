import { isJsonObject, type JsonObject } from "../object.ts";
import { listAt, objectAt } from "./field.ts";

type Fill = (object: JsonObject) => JsonObject;

/** Fills in what the API server fills in on every write; by kind. A kind that is not named is left as it is. */
export function withDefaults(kind: string, object: JsonObject): JsonObject {
  return fillers[kind]?.(object) ?? object;
}

const spec =
  (fill: Fill): Fill =>
  (object) => ({ ...object, spec: fill(objectAt(object, "spec")) });

const template = (value: unknown, restartPolicy = "Always"): JsonObject => ({
  ...objectAt(value),
  metadata: objectAt(value, "metadata"),
  spec: podSpec(objectAt(value, "spec"), restartPolicy),
});

function rolling(strategy: unknown, defaults: JsonObject): JsonObject {
  const given = objectAt(strategy);
  const type = given["type"] ?? "RollingUpdate";
  if (type !== "RollingUpdate") return { ...given, type };
  return { ...given, type, rollingUpdate: { ...defaults, ...objectAt(given["rollingUpdate"]) } };
}

/** The feature gate of a StatefulSet's `maxUnavailable` is off in 1.36: the field is dropped in silence. */
function setStrategy(strategy: unknown): JsonObject {
  const { rollingUpdate, ...rest } = rolling(strategy, { partition: 0 });
  if (rollingUpdate === undefined) return rest;
  const { maxUnavailable: _, ...kept } = objectAt(rollingUpdate);
  return { ...rest, rollingUpdate: kept };
}

const fillers: Readonly<Record<string, Fill>> = {
  Deployment: spec((given) => ({
    replicas: 1,
    ...given,
    template: template(given["template"]),
    strategy: rolling(given["strategy"], { maxUnavailable: "25%", maxSurge: "25%" }),
    revisionHistoryLimit: given["revisionHistoryLimit"] ?? 10,
    progressDeadlineSeconds: given["progressDeadlineSeconds"] ?? 600,
  })),
  ReplicaSet: spec((given) => ({ replicas: 1, ...given, template: template(given["template"]) })),
  ReplicationController: spec((given) => ({ replicas: 1, ...given, template: template(given["template"]) })),
  StatefulSet: spec((given) => ({
    replicas: 1,
    ...given,
    template: template(given["template"]),
    podManagementPolicy: given["podManagementPolicy"] ?? "OrderedReady",
    updateStrategy: setStrategy(given["updateStrategy"]),
    revisionHistoryLimit: given["revisionHistoryLimit"] ?? 10,
    persistentVolumeClaimRetentionPolicy: {
      whenDeleted: "Retain",
      whenScaled: "Retain",
      ...objectAt(given["persistentVolumeClaimRetentionPolicy"]),
    },
  })),
  DaemonSet: spec((given) => ({
    ...given,
    template: template(given["template"]),
    updateStrategy: rolling(given["updateStrategy"], { maxUnavailable: 1, maxSurge: 0 }),
    revisionHistoryLimit: given["revisionHistoryLimit"] ?? 10,
  })),
  Job: spec((given) => ({
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    completionMode: "NonIndexed",
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: "TerminatingOrFailed",
    ...given,
    template: template(given["template"], "Never"),
  })),
  CronJob: spec((given) => {
    const job = objectAt(given["jobTemplate"], "spec");
    return {
      concurrencyPolicy: "Allow",
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      ...given,
      jobTemplate: {
        metadata: {},
        ...objectAt(given["jobTemplate"]),
        spec: { ...job, template: template(job["template"], "Never") },
      },
    };
  }),
  Pod: (object) => ({
    ...object,
    spec: { ...podSpec(objectAt(object, "spec"), "Always"), ...podOnly(objectAt(object, "spec")) },
    status: { phase: "Pending", qosClass: "BestEffort", ...objectAt(object, "status") },
  }),
  Service: spec((given) => ({
    type: "ClusterIP",
    sessionAffinity: "None",
    internalTrafficPolicy: "Cluster",
    ipFamilyPolicy: "SingleStack",
    ipFamilies: ["IPv4"],
    ...given,
    ports: listAt(given, "ports").map((port) => ({
      protocol: "TCP",
      targetPort: objectAt(port)["port"],
      ...objectAt(port),
    })),
  })),
  Secret: (object) => {
    const { stringData, ...rest } = object;
    const encoded = Object.entries(objectAt(stringData)).map(([key, value]) => [key, encodeText(String(value))]);
    const data = { ...objectAt(object, "data"), ...Object.fromEntries(encoded) };
    return { ...rest, ...(Object.keys(data).length === 0 ? {} : { data }), type: object["type"] ?? "Opaque" };
  },
  Namespace: (object) => {
    const metadata = objectAt(object, "metadata");
    const labels = { ...objectAt(metadata, "labels"), "kubernetes.io/metadata.name": metadata["name"] };
    return {
      ...object,
      metadata: { ...metadata, labels },
      spec: { finalizers: ["kubernetes"], ...objectAt(object, "spec") },
      status: { phase: "Active", ...objectAt(object, "status") },
    };
  },
  Event: (object) => ({ source: {}, eventTime: null, reportingComponent: "", reportingInstance: "", ...object }),
};

/** Fields of a pod's spec that a template does not get. */
function podOnly(given: JsonObject): JsonObject {
  const tolerated = (key: string): JsonObject => ({
    key,
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: 300,
  });
  return {
    priority: given["priority"] ?? 0,
    enableServiceLinks: given["enableServiceLinks"] ?? true,
    preemptionPolicy: given["preemptionPolicy"] ?? "PreemptLowerPriority",
    tolerations: given["tolerations"] ?? [
      tolerated("node.kubernetes.io/not-ready"),
      tolerated("node.kubernetes.io/unreachable"),
    ],
  };
}

function podSpec(given: JsonObject, restartPolicy: string): JsonObject {
  const containers = (name: string): JsonObject =>
    given[name] === undefined ? {} : { [name]: listAt(given, name).map(container) };
  const account = given["serviceAccountName"];
  return {
    ...given,
    ...(given["volumes"] === undefined ? {} : { volumes: listAt(given, "volumes").map(volume) }),
    ...containers("initContainers"),
    ...containers("containers"),
    restartPolicy: given["restartPolicy"] ?? restartPolicy,
    terminationGracePeriodSeconds: given["terminationGracePeriodSeconds"] ?? 30,
    dnsPolicy: given["dnsPolicy"] ?? "ClusterFirst",
    ...(account === undefined ? {} : { serviceAccount: account }),
    securityContext: given["securityContext"] ?? {},
    schedulerName: given["schedulerName"] ?? "default-scheduler",
  };
}

function container(value: unknown): JsonObject {
  const given = objectAt(value);
  const image = String(given["image"] ?? "");
  const probes = ["livenessProbe", "readinessProbe", "startupProbe"].filter((name) => given[name] !== undefined);
  return {
    ...given,
    ...(given["ports"] === undefined
      ? {}
      : {
          ports: listAt(given, "ports").map((port) => ({
            ...objectAt(port),
            protocol: objectAt(port)["protocol"] ?? "TCP",
          })),
        }),
    ...(given["env"] === undefined ? {} : { env: listAt(given, "env").map(variable) }),
    resources: resources(given["resources"]),
    ...Object.fromEntries(probes.map((name) => [name, probe(given[name])])),
    terminationMessagePath: given["terminationMessagePath"] ?? "/dev/termination-log",
    terminationMessagePolicy: given["terminationMessagePolicy"] ?? "File",
    imagePullPolicy: given["imagePullPolicy"] ?? (isLatest(image) ? "Always" : "IfNotPresent"),
  };
}

/** A limit without a request is also the request. */
function resources(value: unknown): JsonObject {
  const given = objectAt(value);
  if (!isJsonObject(given["limits"])) return given;
  return { ...given, requests: { ...given["limits"], ...objectAt(given["requests"]) } };
}

function isLatest(image: string): boolean {
  if (image.includes("@")) return false;
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  return tag === undefined || tag === "latest";
}

function variable(value: unknown): JsonObject {
  const given = objectAt(value);
  const reference = objectAt(given, "valueFrom", "fieldRef");
  if (reference["fieldPath"] === undefined) return given;
  return { ...given, valueFrom: { ...objectAt(given["valueFrom"]), fieldRef: { apiVersion: "v1", ...reference } } };
}

function probe(value: unknown): JsonObject {
  const given = objectAt(value);
  const http = given["httpGet"];
  return {
    ...given,
    ...(isJsonObject(http)
      ? { httpGet: { ...http, path: http["path"] ?? "/", scheme: http["scheme"] ?? "HTTP" } }
      : {}),
    timeoutSeconds: given["timeoutSeconds"] ?? 1,
    periodSeconds: given["periodSeconds"] ?? 10,
    successThreshold: given["successThreshold"] ?? 1,
    failureThreshold: given["failureThreshold"] ?? 3,
  };
}

function volume(value: unknown): JsonObject {
  const given = objectAt(value);
  const sources = ["secret", "configMap", "projected", "downwardAPI"].filter((name) => isJsonObject(given[name]));
  const filled = sources.map((name) => [
    name,
    { ...objectAt(given[name]), defaultMode: objectAt(given[name])["defaultMode"] ?? 420 },
  ]);
  const host = given["hostPath"];
  return {
    ...given,
    ...Object.fromEntries(filled),
    ...(isJsonObject(host) ? { hostPath: { ...host, type: host["type"] ?? "" } } : {}),
  };
}

function encodeText(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
