import { controllerOf, type KubeObject } from "../object.ts";
import { type ResourceInfo, resourceName } from "../resources.ts";
import { humanDuration } from "./duration.ts";
import { at, listAt, numberAt, objectAt, textAt } from "./field.ts";
import { nodeAddress, nodeRoles, nodeStatus } from "./node-columns.ts";
import { conditionOf, podSummary } from "./pod-columns.ts";
import { labelSelectorText } from "./selectors.ts";

export interface Column {
  readonly name: string;
  readonly type: "string" | "integer" | "boolean";
  readonly format: string;
  readonly description: string;
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority: number;
}

type Cell = string | number | boolean;

export interface Printer {
  readonly columns: readonly Column[];
  readonly cells: (object: KubeObject, now: number) => readonly Cell[];
}

function column(name: string, type: Column["type"] = "string", priority = 0): Column {
  const format = name === "Name" ? "name" : "";
  return { name, type, format, description: descriptions[name] ?? "", priority };
}

const descriptions: Readonly<Record<string, string>> = {
  Name: "Name must be unique within a namespace.",
  Age: "Time since the object was created.",
  Ready: "Number of the pod with ready state",
  Containers: "Names of each container in the template.",
  Images: "Images referenced by each container in the template.",
};

const named = (...columns: readonly Column[]): readonly Column[] => [column("Name"), ...columns];
const wide = (name: string): Column => column(name, "string", 1);
const count = (name: string): Column => column(name, "integer");
const templateColumns = [wide("Containers"), wide("Images")];

function age(object: KubeObject, now: number): string {
  return since(object.metadata.creationTimestamp, now);
}

function since(time: string, now: number): string {
  return time === "" ? "<unknown>" : humanDuration(now - Date.parse(time));
}

function templateCells(object: KubeObject, ...path: readonly string[]): readonly [containers: string, images: string] {
  const containers = listAt(object, ...path, "spec", "containers");
  return [
    containers.map((container) => textAt(container, "name")).join(","),
    containers.map((container) => textAt(container, "image")).join(","),
  ];
}

function selectorCell(object: KubeObject): string {
  const text = labelSelectorText(at(object, "spec", "selector"));
  return text === "" ? "<none>" : text;
}

function mapText(value: unknown): string {
  const entries = Object.entries(objectAt(value));
  return entries.length === 0
    ? "<none>"
    : entries
        .map(([key, item]) => `${key}=${String(item)}`)
        .toSorted()
        .join(",");
}

function eventCells(event: KubeObject, now: number): readonly Cell[] {
  const first = textAt(event, "firstTimestamp") || textAt(event, "eventTime");
  const last = textAt(event, "lastTimestamp") || textAt(event, "series", "lastObservedTime") || first;
  const times = numberAt(event, "count") || numberAt(event, "series", "count") || 1;
  const kind = textAt(event, "involvedObject", "kind").toLowerCase();
  const component = textAt(event, "source", "component") || textAt(event, "reportingComponent");
  const host = textAt(event, "source", "host");
  return [
    since(last, now),
    textAt(event, "type"),
    textAt(event, "reason"),
    `${kind}/${textAt(event, "involvedObject", "name")}`,
    textAt(event, "involvedObject", "fieldPath"),
    host === "" ? component : `${component}, ${host}`,
    textAt(event, "message").trim(),
    since(first, now),
    times,
    event.metadata.name,
  ];
}

function quotaCells(quota: KubeObject, now: number): readonly Cell[] {
  const hard = objectAt(quota, "status", "hard");
  const lines = (limits: boolean): string =>
    Object.keys(hard)
      .filter((key) => key.startsWith("limits.") === limits)
      .toSorted()
      .map((key) => `${key}: ${textAt(quota, "status", "used", key)}/${textAt(hard, key)}`)
      .join(", ");
  return [quota.metadata.name, lines(false), lines(true), age(quota, now)];
}

function jobCells(job: KubeObject, now: number): readonly Cell[] {
  const start = textAt(job, "status", "startTime");
  const end = textAt(job, "status", "completionTime");
  const done = ["Complete", "Failed", "Suspended"].find((type) => conditionOf(job, type, "status") === "True");
  const duration = start === "" ? "" : humanDuration((end === "" ? now : Date.parse(end)) - Date.parse(start));
  return [
    job.metadata.name,
    done ?? "Running",
    `${numberAt(job, "status", "succeeded")}/${numberAt(job, "spec", "completions")}`,
    duration,
    age(job, now),
    ...templateCells(job, "spec", "template"),
    selectorCell(job),
  ];
}

