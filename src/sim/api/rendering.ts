import type { KubeObject } from "../object.ts";
import { groupVersion, type ResourceInfo } from "../resources.ts";
import { printerOf } from "./columns.ts";
import type { ListMeta } from "./list.ts";
import { type Failure, failure } from "./status.ts";

/** How a client wants objects: whole, as rows of a table, or their metadata alone. */
export interface Form {
  readonly as: "object" | "table" | "metadata";
  readonly includeObject: "None" | "Metadata" | "Object";
}

const plainJson = "application/json";
const notAcceptable =
  "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf, " +
  "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";

/** The first representation of an `Accept` header that is served; protobuf and CBOR are not. */
export function negotiate(accept: string | null, query: URLSearchParams): Form | Failure {
  const include = query.get("includeObject");
  const includeObject = include === "None" || include === "Object" ? include : "Metadata";
  for (const range of (accept ?? "*/*").split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim());
    if (type !== plainJson && type !== "application/*" && type !== "*/*" && type !== "") continue;
    const as = parameters.find((parameter) => parameter.startsWith("as="))?.slice(3);
    if (as === undefined) return { as: "object", includeObject };
    if (!parameters.includes("g=meta.k8s.io") || !parameters.includes("v=v1")) continue;
    if (as === "Table") return { as: "table", includeObject };
    if (as === "PartialObjectMetadata" || as === "PartialObjectMetadataList") {
      return { as: "metadata", includeObject };
    }
  }
  return failure(406, "NotAcceptable", notAcceptable, {});
}

const fragments = new WeakMap<KubeObject, string>();

/** An object's JSON without kind and version, which list items leave out; kept with the object. */
function fragment(object: KubeObject): string {
  const known = fragments.get(object);
  if (known !== undefined) return known;
  const { apiVersion: _version, kind: _kind, ...rest } = object;
  const text = JSON.stringify(rest);
  fragments.set(object, text);
  return text;
}

/** One whole object as JSON. */
export function objectJson(object: KubeObject): string {
  return `{"kind":${JSON.stringify(object.kind)},"apiVersion":${JSON.stringify(object.apiVersion)},${fragment(object).slice(1)}`;
}

function metadataJson(object: KubeObject): string {
  return `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":${JSON.stringify(object.metadata)}}`;
}

function rowJson(object: KubeObject, info: ResourceInfo, form: Form, now: number): string {
  const cells = JSON.stringify(printerOf(info).cells(object, now));
  if (form.includeObject === "None") return `{"cells":${cells},"object":null}`;
  return `{"cells":${cells},"object":${form.includeObject === "Object" ? objectJson(object) : metadataJson(object)}}`;
}

function tableJson(info: ResourceInfo, metadata: unknown, rows: readonly string[], withColumns: boolean): string {
  const columns = withColumns ? JSON.stringify(printerOf(info).columns) : "null";
  return (
    `{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":${JSON.stringify(metadata)},` +
    `"columnDefinitions":${columns},"rows":[${rows.join(",")}]}`
  );
}

export function renderObject(object: KubeObject, info: ResourceInfo, form: Form, now: number): string {
  switch (form.as) {
    case "object":
      return objectJson(object);
    case "metadata":
      return metadataJson(object);
    case "table":
      return tableJson(
        info,
        { resourceVersion: object.metadata.resourceVersion },
        [rowJson(object, info, form, now)],
        true,
      );
  }
}

export function renderList(
  items: readonly KubeObject[],
  metadata: ListMeta,
  info: ResourceInfo,
  form: Form,
  now: number,
): string {
  if (form.as === "table") {
    return tableJson(
      info,
      metadata,
      items.map((object) => rowJson(object, info, form, now)),
      true,
    );
  }
  const [kind, apiVersion, texts] =
    form.as === "metadata"
      ? ["PartialObjectMetadataList", "meta.k8s.io/v1", items.map(metadataJson)]
      : [`${info.kind}List`, groupVersion(info), items.map(fragment)];
  return `{"kind":"${kind}","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[${texts.join(",")}]}`;
}

/** One line of a watch. Only the first table of a stream names its columns. */
export function renderWatchEvent(
  type: string,
  object: KubeObject,
  info: ResourceInfo,
  form: Form,
  now: number,
  withColumns: boolean,
): string {
  const body =
    form.as === "object"
      ? objectJson(object)
      : form.as === "metadata"
        ? metadataJson(object)
        : tableJson(
            info,
            { resourceVersion: object.metadata.resourceVersion },
            [rowJson(object, info, form, now)],
            withColumns,
          );
  return `{"type":"${type}","object":${body}}\n`;
}

/** A bookmark: nothing but a version, and the mark that the initial events are over. */
export function renderBookmark(
  info: ResourceInfo,
  form: Form,
  resourceVersion: string,
  initialEventsEnd: boolean,
): string {
  const annotations = initialEventsEnd ? { annotations: { "k8s.io/initial-events-end": "true" } } : {};
  const metadata = JSON.stringify({ resourceVersion, ...annotations });
  const bare = `{"kind":"${form.as === "object" ? info.kind : "PartialObjectMetadata"}","apiVersion":"${
    form.as === "object" ? groupVersion(info) : "meta.k8s.io/v1"
  }","metadata":${metadata}}`;
  const body =
    form.as === "table"
      ? tableJson(
          info,
          { resourceVersion },
          [`{"cells":${JSON.stringify(printerOf(info).columns.map(() => ""))},"object":${bare}}`],
          false,
        )
      : bare;
  return `{"type":"BOOKMARK","object":${body}}\n`;
}
