/** What the flags say about how to reach clusters; kubectl's flags of the same names. */
export interface ConnectionFlags {
  /** Files, in order of precedence; none: the environment's, else the default file. */
  readonly kubeconfig: readonly string[];
  readonly cluster: string | undefined;
  readonly user: string | undefined;
  readonly server: string | undefined;
  readonly token: string | undefined;
  readonly as: string | undefined;
  readonly asGroups: readonly string[];
  readonly asUid: string | undefined;
  readonly insecureSkipTlsVerify: boolean;
  /** Milliseconds for one request; 0 is no limit. Undefined leaves the default. */
  readonly requestTimeout: number | undefined;
}
