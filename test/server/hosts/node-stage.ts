import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Handler } from "../../../src/server/capabilities.ts";
import { type Listening, listen } from "../../../src/server/hosts/node.ts";
import type { NodeHostLimits } from "../../../src/server/hosts/node-connection.ts";
import { createSelfSigned } from "../../../src/sim/self-signed.ts";

const { certificate, privateKey } = await createSelfSigned("node-host", Date.now());

/** For `localhost` and `127.0.0.1`; its own authority. */
export const identity = { cert: certificate, key: privateKey };

/** What a handler was asked. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly header: Headers;
  readonly peer: string | undefined;
  readonly signal: AbortSignal;
}

/** A host in front of a handler that answers with the number of bytes that it read. */
export interface HostStage {
  readonly listening: Listening;
  readonly port: number;
  readonly seen: readonly Seen[];
  readonly dial: () => Promise<Socket>;
  /** Sends and reads until the other end closes or has answered as often as wanted. */
  readonly say: (bytes: string, answers?: number) => Promise<Heard>;
  readonly close: () => Promise<void>;
}

export interface Heard {
  readonly text: string;
  /** Status of each answer. */
  readonly statuses: readonly number[];
  readonly closed: boolean;
  readonly milliseconds: number;
}

/**
 * Paths that begin with `/early` are answered without a look at the body, with `/part` after a look at its beginning, with
 * `/never` not at all.
 */
export async function createHostStage(
  secure: boolean,
  limits: Partial<NodeHostLimits> = {},
  handler?: Handler,
): Promise<HostStage> {
  const seen: Seen[] = [];
  const counting: Handler = async ({ method, url, header, body, signal }, peer) => {
    seen.push({ method, url, header, peer: peer.address, signal });
    const { pathname } = new URL(url);
    if (pathname.startsWith("/never")) await once(signal, "abort");
    let bytes = 0;
    if (!pathname.startsWith("/early")) {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        bytes += chunk.length;
        if (pathname.startsWith("/part")) break;
      }
    }
    return { status: 200, header: new Headers({ "content-type": "text/plain" }), body: once1(`read ${bytes}`) };
  };
  const listening = await listen(handler ?? counting, {
    address: { host: "127.0.0.1", port: 0 },
    limits,
    ...(secure && { tls: identity }),
  });
  const port = Number(new URL(listening.url).port);
  const dial = async (): Promise<Socket> => {
    const options = { host: "127.0.0.1", port };
    const socket = secure
      ? connectTls({ ...options, ca: identity.cert, servername: "localhost", ALPNProtocols: ["http/1.1"] })
      : connectTcp(options);
    await once(socket, secure ? "secureConnect" : "connect");
    // A connection that is cut is what many of these tests are about.
    socket.on("error", () => undefined);
    return socket;
  };
  return {
    listening,
    port,
    seen,
    dial,
    say: async (bytes, answers = Number.POSITIVE_INFINITY) => {
      const socket = await dial();
      const started = performance.now();
      const heard = listenTo(socket, answers);
      socket.write(Buffer.from(bytes, "latin1"));
      const { text, closed } = await heard;
      socket.destroy();
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));
      return { text, statuses, closed, milliseconds: performance.now() - started };
    },
    close: () => listening.close(0),
  };
}

function listenTo(socket: Socket, answers: number): Promise<{ readonly text: string; readonly closed: boolean }> {
  return new Promise((settle) => {
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      // An answer is whole when its last chunk is there.
      if ((text.match(/\r\n0\r\n\r\n/g) ?? []).length >= answers) settle({ text, closed: false });
    });
    socket.once("close", () => settle({ text, closed: true }));
  });
}

async function* once1(text: string): AsyncGenerator<Uint8Array, void> {
  yield new TextEncoder().encode(text);
}

export const head = "Host: localhost\r\n";
