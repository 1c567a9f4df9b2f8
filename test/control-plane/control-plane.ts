import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** A started control plane as plain data, so that one process can start it and others use it. */
export interface ControlPlaneAddress {
  /** `https://127.0.0.1:<port>`. */
  readonly server: string;
  /** PEM text of the authority that signed the server's certificate. */
  readonly ca: string;
  /** Path of a kubeconfig with a client certificate that may do everything. */
  readonly adminKubeconfig: string;
  /** Bearer tokens. `admin` may do everything; the others may do nothing until a test binds a role to them. */
  readonly tokens: Readonly<Record<"admin" | "reader" | "patcher" | "nobody", string>>;
  /** Path of the kubectl executable of the same version. */
  readonly kubectl: string;
  readonly auditLog: string;
}

/** What the API server noted about one request once it was answered. Only a PATCH of a workload has `requestObject`. */
export interface AuditEvent {
  readonly auditID: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly objectRef?: { readonly resource?: string; readonly namespace?: string; readonly name?: string };
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
  readonly requestObject?: unknown;
}

export interface ControlPlaneClient extends ControlPlaneAddress {
  /** A request as `admin`, or as the bearer of the given token. */
  readonly fetch: (path: string, init?: RequestInit, token?: string) => Promise<Response>;
  /** Every request answered so far, but the control plane's own, oldest first. */
  readonly auditEvents: () => Promise<readonly AuditEvent[]>;
}

/** Talks to a control plane that somebody started. */
export function connectControlPlane(address: ControlPlaneAddress): ControlPlaneClient {
  const { server, ca, tokens, auditLog } = address;
  const request: ControlPlaneClient["fetch"] = (path, init = {}, token = tokens.admin) => {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${token}`);
    // For a browser's or curl's name the API server pretty-prints.
    if (!headers.has("user-agent")) headers.set("user-agent", "restart-test");
    return fetch(`${server}${path}`, { ...init, headers, redirect: "manual", tls: { ca } });
  };
  const events: AuditEvent[] = [];
  let read = 0;
  const readOn = async (): Promise<void> => {
    const file = await open(auditLog);
    try {
      const { size } = await file.stat();
      const fresh = Buffer.alloc(size - read);
      await file.read(fresh, 0, fresh.length, read);
      const whole = fresh.subarray(0, fresh.lastIndexOf("\n") + 1);
      read += whole.length;
      for (const line of whole.toString().split("\n")) if (line !== "") events.push(JSON.parse(line));
    } finally {
      await file.close();
    }
  };
  return {
    ...address,
    fetch: request,
    auditEvents: async () => {
      // An answer may reach its client just before it is noted; a later request that is noted is proof enough.
      const mark = `mark-${crypto.randomUUID()}`;
      await (await request("/version", { headers: { "audit-id": mark } })).text();
      const end = Date.now() + 10_000;
      for (;;) {
        await readOn();
        const at = events.findIndex(({ auditID }) => auditID === mark);
        if (at >= 0) {
          events.splice(at, 1);
          return [...events];
        }
        if (Date.now() > end) throw new Error("the audit log does not show a request of ten seconds ago");
        await sleep(10);
      }
    },
  };
}
