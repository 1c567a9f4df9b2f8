import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { constants, createGunzip } from "node:zlib";
import { RestartError } from "../kube/error.ts";
import type { Endpoint } from "./transport-error.ts";

export interface BodyOptions {
  readonly endpoint: Endpoint;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds without a byte after which the body counts as cut; undefined for streams that may be quiet. */
  readonly idleMilliseconds: number | undefined;
  /** Called once, when nothing more will come. */
  readonly onEnd: () => void;
}

const bufferedBytes = 256 * 1024;

/**
 * The body of an answer as a web stream with back-pressure. An answer that ends before it is complete (reset, or FIN
 * in the middle) errors the stream with `StreamCut`; an abort errors it with the signal's reason; cancelling it closes
 * the connection.
 */
export function responseBody(message: IncomingMessage, options: BodyOptions): ReadableStream<Uint8Array> {
  const source = decoded(message);
  let finish: (error?: unknown) => void = () => undefined;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const idle = idleTimer(options.idleMilliseconds, () =>
          finish(cut(options.endpoint, "no byte came for too long")),
        );
        const onAbort = (): void => finish(options.signal?.reason);
        let finished = false;
        finish = (error) => {
          if (finished) return;
          finished = true;
          idle.stop();
          options.signal?.removeEventListener("abort", onAbort);
          options.onEnd();
          if (error === undefined) return controller.close();
          // Late errors of the sockets have been told already.
          source.on("error", () => undefined);
          message.on("error", () => undefined);
          message.destroy();
          controller.error(error);
        };
        source.on("data", (chunk: Uint8Array) => {
          if (finished) return;
          idle.restart();
          controller.enqueue(chunk);
          if ((controller.desiredSize ?? 1) <= 0) {
            source.pause();
            idle.stop();
          }
        });
        source.on("end", () => finish(message.complete ? undefined : cut(options.endpoint)));
        for (const stream of new Set<Readable>([source, message])) {
          stream.on("error", () => finish(cut(options.endpoint)));
          stream.on("aborted", () => finish(cut(options.endpoint)));
        }
        // `complete` is set before the last bytes were read, so only an incomplete answer is over here.
        message.on("close", () => void (message.complete || finish(cut(options.endpoint))));
        options.signal?.addEventListener("abort", onAbort, { once: true });
        if (options.signal?.aborted) onAbort();
      },
      pull() {
        source.resume();
      },
      cancel() {
        finish(new Error("canceled"));
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: bufferedBytes }),
  );
}

function decoded(message: IncomingMessage): Readable {
  if (message.headers["content-encoding"] !== "gzip") return message;
  // Whatever has arrived is handed on, so that a compressed stream is as live as a plain one.
  return message.pipe(createGunzip({ flush: constants.Z_SYNC_FLUSH }));
}

/** An answer that ended in the middle. */
export function cut(endpoint: Endpoint, why = "the connection was lost", cause?: unknown): RestartError {
  const where = `cluster ${JSON.stringify(endpoint.cluster)} (${endpoint.server})`;
  return new RestartError("StreamCut", `${where} cut its answer in the middle: ${why}`, {
    detail: { cluster: endpoint.cluster, server: endpoint.server },
    cause,
  });
}

interface IdleTimer {
  readonly restart: () => void;
  readonly stop: () => void;
}

function idleTimer(milliseconds: number | undefined, onIdle: () => void): IdleTimer {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => clearTimeout(timer);
  const restart = (): void => {
    stop();
    if (milliseconds !== undefined) timer = setTimeout(onIdle, milliseconds);
  };
  restart();
  return { restart, stop };
}
