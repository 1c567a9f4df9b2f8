import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The certificates of one control plane, as files in `folder`. */
export async function createCertificates(folder: string): Promise<void> {
  await openssl(folder, ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "ca.key"]);
  await openssl(folder, [
    "req",
    "-x509",
    "-new",
    "-key",
    "ca.key",
    "-days",
    "2",
    "-subj",
    "/CN=test-ca",
    "-out",
    "ca.crt",
  ]);
  await sign(folder, "server", "/CN=kube-apiserver", "subjectAltName=IP:127.0.0.1,DNS:localhost");
  await sign(folder, "admin", "/O=system:masters/CN=admin", "extendedKeyUsage=clientAuth");
  await openssl(folder, ["genrsa", "-out", "sa.key", "2048"]);
  await openssl(folder, ["rsa", "-in", "sa.key", "-pubout", "-out", "sa.pub"]);
}

async function sign(folder: string, name: string, subject: string, extension: string): Promise<void> {
  await writeFile(join(folder, `${name}.ext`), extension);
  await openssl(folder, ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", `${name}.key`]);
  await openssl(folder, ["req", "-new", "-key", `${name}.key`, "-subj", subject, "-out", `${name}.csr`]);
  const authority = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", `${name}.ext`];
  await openssl(folder, ["x509", "-req", "-in", `${name}.csr`, ...authority, "-out", `${name}.crt`]);
}

async function openssl(folder: string, words: readonly string[]): Promise<void> {
  const child = Bun.spawn(["openssl", ...words], { cwd: folder, stdout: "ignore", stderr: "pipe" });
  if ((await child.exited) !== 0) throw new Error(`openssl ${words[0]}: ${await new Response(child.stderr).text()}`);
}
