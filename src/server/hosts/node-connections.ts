import type { ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { type Connection, type ConnectionEnds, guardConnection, type NodeHostLimits } from "./node-connection.ts";

/** The connections of one server, each under its guard. */
export interface Connections {
  readonly limits: NodeHostLimits;
  /** By the socket of HTTP/1 or the session of HTTP/2. */
  readonly of: (key: object) => Connection | undefined;
  readonly guardSocket: (socket: Socket) => void;
  readonly guardSession: (session: ServerHttp2Session) => void;
  readonly forget: (key: object) => void;
  readonly guardHandshake: (socket: Socket) => void;
  readonly handshaken: (socket: TLSSocket) => void;
  /** Looks at what an HTTP/1 connection sends: once, after its parser has it. */
  readonly watch: (socket: Socket) => void;
  /** Answers what no parser understood. */
  readonly refuse: (error: Error, socket: Duplex) => void;
  readonly close: () => void;
  readonly destroy: () => void;
  /** Resolves when no connection is left. */
  readonly gone: () => Promise<void>;
}

const lingerMilliseconds = 100;

export function createConnections(limits: NodeHostLimits): Connections {
  const connections = new Map<object, Connection>();
  const handshakes = new Map<string, object>();
  const waiting = new Set<() => void>();
  let closing = false;

  const forget = (key: object): void => {
    connections.get(key)?.released();
    connections.delete(key);
    if (connections.size > 0) return;
    for (const settle of waiting) settle();
    waiting.clear();
  };
  const guard = (key: object, ends: ConnectionEnds): void => {
    const connection = guardConnection(limits, ends);
    connections.set(key, connection);
    if (closing) connection.close();
  };
  const guardSocket = (socket: Socket): void => {
    // A connection that breaks is no error of the server's; the close that follows is all that matters.
    socket.on("error", () => socket.destroy());
    socket.once("close", () => forget(socket));
    guard(socket, { finish: () => socket.end(), destroy: () => socket.destroy() });
  };

  return {
    limits,
    of: (key) => connections.get(key),
    guardSocket,
    guardSession: (session) => {
      session.on("error", () => session.destroy());
      session.once("close", () => forget(session));
      guard(session, { goAway: () => session.close(), destroy: () => session.destroy() });
    },
    forget,
    guardHandshake: (socket) => {
      const name = portOf(socket);
      handshakes.set(name, socket);
      guardSocket(socket);
      socket.once("close", () => handshakes.delete(name));
    },
    handshaken: (socket) => {
      // On Node the socket of the handshake is another object than the one that came out of it.
      const name = portOf(socket);
      const handshake = handshakes.get(name);
      handshakes.delete(name);
      if (handshake !== undefined) forget(handshake);
    },
    watch: (socket) => {
      socket.on("data", () => {
        const connection = connections.get(socket);
        connection?.heard();
        if (connection !== undefined && connection.unread() > limits.maxUnreadBytes) socket.pause();
      });
    },
    refuse: (error, socket) => {
      const code = "code" in error ? error.code : undefined;
      if (code !== "ECONNRESET" && socket.writable && connections.get(socket)?.isAnswering() !== true) {
        const status =
          code === "HPE_HEADER_OVERFLOW"
            ? "431 Request Header Fields Too Large"
            : code === "HPE_CHUNK_EXTENSIONS_OVERFLOW"
              ? "413 Payload Too Large"
              : "400 Bad Request";
        socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        setTimeout(() => socket.destroy(), lingerMilliseconds);
      } else {
        socket.destroy();
      }
    },
    close: () => {
      closing = true;
      for (const connection of connections.values()) connection.close();
    },
    destroy: () => {
      for (const connection of connections.values()) connection.destroy();
    },
    gone: () =>
      connections.size === 0
        ? Promise.resolve()
        : new Promise((settle) => {
            waiting.add(settle);
          }),
  };
}

function portOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
