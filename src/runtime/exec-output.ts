import type { Credentials } from "./credentials.ts";

/** What a credential plugin printed: credentials and how long they hold, or what is wrong with it. */
export type ExecOutput =
  | { readonly credentials: Credentials; readonly expiresAt: number | undefined }
  | { readonly problem: string };

/** Reads the ExecCredential that a plugin printed. The problem never quotes the output: it may hold a token. */
export function readExecOutput(text: string, apiVersion: string): ExecOutput {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: text.trim() === "" ? "printed nothing" : "did not print JSON" };
  }
  const kind = nonEmpty(field(value, "kind"));
  if (kind !== "ExecCredential") return { problem: "did not print an ExecCredential" };
  const version = nonEmpty(field(value, "apiVersion"));
  if (version !== apiVersion) {
    const printed = version === undefined ? "no apiVersion" : `apiVersion ${version.slice(0, 100)}`;
    return { problem: `printed ${printed} where the kubeconfig asks for ${apiVersion}` };
  }
  const status = field(value, "status");
  if (typeof status !== "object" || status === null) return { problem: "printed an ExecCredential without a status" };
  const token = nonEmpty(field(status, "token"));
  const clientCertificate = nonEmpty(field(status, "clientCertificateData"));
  const clientKey = nonEmpty(field(status, "clientKeyData"));
  if ((clientCertificate === undefined) !== (clientKey === undefined)) {
    return { problem: "printed a client certificate without its key, or a key without its certificate" };
  }
  if (token === undefined && clientCertificate === undefined) {
    return { problem: "printed neither a token nor a client certificate" };
  }
  const expiry = nonEmpty(field(status, "expirationTimestamp"));
  const expiresAt = expiry === undefined ? undefined : Date.parse(expiry);
  if (Number.isNaN(expiresAt)) return { problem: "printed an expirationTimestamp that is not RFC 3339" };
  return {
    credentials: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(clientCertificate !== undefined && clientKey !== undefined && { clientCertificate, clientKey }),
    },
    expiresAt,
  };
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
