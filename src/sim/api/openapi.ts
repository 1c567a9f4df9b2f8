import { groupVersion, type ResourceInfo, servedResources } from "../resources.ts";
import { type FieldType, fieldsOf, isType } from "./schema.ts";

type Schema = Readonly<Record<string, unknown>>;

/** `/openapi/v3`: one document for each group version. */
export function openApiIndex(custom: ReadonlySet<string>): unknown {
  const names = [...new Set(servedResources(custom).map(documentName))];
  return {
    paths: Object.fromEntries(names.map((name) => [name, { serverRelativeURL: `/openapi/v3/${name}?hash=1` }])),
  };
}

/** One group version's document, with the schemas and what kubectl reads of the paths; undefined for an unknown one. */
export function openApiDocument(name: string, custom: ReadonlySet<string>): unknown {
  const served = servedResources(custom).filter((info) => documentName(info) === name);
  if (served.length === 0) return undefined;
  const schemas = new Map<string, Schema>();
  for (const info of served) addSchema(schemas, info.kind, info);
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "v1.36.3" },
    paths: Object.fromEntries(served.map(pathEntry)),
    components: { schemas: Object.fromEntries(schemas) },
  };
}

function documentName(info: ResourceInfo): string {
  return info.group === "" ? `api/${info.version}` : `apis/${groupVersion(info)}`;
}

function pathEntry(info: ResourceInfo): readonly [string, Schema] {
  const base = `/${documentName(info)}${info.namespaced ? "/namespaces/{namespace}" : ""}/${info.resource}/{name}`;
  const operation = (action: string): Schema => ({
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": { group: info.group, version: info.version, kind: info.kind },
    parameters: ["dryRun", "fieldManager", "fieldValidation"].map((name) => ({
      name,
      in: "query",
      schema: { type: "string" },
    })),
    responses: { "200": { description: "OK" } },
  });
  return [base, { get: operation("get"), patch: operation("patch"), put: operation("put") }];
}

function addSchema(schemas: Map<string, Schema>, type: string, info?: ResourceInfo): void {
  const name = schemaName(type);
  if (schemas.has(name)) return;
  schemas.set(name, {});
  const properties: Record<string, Schema> = {};
  for (const [field, fieldType] of fieldsOf(type) ?? []) {
    properties[field] = { ...schemaOf(schemas, fieldType), ...mergeHints(fieldType) };
  }
  schemas.set(name, {
    type: "object",
    properties,
    ...(info === undefined
      ? {}
      : { "x-kubernetes-group-version-kind": [{ group: info.group, version: info.version, kind: info.kind }] }),
  });
}

function schemaOf(schemas: Map<string, Schema>, field: FieldType): Schema {
  switch (field.shape) {
    case "object":
      addSchema(schemas, field.name);
      return { allOf: [{ $ref: `#/components/schemas/${schemaName(field.name)}` }] };
    case "map":
      return { type: "object", additionalProperties: schemaOf(schemas, field.value) };
    case "list":
      return { type: "array", items: schemaOf(schemas, field.item) };
    case "scalar":
      return scalars[field.name] ?? {};
  }
}

function mergeHints(field: FieldType): Schema {
  if (field.shape === "object") return field.retainKeys ? { "x-kubernetes-patch-strategy": "retainKeys" } : {};
  if (field.shape !== "list" || field.mergeKey === undefined) return {};
  return {
    "x-kubernetes-patch-strategy": field.retainKeys ? "merge,retainKeys" : "merge",
    ...(field.mergeKey === "" ? {} : { "x-kubernetes-patch-merge-key": field.mergeKey }),
  };
}

const scalars: Readonly<Record<string, Schema>> = {
  string: { type: "string" },
  byte: { type: "string", format: "byte" },
  boolean: { type: "boolean" },
  int32: { type: "integer", format: "int32" },
  int64: { type: "integer", format: "int64" },
  number: { type: "number" },
  time: { type: "string", format: "date-time" },
  microTime: { type: "string", format: "date-time" },
  quantity: { oneOf: [{ type: "string" }, { type: "number" }] },
  intOrString: { oneOf: [{ type: "integer" }, { type: "string" }], format: "int-or-string" },
  any: {},
};

function schemaName(type: string): string {
  return !isType(type) ? type : `io.k8s.api.${type}`;
}
