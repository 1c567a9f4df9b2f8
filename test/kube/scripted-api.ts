import type { KubeApi, KubeRequestInit } from "../../src/kube/cluster.ts";
import { createVirtualClock, type VirtualClock } from "../virtual-clock.ts";

export interface SentRequest extends KubeRequestInit {
  readonly path: string;
  /** Milliseconds since the script began. */
  readonly at: number;
}

/** What one request meets: an answer, a refusal of the connection, or whatever a function makes of it. */
export type Step = Response | Error | ((request: SentRequest) => Response | Promise<Response>);

export interface ScriptedApi extends KubeApi {
  readonly clock: VirtualClock;
  readonly sent: readonly SentRequest[];
  readonly warnings: readonly string[];
}

/** An API whose requests meet the steps in their order; one beyond them fails as no server would. */
export function createScriptedApi(steps: readonly Step[]): ScriptedApi {
  const start = Date.parse("2026-11-25T04:00:00Z");
  const clock = createVirtualClock(start);
  const sent: SentRequest[] = [];
  const warnings: string[] = [];
  return {
    clock,
    random: () => 0.5,
    onWarning: (text) => warnings.push(text),
    sent,
    warnings,
    cluster: {
      name: "test",
      uid: undefined,
      server: "https://test.invalid",
      fetch: async (path, init) => {
        const request = { ...init, path, at: clock.now() - start };
        const step = steps[sent.length];
        sent.push(request);
        if (step === undefined) throw new Error(`request ${sent.length} has no step: ${init.method} ${path}`);
        if (step instanceof Error) throw step;
        return typeof step === "function" ? await step(request) : step;
      },
    },
  };
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json", ...headers } });
}

export function statusAnswer(
  code: number,
  reason: string,
  message: string,
  rest: { readonly details?: object; readonly headers?: Record<string, string> } = {},
): Response {
  const { details, headers } = rest;
  const body = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, details, code };
  return json(body, code, headers);
}

export function text(body: string, status: number, headers: Record<string, string> = {}): Response {
  return new Response(body, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } });
}

export function deployment(name: string, resourceVersion = "7") {
  const metadata = { name, namespace: "shop", uid: `uid-${name}`, resourceVersion };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata };
}

export function listOf(
  names: readonly string[],
  metadata: { readonly resourceVersion: string; readonly continue?: string },
) {
  const items = names.map((name) => ({ metadata: deployment(name).metadata }));
  return { apiVersion: "apps/v1", kind: "DeploymentList", metadata, items };
}

/** Never answers; gives way to an abort. */
export function silence(request: SentRequest): Promise<Response> {
  return new Promise((_, reject) => {
    request.signal?.addEventListener("abort", () => reject(request.signal?.reason), { once: true });
  });
}

/** A body that is written by hand. An abort errors it, as a transport does. */
export function openStream(request?: SentRequest) {
  let control: ReadableStreamDefaultController<Uint8Array> | undefined;
  let canceled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      control = controller;
    },
    cancel: () => {
      canceled = true;
    },
  });
  const fail = (error: unknown) => {
    if (!canceled) control?.error(error);
  };
  request?.signal?.addEventListener("abort", () => fail(request.signal?.reason), { once: true });
  return {
    response: new Response(body, { headers: { "content-type": "application/json" } }),
    write: (chunk: string | Uint8Array) =>
      control?.enqueue(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk),
    event: (type: string, object: unknown) =>
      control?.enqueue(new TextEncoder().encode(`${JSON.stringify({ type, object })}\n`)),
    end: () => control?.close(),
    fail,
    isCanceled: () => canceled,
  };
}

/** The value that a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    (value) => {
      throw new Error(`resolved with ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
