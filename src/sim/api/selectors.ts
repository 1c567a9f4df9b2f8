import { isJsonObject, type JsonObject, type KubeObject } from "../object.ts";
import { type ResourceInfo, resourceName } from "../resources.ts";
import { isQualifiedName, labelValue, labelValueText, qualifiedText } from "./names.ts";
import { badRequest, type Failure, isFailure } from "./status.ts";

export type Matches = (object: KubeObject) => boolean;
type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

/** Both selectors of a list or watch; undefined when there is none. */
export function parseSelectors(info: ResourceInfo, query: URLSearchParams): Matches | undefined | Failure {
  const labelText = query.get("labelSelector") ?? "";
  const fieldText = query.get("fieldSelector") ?? "";
  const labels = labelText === "" ? undefined : parseLabelSelector(labelText);
  if (isFailure(labels)) return labels;
  const fields = fieldText === "" ? undefined : parseFieldSelector(info, fieldText);
  if (isFailure(fields)) return fields;
  if (labels === undefined) return fields;
  const byLabel: Matches = (object) => labels(object.metadata.labels ?? {});
  return fields === undefined ? byLabel : (object) => byLabel(object) && fields(object);
}

const operators = new Set(["=", "==", "!=", ">", "<"]);

export function parseLabelSelector(text: string): LabelTest | Failure {
  const tokens = text.match(/\s*(?:!=|==|[=!<>(),]|[^\s=!<>(),]+)\s*/g)?.map((token) => token.trim()) ?? [];
  const tests: LabelTest[] = [];
  let index = 0;
  const refuse = (expected: string): Failure =>
    badRequest(`unable to parse requirement: found '${tokens[index] ?? ""}', expected: ${expected}`);
  const isWord = (token: string | undefined): token is string =>
    token !== undefined && !/^(?:!=|==|[=!<>(),])$/.test(token);
  if (tokens[0] === ",") return badRequest("found ',', expected: !, identifier, or 'end of string'");
  while (index < tokens.length) {
    const negated = tokens[index] === "!";
    if (negated) index += 1;
    const key = tokens[index];
    if (!isWord(key)) return refuse("identifier");
    const badKey = isQualifiedName(key) ? undefined : `<nil>: Invalid value: ${JSON.stringify(key)}: ${qualifiedText}`;
    if (badKey !== undefined) return badRequest(`unable to parse requirement: ${badKey}`);
    index += 1;
    const operator = tokens[index];
    if (operator === undefined || operator === ",") {
      tests.push((labels) => (labels[key] !== undefined) !== negated);
    } else if (operators.has(operator)) {
      index += 1;
      const given = tokens[index];
      if (given !== undefined && given !== "," && !isWord(given)) return refuse("identifier");
      const value = isWord(given) ? given : "";
      if (isWord(given)) index += 1;
      if (!labelValue.test(value)) {
        const where = `values[0][${key}]: Invalid value: ${JSON.stringify(value)}`;
        return badRequest(`unable to parse requirement: ${where}: ${labelValueText}`);
      }
      tests.push(compare(key, operator, value));
    } else if (operator === "in" || operator === "notin") {
      index += 1;
      // Without the comma that the other sentences have: so in apimachinery.
      if (tokens[index] !== "(")
        return badRequest(`unable to parse requirement: found '${tokens[index] ?? ""}' expected: '('`);
      const end = tokens.indexOf(")", index);
      if (end < 0) return refuse("','");
      const values = new Set(tokens.slice(index + 1, end).filter((token) => token !== ","));
      index = end + 1;
      const wanted = operator === "in";
      tests.push((labels) => {
        const label = labels[key];
        return label === undefined ? !wanted : values.has(label) === wanted;
      });
    } else {
      return refuse("in, notin, =, ==, !=, gt, lt");
    }
    if (index < tokens.length) {
      if (tokens[index] !== ",") return refuse("',' or 'end of string'");
      index += 1;
      if (index === tokens.length) return badRequest("found '', expected: identifier after ','");
    }
  }
  return (labels) => tests.every((test) => test(labels));
}

