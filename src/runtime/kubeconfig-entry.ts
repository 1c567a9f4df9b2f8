/** The place of an entry, for messages. */
export interface Origin {
  readonly file: string;
  readonly line: number;
}

/** A `clusters[]` entry. Paths are absolute; `…Data` is the decoded text. */
export interface KubeconfigCluster {
  readonly name: string;
  readonly origin: Origin;
  readonly server: string;
  readonly tlsServerName?: string;
  readonly insecureSkipTlsVerify: boolean;
  readonly certificateAuthority?: string;
  readonly certificateAuthorityData?: string;
  readonly proxyUrl?: string;
  readonly disableCompression: boolean;
  /** What the extension `client.authentication.k8s.io/exec` holds: handed to credential plugins as it stands. */
  readonly execConfig?: unknown;
}

export type InteractiveMode = "Never" | "IfAvailable" | "Always";

/** `user.exec`: a program that prints an ExecCredential. */
export interface ExecConfig {
  readonly apiVersion: string;
  /** A name to look up in PATH, or an absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly installHint?: string;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode?: InteractiveMode;
}

/** `user.auth-provider`: what kubectl had before credential plugins. */
export interface AuthProviderConfig {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
}

/** A `users[]` entry. Paths are absolute; `…Data` is the decoded text. */
export interface KubeconfigUser {
  readonly name: string;
  readonly origin: Origin;
  readonly clientCertificate?: string;
  readonly clientCertificateData?: string;
  readonly clientKey?: string;
  readonly clientKeyData?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly impersonate?: Impersonation;
  readonly exec?: ExecConfig;
  readonly authProvider?: AuthProviderConfig;
}

/** Whom a request acts as. Without `user` the rest must be empty: the API server refuses it. */
export interface Impersonation {
  readonly user?: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** A `contexts[]` entry. */
export interface KubeconfigContext {
  readonly name: string;
  readonly origin: Origin;
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
}

/** What one file holds. */
export interface KubeconfigFile {
  readonly file: string;
  readonly clusters: readonly KubeconfigCluster[];
  readonly users: readonly KubeconfigUser[];
  readonly contexts: readonly KubeconfigContext[];
  readonly currentContext: string;
}
