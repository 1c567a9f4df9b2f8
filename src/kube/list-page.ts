import { type KubeObject, readAnswer, readBytes, unexpected } from "./answer.ts";
import { cleanText } from "./clean-text.ts";
import { message, readWire, text, type WireReader } from "./wire.ts";

/** One page of a list. Its items are made when they are asked for, so that the next page can be on its way meanwhile. */
export interface Page {
  readonly resourceVersion: string;
  /** Of the next page; empty on the last one. */
  readonly token: string;
  readonly items: () => readonly KubeObject[];
}

interface ListObject {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly KubeObject[] | null;
}

/** The API server's binary encoding. */
export const protobuf = "application/vnd.kubernetes.protobuf";

// The metadata is the first field of every list; reading stops behind it.
const head = message({
  1: {
    name: "metadata",
    reader: message({ 2: { name: "resourceVersion", reader: text }, 3: { name: "continue", reader: text } }),
  },
});

/** Reads a page in whichever of the two encodings it came. Rejects like `readAnswer`. */
export async function readPage(
  response: Response,
  expectedKind: string,
  wire: WireReader<unknown> | undefined,
  detail: boolean,
): Promise<Page> {
  const type = response.headers.get("content-type") ?? "";
  if (wire === undefined || !type.startsWith(protobuf)) {
    const object = await readAnswer<ListObject>(response, expectedKind);
    return pageOf(object, () => object.items ?? []);
  }
  const bytes = await readBytes(response);
  const { kind, object } = readWire(bytes, head);
  if (kind !== expectedKind) throw unexpected(response, expectedKind, cleanText(kind, 63));
  return pageOf(object as ListObject, () => (readWire(bytes, wire, detail).object as ListObject).items ?? []);
}

function pageOf({ metadata }: ListObject, items: Page["items"]): Page {
  return { resourceVersion: metadata?.resourceVersion ?? "", token: metadata?.continue ?? "", items };
}
