import type { Clock } from "../kube/clock.ts";
import { RestartError } from "../kube/error.ts";
import type { CredentialSource, Credentials } from "./credentials.ts";
import { singleFlight } from "./single-flight.ts";

const rereadMilliseconds = 60_000;

export interface TokenFileOptions {
  readonly path: string;
  /** Used while the file cannot be read, as in client-go. */
  readonly fallbackToken?: string;
  /** For messages. */
  readonly user: string;
  readonly clock: Clock;
  /** Credentials that go along with the token. */
  readonly certificate: Pick<Credentials, "clientCertificate" | "clientKey">;
}

/**
 * A bearer token in a file that someone else renews (a mounted service account token lives for an hour): read again at
 * most once a minute, and at once after a 401. An unreadable file leaves the last token in use.
 */
export function tokenFileCredentials(options: TokenFileOptions): CredentialSource {
  let last: { readonly credentials: Credentials; readonly readAt: number } | undefined;
  const read = singleFlight(async () => {
    const token = await readToken(options, last !== undefined);
    const readAt = options.clock.now();
    const authorization = token === undefined ? last?.credentials.authorization : `Bearer ${token}`;
    // The same token stays the same value, so that a renewal can tell whether anything changed.
    const same = last?.credentials.authorization === authorization ? last?.credentials : undefined;
    last = { credentials: same ?? { ...options.certificate, ...(authorization && { authorization }) }, readAt };
    return last.credentials;
  });
  return {
    get: (signal) => {
      const fresh = last !== undefined && options.clock.now() - last.readAt < rereadMilliseconds;
      return fresh && last !== undefined ? Promise.resolve(last.credentials) : read(signal);
    },
    renew: async (refused, signal) => {
      if (last !== undefined && last.credentials !== refused) return last.credentials;
      const credentials = await read(signal);
      return credentials === refused ? undefined : credentials;
    },
  };
}

async function readToken(options: TokenFileOptions, hasLast: boolean): Promise<string | undefined> {
  let why: string;
  try {
    const { readFile } = await import("node:fs/promises");
    const token = (await readFile(options.path, "utf8")).trim();
    if (token !== "") return token;
    why = "is empty";
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    why = code === "ENOENT" ? "does not exist" : `cannot be read (${code})`;
  }
  if (hasLast) return undefined;
  if (options.fallbackToken !== undefined) return options.fallbackToken;
  throw new RestartError(
    "CredentialsFailed",
    `the token file of user ${JSON.stringify(options.user)} ${why}: ${options.path}`,
    {
      detail: { user: options.user, file: options.path },
    },
  );
}
