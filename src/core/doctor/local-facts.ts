import type { RestartError } from "../../kube/error.ts";

/** What `restart doctor` asks of the machine. It reads and never writes; nothing of it holds a secret. */
export interface Inspection {
  readonly kubeconfig: KubeconfigFacts;
  /**
   * One context, looked up with the flags. Opens one connection, to see the server's certificate; runs no plugin. Rejects
   * with `InvalidConfig` for an entry that cannot be used.
   */
  readonly context: (name: string, signal: AbortSignal) => Promise<ContextFacts>;
  readonly terminal: TerminalFacts;
  /** The file of the configuration, and the folder of the runs. */
  readonly config: FolderFacts;
  readonly state: FolderFacts;
  readonly executable: ExecutableFacts;
}

export interface KubeconfigFacts {
  /** What decided which files are read; the first of flag, environment, default and the pod's own that has any. */
  readonly source: "flag" | "environment" | "default" | "in-cluster";
  /** In order of precedence. */
  readonly files: readonly KubeconfigFileFacts[];
  readonly keyFiles: readonly KeyFileFacts[];
  readonly shadowed: readonly ShadowedEntry[];
  /** `""` when no file names one. */
  readonly currentContext: string;
  readonly currentContextFile: string;
}

export interface KubeconfigFileFacts {
  readonly file: string;
  readonly state: "read" | "missing" | "broken";
  /** Why it is broken, with its line. */
  readonly error?: RestartError;
  readonly contexts: number;
  readonly clusters: number;
  readonly users: number;
  /** A token, a password or a key stands in it. */
  readonly holdsKeys: boolean;
  /** Permission bits, where the system has them. */
  readonly mode?: number;
}

/** A file with a key or a token that a kubeconfig names. */
export interface KeyFileFacts {
  readonly file: string;
  readonly user: string;
  readonly missing: boolean;
  readonly mode?: number;
}

/** An entry that counts for nothing: another file has one of its name, and is read first. */
export interface ShadowedEntry {
  readonly entry: "context" | "cluster" | "user";
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly by: string;
}

export interface Place {
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

export interface ContextFacts {
  readonly server: string;
  readonly namespace: string;
  /** Through which it is reached, without user and password. */
  readonly proxy?: string;
  /** Where each of the three entries stands. */
  readonly entry: { readonly context: Place | undefined; readonly cluster: Place; readonly user: Place | undefined };
  readonly credentials: CredentialFacts;
  readonly tls: TlsFacts;
}

export type CredentialKind =
  | "none"
  | "client-certificate"
  | "token"
  | "token-file"
  | "password"
  | "exec"
  | "auth-provider";

export interface CredentialFacts {
  readonly kinds: readonly CredentialKind[];
  /** The plugin's command, or the provider's name. */
  readonly program?: string;
  /** Whose the client certificate is. */
  readonly subject?: string;
  /** RFC 3339; the earliest end of the certificate and the token. */
  readonly expiresAt?: string;
}

export interface TlsFacts {
  readonly secure: boolean;
  readonly insecureSkipVerify: boolean;
  /** Who vouches for the server. */
  readonly authorities: "kubeconfig" | "file" | "machine";
  readonly authoritiesFile?: string;
  /** What the server has shown; undefined when it could not be seen. */
  readonly certificate: CertificateFacts | undefined;
  /** Why it was not accepted. */
  readonly error?: RestartError;
}

export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** RFC 3339. */
  readonly notAfter: string;
}

export interface TerminalFacts {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
  readonly term: string;
  readonly unicode: boolean;
}

export interface FolderFacts {
  readonly path: string;
  readonly exists: boolean;
  /** It, or the nearest folder above that exists, can be written. */
  readonly writable: boolean;
}

export interface ExecutableFacts {
  readonly version: string;
  readonly platform: string;
  readonly runtime: string;
}
