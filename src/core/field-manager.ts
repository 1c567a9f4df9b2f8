/** `metadata.managedFields`: who wrote which fields. `fieldsV1` is a tree whose keys are `f:` and the field's name. */
export type ManagedFields = readonly {
  readonly manager?: string;
  /** RFC 3339. */
  readonly time?: string;
  readonly subresource?: string;
  readonly fieldsV1?: unknown;
}[];

/** The manager that owns a field; of several that wrote the same value, the latest. Undefined when nobody is known to. */
export function fieldManager(entries: ManagedFields | undefined, path: readonly string[]): string | undefined {
  let found: string | undefined;
  let latest = "";
  for (const { manager, time = "", fieldsV1 } of entries ?? []) {
    if (manager === undefined || time < latest || !owns(fieldsV1, path)) continue;
    found = manager;
    latest = time;
  }
  return found;
}

function owns(fields: unknown, path: readonly string[]): boolean {
  let at = fields;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return false;
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return true;
}
