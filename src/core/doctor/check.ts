import type { RestartError } from "../../kube/error.ts";
import type {
  ContextFacts,
  CredentialFacts,
  ExecutableFacts,
  FolderFacts,
  KeyFileFacts,
  KubeconfigFacts,
  KubeconfigFileFacts,
  ShadowedEntry,
  TerminalFacts,
  TlsFacts,
} from "./local-facts.ts";
import type { Right } from "./rights.ts";

/** `fail` keeps a command from working, `warn` may surprise somebody. */
export type CheckStatus = "ok" | "warn" | "fail";

interface Base<Name extends string> {
  readonly check: Name;
  readonly status: CheckStatus;
  /** What kept it from being looked at, or from being so. */
  readonly error?: RestartError;
}

/** What the machine alone tells. */
export type LocalCheck =
  | (Base<"kubeconfig"> & Pick<KubeconfigFacts, "source">)
  | (Base<"file"> & { readonly source: KubeconfigFacts["source"]; readonly file: KubeconfigFileFacts })
  | (Base<"key-file"> & { readonly file: KeyFileFacts })
  | (Base<"shadowed"> & { readonly entry: ShadowedEntry })
  | (Base<"current-context"> & { readonly name: string; readonly file: string })
  | (Base<"entry"> & { readonly entry: ContextFacts["entry"] | undefined; readonly proxy?: string })
  | (Base<"credentials"> & { readonly credentials: CredentialFacts | undefined })
  | (Base<"terminal"> & { readonly terminal: TerminalFacts })
  | (Base<"config" | "state"> & { readonly folder: FolderFacts })
  | (Base<"executable"> & { readonly executable: ExecutableFacts });

/** What a cluster tells. Milliseconds and seconds; `aheadSeconds` is this machine's clock against the server's. */
export type ClusterCheck =
  | (Base<"tls"> & { readonly tls: TlsFacts })
  | (Base<"reach"> & { readonly milliseconds: number | undefined })
  | (Base<"version"> & { readonly version: string; readonly tested: string })
  | (Base<"identity"> & {
      readonly user: string;
      readonly groups: readonly string[];
      readonly clusterUid: string | undefined;
    })
  | (Base<"permissions"> & {
      readonly namespace: string;
      readonly rights: readonly Right[];
      /** The server's own words: there may be more rights than it could tell. */
      readonly incomplete: boolean;
    })
  | (Base<"priority"> & { readonly level: string; readonly levelUid: string })
  | (Base<"clock"> & { readonly aheadSeconds: number });

export type Check = LocalCheck | ClusterCheck;
