import { cleanText } from "./clean-text.ts";
import { RestartError } from "./error.ts";

/** Where an object, or a list of objects, lives in the API. */
export interface ResourcePath {
  /** `""` is the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural, lower case: `deployments`. */
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const alphabeticLabel = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
// Printable ASCII without what a URL, a proxy or an API server could read as structure.
const pathSegmentName = /^[!-~]{1,253}$/;
const structure = /[/%\\?#;]/;

/** Groups whose names only have to be one path segment (`system:node`), not an RFC 1123 subdomain. */
const looselyNamedGroups: ReadonlySet<string> = new Set(["rbac.authorization.k8s.io", "certificates.k8s.io"]);

/**
 * The absolute path of a resource. Every segment is validated and nothing is repaired: encoding is no protection,
 * since `encodeURIComponent("..")` is `..` and every URL parser folds it into another resource (measured).
 * Throws `Usage`, naming the segment.
 */
export function resourcePath(path: ResourcePath): string {
  const { group, version, resource, namespace, name, subresource } = path;
  if (group !== "") check("API group", group, subdomain.test(group) && group.length <= 253);
  check("API version", version, alphabeticLabel.test(version));
  check("resource", resource, alphabeticLabel.test(resource));
  if (namespace !== undefined) check("namespace", namespace, label.test(namespace));
  if (name !== undefined) check("name", name, isName(group, name));
  if (subresource !== undefined) {
    if (name === undefined) throw new RestartError("Usage", `a subresource (${subresource}) needs a name`);
    check("subresource", subresource, alphabeticLabel.test(subresource));
  }
  return [
    group === "" ? "/api" : `/apis/${group}`,
    version,
    ...(namespace === undefined ? [] : ["namespaces", namespace]),
    resource,
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
    ...(subresource === undefined ? [] : [subresource]),
  ].join("/");
}

function isName(group: string, name: string): boolean {
  if (!looselyNamedGroups.has(group)) return name.length <= 253 && subdomain.test(name);
  return pathSegmentName.test(name) && !structure.test(name) && name !== "." && name !== "..";
}

function check(what: string, value: string, valid: boolean): void {
  if (valid) return;
  const shown = JSON.stringify(cleanText(value, 80));
  throw new RestartError("Usage", value === "" ? `the ${what} is empty` : `${shown} is not a valid ${what}`, {
    detail: { segment: what },
  });
}
