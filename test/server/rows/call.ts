import { create, toBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { RestartRequestSchema } from "../../../src/gen/otterscale/runtime/v1/runtime_pb.ts";
import { RestartRequestSchema as FullRequestSchema } from "../../../src/gen/restart/v1/restart_pb.ts";
import type { Got, Sent, ServerUnderTest } from "./row.ts";

export const seedPath = "/otterscale.runtime.v1.RuntimeService/Restart";
export const fullPath = "/restart.v1.RestartService/Restart";
export const watchPath = "/restart.v1.RestartService/WatchRollout";

export interface SixFields {
  readonly cluster: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** The workload that every good call restarts. */
export const web: SixFields = {
  cluster: "stage",
  group: "apps",
  version: "v1",
  resource: "deployments",
  namespace: "shop",
  name: "web",
};

export const fieldNames = Object.keys(web) as readonly (keyof SixFields)[];

/** How a caller speaks. */
export interface Form {
  readonly protocol: "connect" | "grpc-web";
  readonly codec: "json" | "proto";
}

export const forms: readonly Form[] = [
  { protocol: "connect", codec: "json" },
  { protocol: "connect", codec: "proto" },
  { protocol: "grpc-web", codec: "json" },
  { protocol: "grpc-web", codec: "proto" },
];
export const jsonForms = forms.filter(({ codec }) => codec === "json");
export const protoForms = forms.filter(({ codec }) => codec === "proto");
const [connectJson] = forms as readonly [Form];

export interface Call {
  readonly form?: Form;
  readonly path?: string;
  /** Fields, or the body as it is sent; without its envelope for gRPC-Web. */
  readonly message?: SixFields | string | Uint8Array;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** The whole header; none when null. */
  readonly authorization?: string | null;
  readonly signal?: AbortSignal;
}

/** What a caller is told, whatever it speaks. */
export interface Told {
  /** `ok`, or the name of a Connect code. */
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly header: Headers;
  /** Everything that came back, head and body. */
  readonly text: string;
}

/** Sends one call and reads its answer. */
export async function call(server: ServerUnderTest, given: Call = {}): Promise<Told> {
  const { form = connectJson, signal } = given;
  const got = await server.send({ ...request(server, given), ...(signal && { signal }) });
  return told(got, form);
}

/** The request of a call. */
export function request(server: ServerUnderTest, given: Call): Sent & { readonly body: Uint8Array } {
  const { form = connectJson, path = seedPath, message = web, headers = [] } = given;
  const { authorization = `Bearer ${server.token}` } = given;
  const bytes = encode(message, form, path);
  return {
    method: "POST",
    path,
    headers: [
      ["host", server.host],
      ["content-type", contentType(form)],
      ...(authorization === null ? [] : [["authorization", authorization] as const]),
      ...headers,
    ],
    body: form.protocol === "connect" ? bytes : envelope(bytes),
  };
}

function contentType({ protocol, codec }: Form): string {
  return protocol === "connect" ? `application/${codec}` : `application/grpc-web+${codec}`;
}

function encode(message: SixFields | string | Uint8Array, { codec }: Form, path: string): Uint8Array {
  if (typeof message === "string") return new TextEncoder().encode(message);
  if (message instanceof Uint8Array) return message;
  const isFull = path === fullPath;
  if (codec === "json") return encode(JSON.stringify(isFull ? { workload: message } : message), connectJson, path);
  return isFull
    ? toBinary(FullRequestSchema, create(FullRequestSchema, { workload: message }))
    : toBinary(RestartRequestSchema, create(RestartRequestSchema, message));
}

/** One length-prefixed message. */
export function envelope(bytes: Uint8Array, flags = 0, length = bytes.length): Uint8Array {
  const framed = new Uint8Array(5 + bytes.length);
  framed[0] = flags;
  new DataView(framed.buffer).setUint32(1, length);
  framed.set(bytes, 5);
  return framed;
}

export interface Frame {
  readonly flags: number;
  readonly text: string;
}

/** The messages of an enveloped body. */
export function frames(body: Uint8Array): readonly Frame[] {
  const found: Frame[] = [];
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  for (let at = 0; at + 5 <= body.length; ) {
    const end = at + 5 + view.getUint32(at + 1);
    found.push({ flags: body[at] ?? 0, text: new TextDecoder().decode(body.subarray(at + 5, end)) });
    at = end;
  }
  return found;
}

/** Reads an answer of a unary call in one of the two protocols. */
export function told({ status, header, body }: Got, { protocol }: Form): Told {
  const text = `${[...header].map((entry) => entry.join(": ")).join("\n")}\n\n${new TextDecoder().decode(body)}`;
  const isWeb = protocol === "grpc-web" && (header.get("content-type") ?? "").startsWith("application/grpc-web");
  return { ...(isWeb ? webStatus(header, body) : connectStatus(status, body)), status, header, text };
}

function connectStatus(status: number, body: Uint8Array): { readonly code: string; readonly message: string } {
  if (status === 200) return { code: "ok", message: "" };
  const { code = `HTTP ${status}`, message = "" } = parse(new TextDecoder().decode(body));
  return { code, message };
}

function parse(text: string): { readonly code?: string; readonly message?: string } {
  try {
    return JSON.parse(text) as { readonly code?: string; readonly message?: string };
  } catch {
    return { message: text };
  }
}

function webStatus(header: Headers, body: Uint8Array): { readonly code: string; readonly message: string } {
  const last = frames(body).find(({ flags }) => (flags & 0x80) !== 0);
  const trailer = new Headers(header);
  for (const line of last?.text.split("\r\n") ?? []) {
    const [name = "", ...value] = line.split(":");
    if (name !== "") trailer.set(name, value.join(":").trim());
  }
  const code = Number(trailer.get("grpc-status") ?? Code.Unknown);
  return { code: code === 0 ? "ok" : codeName(code), message: decodeURIComponent(trailer.get("grpc-message") ?? "") };
}

/** `InvalidArgument` as `invalid_argument`. */
export function codeName(code: Code): string {
  return (Code[code] ?? String(code)).replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
}

export interface StreamTold {
  /** Messages before the end, as text. */
  readonly messages: readonly string[];
  /** `ok`, the code of the end, or of the answer when there was no stream. */
  readonly code: string;
  readonly message: string;
}

/** Sends bytes to a method with a streaming answer, over Connect in JSON. */
export async function callStream(
  server: ServerUnderTest,
  body: Uint8Array,
  more: { readonly headers?: Sent["headers"]; readonly signal?: AbortSignal } = {},
): Promise<StreamTold> {
  const got = await server.send({
    method: "POST",
    path: watchPath,
    headers: [
      ["host", server.host],
      ["content-type", "application/connect+json"],
      ["authorization", `Bearer ${server.token}`],
      ...(more.headers ?? []),
    ],
    body,
    ...(more.signal && { signal: more.signal }),
  });
  if (got.status !== 200) return { messages: [], ...connectStatus(got.status, got.body) };
  const all = frames(got.body);
  const end = all.find(({ flags }) => (flags & 2) !== 0);
  const { error } = JSON.parse(end?.text ?? '{"error":{"code":"no end of the stream"}}') as {
    readonly error?: { readonly code: string; readonly message?: string };
  };
  const messages = all.filter(({ flags }) => (flags & 2) === 0).map(({ text }) => text);
  return { messages, code: error?.code ?? "ok", message: error?.message ?? "" };
}
