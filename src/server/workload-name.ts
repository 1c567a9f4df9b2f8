import { parseKind } from "../core/index.ts";
import { invalid } from "./errors.ts";

/** A workload as a request names it, each part fit to stand in a URL. */
export interface CheckedName {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

// RFC 1123, as apimachinery pkg/util/validation has it.
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const version = /^v[1-9][0-9]*((alpha|beta)[1-9][0-9]*)?$/;
const resource = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** Checks every part before anything is sent anywhere; throws `Usage` that names the part and never repeats it. */
export function checkName(given: CheckedName): CheckedName {
  if (given.resource === "") throw invalid("resource is required");
  const kind = parseKind(given.resource);
  if (kind !== undefined && given.resource !== kind.resource) {
    throw invalid(`resource is the plural in lower case: ${kind.resource}`);
  }
  check("group", given.group, given.group === "" || (subdomain.test(given.group) && given.group.length <= 253));
  check("version", given.version, version.test(given.version) && given.version.length <= 63);
  check("resource", given.resource, resource.test(given.resource) && given.resource.length <= 63);
  check("namespace", given.namespace, isNamespace(given.namespace));
  check("name", given.name, subdomain.test(given.name) && given.name.length <= 253);
  return given;
}

function check(part: string, value: string, valid: boolean): void {
  if (valid) return;
  throw invalid(value === "" ? `${part} is required` : `${part} is not a valid Kubernetes name of its sort`);
}

/** True for a text that may be a namespace. */
export function isNamespace(text: string): boolean {
  return label.test(text) && text.length <= 63;
}

// What contexts are called in practice: letters, digits and the punctuation of ARNs, users and hosts.
const clusterName = /^[A-Za-z0-9_][A-Za-z0-9._:@/-]{0,252}$/;

/** True for a text that may be a cluster's name at all. */
export function isClusterName(text: string): boolean {
  return clusterName.test(text);
}
