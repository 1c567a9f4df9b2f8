/** What a host waits for and holds, in milliseconds and bytes. */
export interface NodeHostLimits {
  /** From the connection, or the first byte after a rest, to the end of a request's head; also for the TLS handshake. */
  readonly headMilliseconds: number;
  /** From a request's head to the end of its body. */
  readonly bodyMilliseconds: number;
  /** Of a connection without a request. */
  readonly idleMilliseconds: number;
  /** Until a reader that stopped reading takes more of its answer. */
  readonly drainMilliseconds: number;
  /** Of a request's body that nobody has read yet; more stays in the sender's hands. */
  readonly maxUnreadBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxHeaders: number;
  /** Requests at once on one HTTP/2 connection. */
  readonly maxStreams: number;
}

export const defaultNodeHostLimits: NodeHostLimits = {
  headMilliseconds: 10_000,
  bodyMilliseconds: 30_000,
  idleMilliseconds: 60_000,
  drainMilliseconds: 60_000,
  maxUnreadBytes: 1024 * 1024,
  maxHeaderBytes: 16 * 1024,
  maxHeaders: 100,
  maxStreams: 200,
};

/** One connection under guard. The time limits of Bun's own servers do not hold for sockets that were handed to them. */
export interface Connection {
  /** Bytes came: a connection at rest now owes a whole head. */
  readonly heard: () => void;
  /** A request's head is complete. */
  readonly begin: (exchange: ExchangeState) => void;
  /** Its answer is out, or nobody waits for it any more. */
  readonly end: () => void;
  /** No further request is welcome; closes as soon as none is running. */
  readonly close: () => void;
  readonly isClosing: () => boolean;
  readonly destroy: () => void;
  /** Bytes of the latest request's body that nobody has read yet. */
  readonly unread: () => number;
  /** Whether the latest answer is on its way, so that no other can be given any more. */
  readonly isAnswering: () => boolean;
  /** The connection is gone, or under another guard from now on. */
  readonly released: () => void;
}

/** What of a request and its answer matters to their connection. */
export interface ExchangeState {
  readonly request: { readonly readableLength: number };
  readonly response: { readonly headersSent: boolean; readonly writableEnded: boolean };
}

export interface ConnectionEnds {
  /** Tells the other end to send no further request; those that run go on. Only HTTP/2 can. */
  readonly goAway?: () => void;
  /** Closes a connection without requests and lets what was written reach the other end. */
  readonly finish?: () => void;
  readonly destroy: () => void;
}

export function guardConnection(
  limits: Pick<NodeHostLimits, "headMilliseconds" | "idleMilliseconds">,
  { goAway, finish, destroy }: ConnectionEnds,
): Connection {
  let latest: ExchangeState | undefined;
  let running = 0;
  let resting = false;
  let closing = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (milliseconds: number | undefined): void => {
    clearTimeout(timer);
    timer = milliseconds === undefined ? undefined : setTimeout(destroy, milliseconds);
  };
  wait(limits.headMilliseconds);
  return {
    heard: () => {
      if (!resting) return;
      resting = false;
      wait(limits.headMilliseconds);
    },
    begin: (exchange) => {
      latest = exchange;
      running += 1;
      resting = false;
      wait(undefined);
    },
    end: () => {
      running -= 1;
      if (running > 0) return;
      if (closing) {
        finish?.();
        return;
      }
      resting = true;
      wait(limits.idleMilliseconds);
    },
    close: () => {
      closing = true;
      goAway?.();
      if (running === 0) finish?.();
    },
    isClosing: () => closing,
    destroy,
    unread: () => latest?.request.readableLength ?? 0,
    isAnswering: () => running > 0 && latest?.response.headersSent === true && !latest.response.writableEnded,
    released: () => wait(undefined),
  };
}
