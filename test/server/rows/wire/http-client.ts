import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Bytes, Got, RawAnswer, Sent } from "../row.ts";

/** How long a connection may be quiet before what came counts as the answer, in milliseconds. */
const quietMilliseconds = 1500;

/** Sends one request on a connection of its own, its headers as they are given. */
export async function sendOverHttp(port: number, { method = "POST", path, headers, body, signal }: Sent): Promise<Got> {
  const outgoing = httpRequest({
    ...{ host: "127.0.0.1", port, method, path, agent: false, setHost: false },
    headers: [...lengthOf(body, method), ...headers].flat(),
    ...(signal && { signal }),
  });
  const answered = once(outgoing, "response") as Promise<[IncomingMessage]>;
  answered.catch(() => undefined);
  if (body instanceof Uint8Array) outgoing.end(body);
  else {
    for await (const chunk of body ?? []) outgoing.write(chunk);
    outgoing.end();
  }
  const [incoming] = await answered;
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array);
  const header = new Headers();
  for (let at = 0; at + 1 < incoming.rawHeaders.length; at += 2) {
    header.append(incoming.rawHeaders[at] ?? "", incoming.rawHeaders[at + 1] ?? "");
  }
  return { status: incoming.statusCode ?? 0, header, body: new Uint8Array(Buffer.concat(chunks)) };
}

function lengthOf(body: Sent["body"], method: string): readonly (readonly [string, string])[] {
  if (method === "GET" || method === "HEAD") return [];
  return body instanceof Uint8Array ? [["content-length", String(body.length)]] : [["transfer-encoding", "chunked"]];
}

/** Writes bytes on a connection of its own and reads what comes. */
export function sendRaw(port: number, bytes: Bytes | readonly Bytes[]): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port });
    const chunks: Uint8Array[] = [];
    let firstByte = Number.POSITIVE_INFINITY;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const finish = (closed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text: Buffer.concat(chunks).toString("latin1"), closed, firstByte });
    };
    const wait = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => finish(false), quietMilliseconds);
    };
    socket.on("data", (chunk: Uint8Array) => {
      firstByte = Math.min(firstByte, performance.now());
      chunks.push(chunk);
      wait();
    });
    socket.on("end", () => finish(true));
    socket.on("close", () => finish(true));
    // A server that has said no may reset what it does not read.
    socket.on("error", (error) => (chunks.length > 0 || socket.destroyed ? finish(true) : reject(error)));
    socket.on("connect", () => {
      wait();
      const parts = (Array.isArray(bytes) ? bytes : [bytes]) as readonly Bytes[];
      const writeFrom = (index: number): void => {
        const part = parts[index];
        // Whoever has its answer sends no more.
        if (part === undefined || chunks.length > 0 || socket.destroyed) return;
        socket.write(part, () => writeFrom(index + 1));
      };
      writeFrom(0);
    });
  });
}
