import type { RestartError } from "../../kube/error.ts";
import type { Check, CheckStatus, LocalCheck } from "./check.ts";
import type { ContextFacts, CredentialFacts, Inspection, KubeconfigFacts, TlsFacts } from "./local-facts.ts";

const day = 86_400_000;
/** A client certificate or token is renewed by somebody who has to hear of it in time. */
const credentialWarning = 7 * day;
const certificateWarning = 14 * day;

/** The kubeconfig as it is loaded. `current` is true where the current context decides what is reached. */
export function judgeKubeconfig(facts: KubeconfigFacts, current: boolean): readonly LocalCheck[] {
  const { source, files, keyFiles, shadowed, currentContext, currentContextFile } = facts;
  const contexts = files.reduce((sum, file) => sum + file.contexts, 0);
  const isPod = source === "in-cluster";
  const isUsable = isPod || contexts > 0;
  return [
    ...(isUsable || files.some(({ state }) => state === "broken")
      ? []
      : [{ check: "kubeconfig", status: "fail", source } as const]),
    ...(isPod ? [{ check: "kubeconfig", status: "ok", source } as const] : []),
    // A pod has no kubeconfig, and its token is guarded by nobody else being there.
    ...files
      .filter(({ state }) => !isPod || state !== "missing")
      .map((file) => ({
        check: "file" as const,
        source,
        file,
        status:
          file.state === "broken"
            ? ("fail" as const)
            : file.state === "missing"
              ? ("warn" as const)
              : guarded(file.holdsKeys, file.mode),
        ...(file.error !== undefined && { error: file.error }),
      })),
    ...(isPod ? [] : keyFiles).map((file) => ({
      check: "key-file" as const,
      file,
      status: file.missing ? ("warn" as const) : guarded(true, file.mode),
    })),
    ...shadowed.map((entry) => ({ check: "shadowed" as const, status: "warn" as const, entry })),
    ...(isUsable
      ? [
          {
            check: "current-context" as const,
            status: currentContext !== "" ? ("ok" as const) : current ? ("fail" as const) : ("warn" as const),
            name: currentContext,
            file: currentContextFile,
          },
        ]
      : []),
  ];
}

/** Keys that others on the machine may read are as good as theirs. */
function guarded(holdsKeys: boolean, mode = 0): CheckStatus {
  return holdsKeys && (mode & 0o077) !== 0 ? "warn" : "ok";
}

/** What a context's entries tell before anything is sent. `now` in milliseconds. */
export function judgeContext(facts: ContextFacts, now: number): readonly Check[] {
  return [
    { check: "entry", status: "ok", entry: facts.entry, ...(facts.proxy !== undefined && { proxy: facts.proxy }) },
    {
      check: "tls",
      status: tlsStatus(facts.tls, now),
      tls: facts.tls,
      ...(facts.tls.error !== undefined && { error: facts.tls.error }),
    },
    { check: "credentials", status: credentialStatus(facts.credentials, now), credentials: facts.credentials },
  ];
}

/** A context that cannot even be looked up, or whose credentials cannot be had. */
export function brokenContext(error: RestartError): readonly Check[] {
  return error.reason === "CredentialsFailed"
    ? [{ check: "credentials", status: "fail", credentials: undefined, error }]
    : [{ check: "entry", status: "fail", entry: undefined, error }];
}

function tlsStatus({ secure, insecureSkipVerify, certificate, error }: TlsFacts, now: number): CheckStatus {
  if (error !== undefined) return "fail";
  if (!secure || insecureSkipVerify) return "warn";
  const left = certificate === undefined ? Number.POSITIVE_INFINITY : Date.parse(certificate.notAfter) - now;
  return left < certificateWarning ? "warn" : "ok";
}

function credentialStatus({ kinds, expiresAt }: CredentialFacts, now: number): CheckStatus {
  if (kinds.includes("none")) return "warn";
  const left = expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - now;
  return left <= 0 ? "fail" : left < credentialWarning ? "warn" : "ok";
}

/** The terminal, the files that would be written, and the program itself. */
export function judgeMachine({ terminal, config, state, executable }: Inspection): readonly LocalCheck[] {
  return [
    { check: "terminal", status: terminal.stdout && terminal.term === "dumb" ? "warn" : "ok", terminal },
    { check: "config", status: "ok", folder: config },
    { check: "state", status: state.writable ? "ok" : "warn", folder: state },
    { check: "executable", status: "ok", executable },
  ];
}