const printers: Readonly<Record<string, Printer>> = {
  pods: {
    columns: named(
      ...["Ready", "Status", "Restarts", "Age"].map((name) => column(name)),
      ...["IP", "Node", "Nominated Node", "Readiness Gates"].map(wide),
    ),
    cells: (pod, now) => [
      pod.metadata.name,
      ...podSummary(pod, now),
      age(pod, now),
      textAt(pod, "status", "podIP") || "<none>",
      textAt(pod, "spec", "nodeName") || "<none>",
      textAt(pod, "status", "nominatedNodeName") || "<none>",
      "<none>",
    ],
  },
  "deployments.apps": {
    columns: named(
      column("Ready"),
      column("Up-to-date"),
      column("Available"),
      column("Age"),
      ...templateColumns,
      wide("Selector"),
    ),
    cells: (object, now) => [
      object.metadata.name,
      `${numberAt(object, "status", "readyReplicas")}/${numberAt(object, "spec", "replicas")}`,
      numberAt(object, "status", "updatedReplicas"),
      numberAt(object, "status", "availableReplicas"),
      age(object, now),
      ...templateCells(object, "spec", "template"),
      selectorCell(object),
    ],
  },
  "replicasets.apps": {
    columns: named(
      count("Desired"),
      count("Current"),
      count("Ready"),
      column("Age"),
      ...templateColumns,
      wide("Selector"),
    ),
    cells: (object, now) => [
      object.metadata.name,
      numberAt(object, "spec", "replicas"),
      numberAt(object, "status", "replicas"),
      numberAt(object, "status", "readyReplicas"),
      age(object, now),
      ...templateCells(object, "spec", "template"),
      selectorCell(object),
    ],
  },
  "statefulsets.apps": {
    columns: named(column("Ready"), column("Age"), ...templateColumns),
    cells: (object, now) => [
      object.metadata.name,
      `${numberAt(object, "status", "readyReplicas")}/${numberAt(object, "spec", "replicas")}`,
      age(object, now),
      ...templateCells(object, "spec", "template"),
    ],
  },
  "daemonsets.apps": {
    columns: named(
      ...["Desired", "Current", "Ready", "Up-to-date", "Available"].map(count),
      column("Node Selector"),
      column("Age"),
      ...templateColumns,
      wide("Selector"),
    ),
    cells: (object, now) => [
      object.metadata.name,
      numberAt(object, "status", "desiredNumberScheduled"),
      numberAt(object, "status", "currentNumberScheduled"),
      numberAt(object, "status", "numberReady"),
      numberAt(object, "status", "updatedNumberScheduled"),
      numberAt(object, "status", "numberAvailable"),
      mapText(at(object, "spec", "template", "spec", "nodeSelector")),
      age(object, now),
      ...templateCells(object, "spec", "template"),
      selectorCell(object),
    ],
  },
  "controllerrevisions.apps": {
    columns: named(column("Controller"), column("Revision"), column("Age")),
    cells: (object, now) => {
      const owner = controllerOf(object);
      const group = owner?.apiVersion.split("/").at(0);
      const controller = owner === undefined ? "<none>" : `${owner.kind.toLowerCase()}.${group}/${owner.name}`;
      return [object.metadata.name, controller, numberAt(object, "revision"), age(object, now)];
    },
  },
  namespaces: {
    columns: named(column("Status"), column("Age")),
    cells: (object, now) => [object.metadata.name, textAt(object, "status", "phase"), age(object, now)],
  },
  nodes: {
    columns: named(
      ...["Status", "Roles", "Age", "Version"].map((name) => column(name)),
      ...["Internal-IP", "External-IP", "OS-Image", "Kernel-Version", "Container-Runtime"].map(wide),
    ),
    cells: (node, now) => [
      node.metadata.name,
      nodeStatus(node),
      nodeRoles(node),
      age(node, now),
      textAt(node, "status", "nodeInfo", "kubeletVersion"),
      nodeAddress(node, "InternalIP"),
      nodeAddress(node, "ExternalIP"),
      ...["osImage", "kernelVersion", "containerRuntimeVersion"].map(
        (key) => textAt(node, "status", "nodeInfo", key) || "<unknown>",
      ),
    ],
  },
  events: {
    columns: [
      ...["Last Seen", "Type", "Reason", "Object"].map((name) => column(name)),
      ...["Subobject", "Source"].map(wide),
      column("Message"),
      ...["First Seen", "Count"].map(wide),
      { ...wide("Name"), format: "name" },
    ],
    cells: eventCells,
  },
  configmaps: {
    columns: named(column("Data"), column("Age")),
    cells: (object, now) => [object.metadata.name, dataCount(object), age(object, now)],
  },
  secrets: {
    columns: named(column("Type"), column("Data"), column("Age")),
    cells: (object, now) => [object.metadata.name, textAt(object, "type"), dataCount(object), age(object, now)],
  },
  serviceaccounts: {
    columns: named(column("Age")),
    cells: (object, now) => [object.metadata.name, age(object, now)],
  },
  services: {
    columns: named(
      ...["Type", "Cluster-IP", "External-IP", "Port(s)", "Age"].map((name) => column(name)),
      wide("Selector"),
    ),
    cells: (service, now) => [
      service.metadata.name,
      textAt(service, "spec", "type"),
      textAt(service, "spec", "clusterIP") || "<none>",
      listAt(service, "spec", "externalIPs").join(",") || "<none>",
      listAt(service, "spec", "ports")
        .map((port) => `${textAt(port, "port")}/${textAt(port, "protocol")}`)
        .join(",") || "<none>",
      age(service, now),
      mapText(at(service, "spec", "selector")),
    ],
  },
  persistentvolumeclaims: {
    columns: named(
      ...["Status", "Volume", "Capacity", "Access Modes", "StorageClass", "VolumeAttributesClass", "Age"].map((name) =>
        column(name),
      ),
      wide("VolumeMode"),
    ),
    cells: (claim, now) => [
      claim.metadata.name,
      textAt(claim, "status", "phase"),
      textAt(claim, "spec", "volumeName"),
      textAt(claim, "status", "capacity", "storage"),
      listAt(claim, "status", "accessModes")
        .map((mode) => accessModes[String(mode)] ?? "")
        .join(","),
      textAt(claim, "spec", "storageClassName"),
      "<unset>",
      age(claim, now),
      textAt(claim, "spec", "volumeMode") || "<unset>",
    ],
  },
  replicationcontrollers: {
    columns: named(
      count("Desired"),
      count("Current"),
      count("Ready"),
      column("Age"),
      ...templateColumns,
      wide("Selector"),
    ),
    cells: (object, now) => [
      object.metadata.name,
      numberAt(object, "spec", "replicas"),
      numberAt(object, "status", "replicas"),
      numberAt(object, "status", "readyReplicas"),
      age(object, now),
      ...templateCells(object, "spec", "template"),
      mapText(at(object, "spec", "selector")),
    ],
  },
  resourcequotas: { columns: named(column("Request"), column("Limit"), column("Age")), cells: quotaCells },
  "cronjobs.batch": {
    columns: named(
      column("Schedule"),
      column("Timezone"),
      column("Suspend", "boolean"),
      count("Active"),
      column("Last Schedule"),
      column("Age"),
      ...templateColumns,
      wide("Selector"),
    ),
    cells: (object, now) => {
      const last = textAt(object, "status", "lastScheduleTime");
      return [
        object.metadata.name,
        textAt(object, "spec", "schedule"),
        textAt(object, "spec", "timeZone") || "<none>",
        at(object, "spec", "suspend") === true ? "True" : "False",
        listAt(object, "status", "active").length,
        last === "" ? "<none>" : since(last, now),
        age(object, now),
        ...templateCells(object, "spec", "jobTemplate", "spec", "template"),
        "<none>",
      ];
    },
  },
  "jobs.batch": {
    columns: named(
      ...["Status", "Completions", "Duration", "Age"].map((name) => column(name)),
      ...templateColumns,
      wide("Selector"),
    ),
    cells: jobCells,
  },
  "leases.coordination.k8s.io": {
    columns: named(column("Holder"), column("Age")),
    cells: (lease, now) => [lease.metadata.name, textAt(lease, "spec", "holderIdentity"), age(lease, now)],
  },
  "poddisruptionbudgets.policy": {
    columns: named(column("Min Available"), column("Max Unavailable"), count("Allowed Disruptions"), column("Age")),
    cells: (budget, now) => [
      budget.metadata.name,
      textAt(budget, "spec", "minAvailable") || "N/A",
      textAt(budget, "spec", "maxUnavailable") || "N/A",
      numberAt(budget, "status", "disruptionsAllowed"),
      age(budget, now),
    ],
  },
};

const accessModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

function dataCount(object: KubeObject): number {
  return Object.keys(objectAt(object, "data")).length + Object.keys(objectAt(object, "binaryData")).length;
}

const plain: Printer = {
  columns: named(column("Age")),
  cells: (object, now) => [object.metadata.name, age(object, now)],
};

export function printerOf(info: ResourceInfo): Printer {
  return printers[resourceName(info)] ?? plain;
}
