/** What proves to the API server who is asking. Never printed, never part of an error. */
export interface Credentials {
  /** The value of the `Authorization` header. */
  readonly authorization?: string;
  /** PEM of a client certificate and its key. */
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/** Where credentials come from. Concurrent calls share one refresh. */
export interface CredentialSource {
  /** The credentials to use now. Rejects with `CredentialsFailed`, or with the signal's reason. */
  readonly get: (signal?: AbortSignal) => Promise<Credentials>;
  /**
   * After a 401 with `refused`: newer credentials, or undefined when there are none to be had. A source that was
   * refreshed since `refused` was handed out answers with what it has.
   */
  readonly renew: (refused: Credentials, signal?: AbortSignal) => Promise<Credentials | undefined>;
}

/** Credentials that never change. */
export function fixedCredentials(credentials: Credentials): CredentialSource {
  return { get: () => Promise.resolve(credentials), renew: () => Promise.resolve(undefined) };
}

/** The `Authorization` value of a user name and password. */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}
