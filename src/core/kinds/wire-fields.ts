import {
  fromEntries,
  integer,
  mapEntry,
  message,
  text,
  time,
  truth,
  type WireCursor,
  type WireField,
  type WireFields,
  type WireReader,
} from "../../kube/wire.ts";

/** A field that occurs once. */
export const field = (name: string, reader: WireReader<unknown>): WireField => ({ name, reader });
/** A field that is an array. */
export const many = (name: string, reader: WireReader<unknown>): WireField => ({ name, reader, repeated: true });

/** Makes objects of the entries that a message collected under these names. */
function withMaps(reader: WireReader<Record<string, unknown>>, names: readonly string[]): WireReader<unknown> {
  return {
    wireType: 2,
    read: (cursor: WireCursor, end: number) => {
      const object = reader.read(cursor, end);
      for (const name of names) if (object[name] !== undefined) object[name] = fromEntries(object[name]);
      return object;
    },
  };
}

const ownerReference = message({
  1: field("kind", text),
  3: field("name", text),
  4: field("uid", text),
  5: field("apiVersion", text),
  6: field("controller", truth),
});

/** `metav1.FieldsV1`: JSON inside the message. Nobody asks for fields of which none is the restart's. */
const ownedFields: WireReader<unknown> = {
  wireType: 2,
  read: (cursor, end) => {
    const { raw } = ownedFieldsText.read(cursor, end);
    return typeof raw === "string" && raw.includes("restart") ? parsed(raw) : undefined;
  },
};

const ownedFieldsText = message({ 1: field("raw", text) });

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const managedFieldsEntry = message({
  1: field("manager", text),
  4: field("time", time),
  7: field("fieldsV1", ownedFields),
  8: field("subresource", text),
});

/** `metav1.ObjectMeta`, without what most of its bytes are: annotations and, but in detail, managed fields. */
export const objectMeta = withMaps(
  message({
    1: field("name", text),
    3: field("namespace", text),
    5: field("uid", text),
    6: field("resourceVersion", text),
    7: field("generation", integer),
    8: field("creationTimestamp", time),
    9: field("deletionTimestamp", time),
    11: many("labels", mapEntry),
    13: many("ownerReferences", ownerReference),
    17: { ...many("managedFields", managedFieldsEntry), detail: true },
  }),
  ["labels"],
);

/** `metav1.LabelSelector`. */
export const labelSelector = withMaps(
  message({
    1: many("matchLabels", mapEntry),
    2: many(
      "matchExpressions",
      message({ 1: field("key", text), 2: field("operator", text), 3: many("values", text) }),
    ),
  }),
  ["matchLabels"],
);

/** `v1.PodTemplateSpec`: its annotations and the containers' names and images. */
export const podTemplate = message({
  1: field("metadata", withMaps(message({ 12: many("annotations", mapEntry) }), ["annotations"])),
  2: field("spec", message({ 2: many("containers", message({ 1: field("name", text), 2: field("image", text) })) })),
});

/** The condition of a workload's status; the three kinds number it alike. */
export const condition = message({
  1: field("type", text),
  2: field("status", text),
  4: field("reason", text),
  5: field("message", text),
});

/** How a kind replaces pods: a type, and the numbers of a rolling update. */
export function strategyOf(rollingUpdate: WireFields): WireReader<unknown> {
  return message({ 1: field("type", text), 2: field("rollingUpdate", message(rollingUpdate)) });
}

/** The list of a kind whose items have `metadata`, `spec` and `status` as fields 1, 2 and 3. */
export function listOf(spec: WireReader<unknown>, status: WireReader<unknown>): WireReader<unknown> {
  const item = message({ 1: field("metadata", objectMeta), 2: field("spec", spec), 3: field("status", status) });
  return message({
    1: field("metadata", message({ 2: field("resourceVersion", text), 3: field("continue", text) })),
    2: many("items", item),
  });
}
