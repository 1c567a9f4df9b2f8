import { readFileSync } from "node:fs";
import {
  create,
  createFileRegistry,
  type DescMessage,
  type DescService,
  type FileRegistry,
  fromBinary,
  type Message,
  toBinary,
} from "@bufbuild/protobuf";
import { type Any, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

// The messages of the suite as they are used here. They are described by the suite's own files, read when it is built.

export interface Header {
  readonly name: string;
  readonly value: readonly string[];
}

export interface ErrorDefinition {
  readonly code: number;
  readonly message?: string;
  readonly details: readonly Any[];
}

export interface UnaryDefinition {
  readonly responseHeaders: readonly Header[];
  readonly responseTrailers: readonly Header[];
  readonly responseDelayMs: number;
  readonly response:
    | { readonly case: "responseData"; readonly value: Uint8Array }
    | { readonly case: "error"; readonly value: ErrorDefinition }
    | { readonly case: undefined };
}

export interface StreamDefinition {
  readonly responseHeaders: readonly Header[];
  readonly responseTrailers: readonly Header[];
  readonly responseDelayMs: number;
  readonly responseData: readonly Uint8Array[];
  readonly error?: ErrorDefinition;
}

export interface UnaryRequest extends Message {
  readonly responseDefinition?: UnaryDefinition;
}

export interface StreamRequest extends Message {
  readonly responseDefinition?: StreamDefinition;
  readonly fullDuplex?: boolean;
}

export interface ServerRequest {
  readonly useTls: boolean;
  readonly clientTlsCert: Uint8Array;
  readonly messageReceiveLimit: number;
  readonly serverCreds?: { readonly cert: Uint8Array; readonly key: Uint8Array };
}

export interface Messages {
  readonly registry: FileRegistry;
  readonly service: DescService;
  readonly message: (name: string) => DescMessage;
}

const scope = "connectrpc.conformance.v1";

/** `path` is a FileDescriptorSet. */
export function loadMessages(path: string): Messages {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(path)));
  const service = registry.getService(`${scope}.ConformanceService`);
  if (service === undefined) throw new Error(`${path} does not describe the conformance service`);
  const message = (name: string): DescMessage => {
    const found = registry.getMessage(`${scope}.${name}`);
    if (found === undefined) throw new Error(`${path} does not describe ${name}`);
    return found;
  };
  return { registry, service, message };
}

/** The one message that the runner writes: four bytes of length, then the message. */
export async function readServerRequest(messages: Messages, input: ReadableStream<Uint8Array>): Promise<ServerRequest> {
  const bytes = await new Response(input).bytes();
  const request: unknown = fromBinary(messages.message("ServerCompatRequest"), bytes.subarray(4));
  return request as ServerRequest;
}

/** Where the server listens, in the same framing. `certificate` is PEM; empty without TLS. */
export function writeServerResponse(messages: Messages, port: number, certificate: Uint8Array): Uint8Array {
  const desc = messages.message("ServerCompatResponse");
  const bytes = toBinary(desc, create(desc, { host: "127.0.0.1", port, pemCert: certificate }));
  const framed = new Uint8Array(4 + bytes.length);
  new DataView(framed.buffer).setUint32(0, bytes.length);
  framed.set(bytes, 4);
  return framed;
}
