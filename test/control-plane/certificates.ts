import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Paths of what `createCertificates` wrote. */
export interface Certificates {
  /** PEM text of the certificate authority. */
  readonly ca: string;
  readonly caPath: string;
  readonly server: KeyPair;
  /** By user name. */
  readonly clients: Readonly<Record<string, KeyPair>>;
  readonly serviceAccountKey: string;
  readonly serviceAccountPublicKey: string;
}

export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Makes a certificate authority, a server certificate for loopback and one client certificate a user, with `openssl`. */
export function createCertificates(folder: string, groupOf: Readonly<Record<string, string>>): Certificates {
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): void => {
    execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  };
  const key = (name: string): void => {
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", `${name}.key`);
  };
  key("ca");
  writeFileSync(
    path("ca.conf"),
    "[req]\nprompt=no\ndistinguished_name=dn\nx509_extensions=ext\n[dn]\nCN=control-plane-ca\n[ext]\n" +
      "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n",
  );
  openssl("req", "-x509", "-new", "-key", "ca.key", "-config", "ca.conf", "-days", "30", "-out", "ca.crt");
  const sign = (name: string, subject: string, extensions: string): KeyPair => {
    key(name);
    writeFileSync(path(`${name}.ext`), `basicConstraints=CA:FALSE\n${extensions}\n`);
    openssl("req", "-new", "-key", `${name}.key`, "-subj", subject, "-out", `${name}.csr`);
    const by = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30"];
    openssl("x509", "-req", "-in", `${name}.csr`, ...by, "-extfile", `${name}.ext`, "-out", `${name}.crt`);
    return { certificate: path(`${name}.crt`), key: path(`${name}.key`) };
  };
  const server = sign(
    "server",
    "/CN=kube-apiserver",
    "extendedKeyUsage=serverAuth\nsubjectAltName=IP:127.0.0.1,DNS:localhost",
  );
  const clients = Object.entries(groupOf).map(([user, group]) => {
    const subject = `${group === "" ? "" : `/O=${group}`}/CN=${user}`;
    return [user, sign(`client-${user}`, subject, "extendedKeyUsage=clientAuth")] as const;
  });
  key("service-accounts");
  openssl("ec", "-in", "service-accounts.key", "-pubout", "-out", "service-accounts.pub");
  return {
    ca: readFileSync(path("ca.crt"), "utf8"),
    caPath: path("ca.crt"),
    server,
    clients: Object.fromEntries(clients),
    serviceAccountKey: path("service-accounts.key"),
    serviceAccountPublicKey: path("service-accounts.pub"),
  };
}
