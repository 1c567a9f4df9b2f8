import { Code, ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";

/** Requests may be compressed; answers are smaller than what compressing them is worth. */
export const gzip: Compression = {
  name: "gzip",
  compress: async (bytes) => collect(bytes, new CompressionStream("gzip"), Number.POSITIVE_INFINITY),
  decompress: async (bytes, readMaxBytes) => {
    if (bytes.length === 0) return new Uint8Array(0);
    try {
      return await collect(bytes, new DecompressionStream("gzip"), readMaxBytes);
    } catch (cause) {
      if (cause instanceof ConnectError) throw cause;
      throw new ConnectError("the body is not gzip", Code.InvalidArgument, undefined, undefined, cause);
    }
  },
};

/** Reads no further than the limit: a small body can stand for a gigabyte. */
async function collect(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Response(new Uint8Array(bytes)).body;
  if (body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = body.pipeThrough(stream).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      await reader.cancel();
      throw new ConnectError(`the message is larger than ${limit} bytes`, Code.ResourceExhausted);
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
