import { readFileSync, statSync } from "node:fs";
import { RestartError } from "../kube/error.ts";

/** A certificate with its key, in files that somebody else renews. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** PEM texts. Throws `InvalidConfig` when a file cannot be read. */
export function readCertificate({ certFile, keyFile }: CertificateFiles): {
  readonly cert: string;
  readonly key: string;
} {
  return { cert: readText("certificate", certFile), key: readText("key", keyFile) };
}

/** Says whether the files have changed since it was asked the last time, or made. */
export function watchCertificate({ certFile, keyFile }: CertificateFiles): () => boolean {
  const look = (): string =>
    [certFile, keyFile]
      .map((file) => statSync(file, { throwIfNoEntry: false }))
      .map((status) => `${status?.ino} ${status?.mtimeMs} ${status?.size}`)
      .join(" ");
  let last = look();
  return () => {
    const now = look();
    const changed = now !== last;
    last = now;
    return changed;
  };
}

function readText(what: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const why = code === "ENOENT" ? "does not exist" : `cannot be read (${String(code)})`;
    throw new RestartError("InvalidConfig", `the file of the ${what} ${why}: ${file}`, { cause });
  }
}
