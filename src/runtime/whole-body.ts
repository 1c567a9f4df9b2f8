import type { IncomingMessage } from "node:http";
import { gunzipSync } from "node:zlib";
import { type BodyOptions, cut } from "./response-body.ts";

// Far above any page of a list; an endless answer must not fill the memory.
const largestBytes = 256 * 1024 * 1024;
// Lists pack about tenfold; with one buffer of the right size unpacking costs a few milliseconds for each ten megabytes.
const usualRatio = 12;

/**
 * The body of an answer that is wanted as a whole, in one piece: as a stream of chunks through a transform a list of some
 * megabytes costs twice the processor time. An answer that is cut resolves with a stream that is errored, as a stream's.
 */
export async function wholeBody(
  message: IncomingMessage,
  options: BodyOptions,
): Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>> {
  try {
    const packed = await collect(message, options);
    if (message.headers["content-encoding"] !== "gzip") return packed;
    const chunkSize = Math.max(64 * 1024, packed.length * usualRatio);
    return gunzipSync(packed, { chunkSize, maxOutputLength: largestBytes });
  } catch (error) {
    const broken = isUnpacking(error) ? cut(options.endpoint, "it cannot be unpacked", error) : error;
    return new ReadableStream({ start: (controller) => controller.error(broken) });
  }
}

function isUnpacking(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(?:Z_|ERR_)/.test(String(error.code));
}

function collect(message: IncomingMessage, options: BodyOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
  const { endpoint, signal, idleMilliseconds, onEnd } = options;
  const chunks: Buffer[] = [];
  let size = 0;
  const timer =
    idleMilliseconds === undefined
      ? undefined
      : setTimeout(() => finish(cut(endpoint, "no byte came for too long")), idleMilliseconds);
  let finished = false;
  const finish = (error?: unknown): void => {
    if (finished) return;
    finished = true;
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    onEnd();
    if (error === undefined) {
      resolve(Buffer.concat(chunks, size));
      return;
    }
    message.on("error", () => undefined);
    message.destroy();
    reject(error);
  };
  const onAbort = (): void => finish(signal?.reason);
  message.on("data", (chunk: Buffer) => {
    timer?.refresh();
    size += chunk.length;
    chunks.push(chunk);
    if (size > largestBytes) finish(cut(endpoint, "it is larger than any answer may be"));
  });
  message.on("end", () => finish(message.complete ? undefined : cut(endpoint)));
  message.on("error", () => finish(cut(endpoint)));
  message.on("aborted", () => finish(cut(endpoint)));
  // `complete` is set before the last bytes were read, so only an incomplete answer is over here.
  message.on("close", () => {
    if (!message.complete) finish(cut(endpoint));
  });
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();
  return promise;
}
