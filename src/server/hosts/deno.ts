import type { Handler } from "../capabilities.ts";
import { createFetchHost } from "./fetch.ts";

/** The part of Deno that serves. */
interface DenoServer {
  readonly addr: { readonly hostname: string; readonly port: number };
  readonly shutdown: () => Promise<void>;
}

interface DenoRuntime {
  readonly serve: (
    options: {
      readonly hostname: string;
      readonly port: number;
      readonly cert?: string;
      readonly key?: string;
      readonly onListen: () => void;
    },
    answer: (request: Request, info: { readonly remoteAddr: { readonly hostname?: string } }) => Promise<Response>,
  ) => DenoServer;
}

declare const Deno: DenoRuntime;

export interface DenoListenOptions {
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** PEM texts; without them the connection is in clear. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

export interface DenoListening {
  /** `http://127.0.0.1:8484`. */
  readonly url: string;
  /** Takes no further connection; resolves when running requests are answered. */
  readonly close: () => Promise<void>;
}

/**
 * Serves the handler on Deno, for Connect and gRPC-Web. Throws what `Deno.serve` throws: no permission, address in use.
 * Deno has no time limit for a request that comes slowly: beyond loopback it belongs behind a proxy that has one.
 */
export function listenOnDeno(handler: Handler, { hostname, port, tls }: DenoListenOptions): DenoListening {
  const host = createFetchHost(handler);
  const server = Deno.serve({ hostname, port, ...tls, onListen: () => undefined }, (request, { remoteAddr }) =>
    host(request, { address: remoteAddr.hostname }),
  );
  const name = server.addr.hostname.includes(":") ? `[${server.addr.hostname}]` : server.addr.hostname;
  return {
    url: `${tls === undefined ? "http" : "https"}://${name}:${server.addr.port}`,
    close: () => server.shutdown(),
  };
}
