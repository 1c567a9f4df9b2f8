import { setTimeout as delay } from "node:timers/promises";
import { create, type DescService, type Message } from "@bufbuild/protobuf";
import { type Any, anyPack, anyUnpack } from "@bufbuild/protobuf/wkt";
import { type Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import type {
  ErrorDefinition,
  Header,
  Messages,
  StreamDefinition,
  StreamRequest,
  UnaryDefinition,
  UnaryRequest,
} from "./messages.ts";

/** Answers what each request asks for, and tells what arrived. `Unimplemented` stays so: the suite looks for it. */
export function createConformanceService(messages: Messages): Partial<ServiceImpl<DescService>> {
  const info = (context: HandlerContext, requests: readonly Message[]): Message => {
    const timeout = context.timeoutMs();
    const parameters = context.requestMethod === "GET" ? [...new URL(context.url).searchParams] : [];
    return create(messages.message("ConformancePayload.RequestInfo"), {
      requestHeaders: [...context.requestHeader].map(([name, value]) => ({ name, value: [value] })),
      ...(timeout !== undefined && { timeoutMs: BigInt(Math.floor(timeout)) }),
      requests: requests.map((request) => pack(messages, request)),
      ...(parameters.length > 0 && {
        connectGetInfo: create(messages.message("ConformancePayload.ConnectGetInfo"), {
          queryParams: parameters.map(([name, value]) => ({ name, value: [value] })),
        }),
      }),
    });
  };
  const payload = (data: Uint8Array, requestInfo?: Message) => ({
    payload: create(messages.message("ConformancePayload"), { data, ...(requestInfo && { requestInfo }) }),
  });

  const unary = async (context: HandlerContext, requests: readonly Message[], definition?: UnaryDefinition) => {
    setHeaders(context, definition);
    if (definition?.response.case === "error") {
      throw toError(messages, definition.response.value, info(context, requests));
    }
    await pause(definition, context);
    const data = definition?.response.case === "responseData" ? definition.response.value : new Uint8Array();
    return payload(data, info(context, requests));
  };

  async function* bidi(requests: AsyncIterable<StreamRequest>, context: HandlerContext) {
    let definition: StreamDefinition | undefined;
    let fullDuplex = false;
    let sent = 0;
    let heard: StreamRequest[] = [];
    let first = true;
    for await (const request of requests) {
      heard.push(request);
      if (first) {
        first = false;
        definition = request.responseDefinition;
        fullDuplex = request.fullDuplex === true;
        setHeaders(context, definition);
      }
      if (!fullDuplex) continue;
      const data = definition?.responseData[sent];
      if (data === undefined) break;
      await pause(definition, context);
      const seen = { requests: heard.map((each) => pack(messages, each)) };
      yield payload(
        data,
        sent === 0 ? info(context, heard) : create(messages.message("ConformancePayload.RequestInfo"), seen),
      );
      heard = [];
      sent += 1;
    }
    for (const data of definition?.responseData.slice(sent) ?? []) {
      await pause(definition, context);
      yield payload(data, sent === 0 ? info(context, heard) : undefined);
      sent += 1;
    }
    if (definition?.error !== undefined) {
      throw toError(messages, definition.error, sent === 0 ? info(context, heard) : undefined);
    }
  }

  const implementation = {
    unary: (request: UnaryRequest, context: HandlerContext) => unary(context, [request], request.responseDefinition),
    idempotentUnary: (request: UnaryRequest, context: HandlerContext) =>
      unary(context, [request], request.responseDefinition),
    clientStream: async (requests: AsyncIterable<UnaryRequest>, context: HandlerContext) => {
      const heard: UnaryRequest[] = [];
      for await (const request of requests) heard.push(request);
      return unary(context, heard, heard[0]?.responseDefinition);
    },
    serverStream: (request: StreamRequest, context: HandlerContext) => bidi(once(request), context),
    bidiStream: bidi,
  };
  // The suite's messages are known by description alone, which types cannot follow.
  return implementation as unknown as Partial<ServiceImpl<DescService>>;
}

async function* once<T>(value: T) {
  yield value;
}

function setHeaders(
  { responseHeader, responseTrailer }: HandlerContext,
  definition: UnaryDefinition | StreamDefinition | undefined,
): void {
  const set = (into: Headers, headers: readonly Header[]) => {
    for (const { name, value } of headers) for (const each of value) into.append(name, each);
  };
  set(responseHeader, definition?.responseHeaders ?? []);
  set(responseTrailer, definition?.responseTrailers ?? []);
}

async function pause(definition: UnaryDefinition | StreamDefinition | undefined, { signal }: HandlerContext) {
  const milliseconds = definition?.responseDelayMs ?? 0;
  if (milliseconds > 0) await delay(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
}

function pack({ registry }: Messages, message: Message): Any {
  const desc = registry.getMessage(message.$typeName);
  if (desc === undefined) throw new Error(`nothing describes ${message.$typeName}`);
  return anyPack(desc, message);
}

function toError({ registry }: Messages, { code, message = "", details }: ErrorDefinition, info?: Message) {
  const values = [...details.map((detail) => anyUnpack(detail, registry)), info];
  const known = values.flatMap((value) => {
    const desc = value && registry.getMessage(value.$typeName);
    return desc === undefined || value === undefined ? [] : [{ desc, value }];
  });
  return new ConnectError(message, code as Code, undefined, known);
}
