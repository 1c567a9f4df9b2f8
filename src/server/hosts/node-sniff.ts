import { Buffer } from "node:buffer";
import type { Socket } from "node:net";

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/**
 * Waits until the first bytes tell HTTP/2 from HTTP/1 and puts them back. By `readable`, `read` and `unshift`: taking them
 * from a `data` event leaves HTTP/2 on Node without an answer.
 */
export function sniff(socket: Socket, decided: (isHttp2: boolean) => void): void {
  let seen = Buffer.alloc(0);
  const look = (): void => {
    for (let chunk: Buffer | null = socket.read(); chunk !== null; chunk = socket.read()) {
      seen = Buffer.concat([seen, chunk]);
    }
    const compared = Math.min(seen.length, preface.length);
    const isHttp2 = seen.subarray(0, compared).equals(preface.subarray(0, compared));
    if (seen.length === 0 || (isHttp2 && seen.length < preface.length)) return;
    socket.off("readable", look);
    socket.unshift(seen);
    decided(isHttp2);
  };
  socket.on("readable", look);
}
