import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Certificates for one test file. `goodCa` signs every server and client but the ones that say otherwise. */
export interface Pki {
  readonly folder: string;
  readonly goodCa: KeyPair;
  readonly otherCa: KeyPair;
  /** 127.0.0.1, ::1 and localhost. */
  readonly server: KeyPair;
  /** Only `kube.internal`. */
  readonly namedServer: KeyPair;
  readonly expiredServer: KeyPair;
  readonly proxy: KeyPair;
  readonly alice: KeyPair;
  readonly bob: KeyPair;
  /** Signed by `otherCa`. */
  readonly stranger: KeyPair;
  readonly remove: () => void;
}

/** Makes the certificates with the `openssl` command, in a temporary folder. */
export function createPki(): Pki {
  const folder = mkdtempSync(join(tmpdir(), "restart-pki-"));
  const openssl = (...args: readonly string[]): void => {
    execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  };
  const read = (name: string): KeyPair => ({
    cert: readFileSync(join(folder, `${name}.crt`), "utf8"),
    key: readFileSync(join(folder, `${name}.key`), "utf8"),
  });
  const newKey = (name: string): void =>
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", `${name}.key`);
  const ca = (name: string): KeyPair => {
    newKey(name);
    openssl(
      "req",
      "-x509",
      "-new",
      "-key",
      `${name}.key`,
      "-subj",
      `/CN=${name}`,
      "-days",
      "30",
      "-out",
      `${name}.crt`,
      "-addext",
      "basicConstraints=critical,CA:TRUE",
      "-addext",
      "keyUsage=critical,keyCertSign,cRLSign",
    );
    return read(name);
  };
  const leaf = (
    name: string,
    options: { readonly by?: string; readonly names?: string; readonly expired?: boolean },
  ): KeyPair => {
    newKey(name);
    openssl("req", "-new", "-key", `${name}.key`, "-subj", `/O=restarters/CN=${name}`, "-out", `${name}.csr`);
    const usage = options.names === undefined ? "clientAuth" : "serverAuth";
    const names = options.names === undefined ? "" : `subjectAltName=${options.names}\n`;
    writeFileSync(join(folder, `${name}.ext`), `basicConstraints=CA:FALSE\nextendedKeyUsage=${usage}\n${names}`);
    const by = options.by ?? "good-ca";
    const dates = ["-days", options.expired ? "-1" : "30"];
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      "-CA",
      `${by}.crt`,
      "-CAkey",
      `${by}.key`,
      "-CAcreateserial",
      ...dates,
      "-extfile",
      `${name}.ext`,
      "-out",
      `${name}.crt`,
    );
    return read(name);
  };
  const local = "IP:127.0.0.1,IP:::1,DNS:localhost";
  return {
    folder,
    goodCa: ca("good-ca"),
    otherCa: ca("other-ca"),
    server: leaf("server", { names: local }),
    namedServer: leaf("named-server", { names: "DNS:kube.internal" }),
    expiredServer: leaf("expired-server", { names: local, expired: true }),
    proxy: leaf("proxy", { names: local }),
    alice: leaf("alice", {}),
    bob: leaf("bob", {}),
    stranger: leaf("stranger", { by: "other-ca" }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