function compare(key: string, operator: string, value: string): LabelTest {
  switch (operator) {
    case "!=":
      return (labels) => labels[key] !== value;
    case ">":
      return (labels) => labels[key] !== undefined && Number(labels[key]) > Number(value);
    case "<":
      return (labels) => labels[key] !== undefined && Number(labels[key]) < Number(value);
    default:
      return (labels) => labels[key] === value;
  }
}

const ownFields: Readonly<Record<string, readonly string[]>> = {
  pods: [
    ...["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork"],
    ...["status.phase", "status.podIP", "status.nominatedNodeName"],
  ],
  events: [
    ...["involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid"],
    ...["involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath"],
    ...["reason", "reportingComponent", "source", "type"],
  ],
  namespaces: ["status.phase"],
  nodes: ["spec.unschedulable"],
  secrets: ["type"],
  "jobs.batch": ["status.successful"],
  "replicasets.apps": ["status.replicas"],
  replicationcontrollers: ["status.replicas"],
};

function parseFieldSelector(info: ResourceInfo, text: string): Matches | Failure {
  const tests: Matches[] = [];
  const own = ownFields[resourceName(info)];
  for (const term of text.split(",")) {
    if (term === "") continue;
    const found = /^(.*?)(==|!=|=)(.*)$/.exec(term);
    if (found === null) return badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    const [, field = "", operator, value = ""] = found;
    if (field !== "metadata.name" && field !== "metadata.namespace" && own?.includes(field) !== true) {
      return badRequest(
        own === undefined
          ? `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`
          : `field label not supported: ${field}`,
      );
    }
    const path = field.split(".");
    const wanted = operator !== "!=";
    tests.push((object) => (fieldText(object, path) === value) === wanted);
  }
  return (object) => tests.every((test) => test(object));
}

function fieldText(object: KubeObject, path: readonly string[]): string {
  let value: unknown = object;
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined;
  if (path[0] === "source" && isJsonObject(value)) return String(value["component"] ?? "");
  if (value === undefined) return path.at(-1) === "unschedulable" || path.at(-1) === "hostNetwork" ? "false" : "";
  return String(value);
}

/** `metav1.LabelSelector`; an absent one matches nothing, an empty one everything. */
export function labelSelectorMatches(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  if (!isJsonObject(selector)) return false;
  const wanted = isJsonObject(selector["matchLabels"]) ? selector["matchLabels"] : {};
  const expressions = Array.isArray(selector["matchExpressions"]) ? selector["matchExpressions"] : [];
  return (
    Object.entries(wanted).every(([key, value]) => labels[key] === value) &&
    expressions.every((expression) => {
      if (!isJsonObject(expression)) return false;
      const label = labels[String(expression["key"])];
      const values = Array.isArray(expression["values"]) ? expression["values"] : [];
      switch (expression["operator"]) {
        case "In":
          return label !== undefined && values.includes(label);
        case "NotIn":
          return label === undefined || !values.includes(label);
        case "Exists":
          return label !== undefined;
        default:
          return label === undefined;
      }
    })
  );
}

/** A `metav1.LabelSelector` as text, the way `kubectl get -o wide` and the scale subresource print it: sorted by key. */
export function labelSelectorText(selector: unknown): string {
  if (!isJsonObject(selector)) return "";
  const labels = isJsonObject(selector["matchLabels"]) ? selector["matchLabels"] : {};
  const terms = Object.entries(labels).map(([key, value]) => ({ key, text: `${key}=${String(value)}` }));
  for (const expression of Array.isArray(selector["matchExpressions"]) ? selector["matchExpressions"] : []) {
    if (isJsonObject(expression)) terms.push({ key: String(expression["key"]), text: expressionText(expression) });
  }
  return terms
    .toSorted((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
    .map(({ text }) => text)
    .join(",");
}

function expressionText(expression: JsonObject): string {
  const key = String(expression["key"]);
  const operator = String(expression["operator"]);
  if (operator === "Exists") return key;
  if (operator === "DoesNotExist") return `!${key}`;
  const values = Array.isArray(expression["values"]) ? expression["values"].map(String).toSorted() : [];
  return `${key} ${operator.toLowerCase()} (${values.join(",")})`;
}
