import { sep } from "node:path";
import type { KubeconfigDocument, ValuePath } from "./kubeconfig-document.ts";
import { invalidKubeconfig, parseKubeconfigDocument } from "./kubeconfig-document.ts";
import type {
  AuthProviderConfig,
  ExecConfig,
  Impersonation,
  InteractiveMode,
  KubeconfigCluster,
  KubeconfigContext,
  KubeconfigFile,
  KubeconfigUser,
} from "./kubeconfig-entry.ts";
import type { Fields } from "./kubeconfig-values.ts";
import { absolute, defined, fieldReader, listAt, mapAt, textAt, textsAt, wrong } from "./kubeconfig-values.ts";

/**
 * Reads the text of one kubeconfig file. `file` is its absolute path: relative paths inside are resolved against its
 * folder. Unknown keys are ignored, values of the wrong type are not: `InvalidConfig` with file, line and one sentence.
 */
export function readKubeconfigFile(file: string, text: string): KubeconfigFile {
  const document = parseKubeconfigDocument(file, text);
  const root = mapAt(document, document.value, []);
  checkKind(document, root);
  const entries = <T>(key: string, field: string, read: (fields: Fields, name: string, path: ValuePath) => T) =>
    namedEntries(document, root[key], key, field, read);
  return {
    file,
    clusters: entries("clusters", "cluster", (fields, name, path) => readCluster(document, fields, name, path)),
    users: entries("users", "user", (fields, name, path) => readUser(document, fields, name, path)),
    contexts: entries("contexts", "context", (fields, name, path) => readContext(document, fields, name, path)),
    currentContext: textAt(document, root["current-context"], ["current-context"]) ?? "",
  };
}

function checkKind(document: KubeconfigDocument, root: Fields): void {
  const kind = textAt(document, root["kind"], ["kind"]) ?? "Config";
  const apiVersion = textAt(document, root["apiVersion"], ["apiVersion"]) ?? "v1";
  if (kind !== "" && kind !== "Config") {
    const problem = `this is a ${kind}, not a kubeconfig (kind must be Config)`;
    throw invalidKubeconfig(document.file, document.lineOf(["kind"]), problem);
  }
  if (apiVersion !== "" && apiVersion !== "v1") {
    throw invalidKubeconfig(document.file, document.lineOf(["apiVersion"]), "apiVersion must be v1");
  }
}

function readCluster(document: KubeconfigDocument, fields: Fields, name: string, path: ValuePath): KubeconfigCluster {
  const at = fieldReader(document, fields, path);
  const execConfig = readExecExtension(document, fields["extensions"], [...path, "extensions"]);
  return {
    name,
    origin: { file: document.file, line: document.lineOf(path) },
    server: at.text("server") ?? "",
    ...defined("tlsServerName", at.text("tls-server-name")),
    insecureSkipTlsVerify: at.boolean("insecure-skip-tls-verify"),
    ...defined("certificateAuthority", at.path("certificate-authority")),
    ...defined("certificateAuthorityData", at.data("certificate-authority-data")),
    ...defined("proxyUrl", at.text("proxy-url")),
    disableCompression: at.boolean("disable-compression"),
    ...(execConfig !== undefined && { execConfig }),
  };
}

function readExecExtension(document: KubeconfigDocument, value: unknown, path: ValuePath): unknown {
  let found: unknown;
  for (const [index, item] of listAt(document, value, path).entries()) {
    const fields = mapAt(document, item, [...path, index]);
    if (fields["name"] === "client.authentication.k8s.io/exec") found = fields["extension"];
  }
  return found;
}

function readUser(document: KubeconfigDocument, fields: Fields, name: string, path: ValuePath): KubeconfigUser {
  const at = fieldReader(document, fields, path);
  return {
    name,
    origin: { file: document.file, line: document.lineOf(path) },
    ...defined("clientCertificate", at.path("client-certificate")),
    ...defined("clientCertificateData", at.data("client-certificate-data")),
    ...defined("clientKey", at.path("client-key")),
    ...defined("clientKeyData", at.data("client-key-data")),
    ...defined("token", at.text("token")),
    ...defined("tokenFile", at.path("tokenFile")),
    ...defined("username", at.text("username")),
    ...defined("password", at.text("password")),
    ...defined("impersonate", readImpersonation(document, fields, path)),
    ...defined("exec", readExec(document, fields["exec"], [...path, "exec"])),
    ...defined("authProvider", readAuthProvider(document, fields["auth-provider"], [...path, "auth-provider"])),
  };
}

function readImpersonation(document: KubeconfigDocument, fields: Fields, path: ValuePath): Impersonation | undefined {
  const at = fieldReader(document, fields, path);
  const user = at.text("as");
  const uid = at.text("as-uid");
  const groups = at.texts("as-groups");
  const extraPath = [...path, "as-user-extra"];
  const extra = Object.fromEntries(
    Object.entries(mapAt(document, fields["as-user-extra"], extraPath)).map(([key, value]) => [
      key,
      textsAt(document, value, [...extraPath, key]),
    ]),
  );
  if (user === undefined && uid === undefined && groups.length === 0 && Object.keys(extra).length === 0)
    return undefined;
  return { ...defined("user", user), ...defined("uid", uid), groups, extra };
}

function readExec(document: KubeconfigDocument, value: unknown, path: ValuePath): ExecConfig | undefined {
  if (value === undefined || value === null) return undefined;
  const fields = mapAt(document, value, path);
  const at = fieldReader(document, fields, path);
  const command = at.text("command") ?? "";
  return {
    apiVersion: at.text("apiVersion") ?? "",
    // A bare name is looked up in PATH; anything with a separator belongs to the kubeconfig's folder.
    command: command.includes(sep) || command.includes("/") ? absolute(document.file, command) : command,
    args: at.texts("args"),
    env: listAt(document, fields["env"], [...path, "env"]).map((item, index) => {
      const entryPath = [...path, "env", index];
      const entry = fieldReader(document, mapAt(document, item, entryPath), entryPath);
      return { name: entry.text("name") ?? "", value: entry.text("value") ?? "" };
    }),
    ...defined("installHint", at.text("installHint")),
    provideClusterInfo: at.boolean("provideClusterInfo"),
    ...defined(
      "interactiveMode",
      readInteractiveMode(document, fields["interactiveMode"], [...path, "interactiveMode"]),
    ),
  };
}

function readInteractiveMode(
  document: KubeconfigDocument,
  value: unknown,
  path: ValuePath,
): InteractiveMode | undefined {
  const mode = textAt(document, value, path);
  if (mode === undefined || mode === "") return undefined;
  if (mode === "Never" || mode === "IfAvailable" || mode === "Always") return mode;
  throw wrong(document, path, "must be Never, IfAvailable or Always");
}

function readAuthProvider(
  document: KubeconfigDocument,
  value: unknown,
  path: ValuePath,
): AuthProviderConfig | undefined {
  if (value === undefined || value === null) return undefined;
  const fields = mapAt(document, value, path);
  const config = Object.entries(mapAt(document, fields["config"], [...path, "config"]));
  return {
    name: textAt(document, fields["name"], [...path, "name"]) ?? "",
    config: Object.fromEntries(
      config.map(([key, item]) => [key, textAt(document, item, [...path, "config", key]) ?? ""]),
    ),
  };
}

function readContext(document: KubeconfigDocument, fields: Fields, name: string, path: ValuePath): KubeconfigContext {
  const at = fieldReader(document, fields, path);
  return {
    name,
    origin: { file: document.file, line: document.lineOf(path) },
    cluster: at.text("cluster") ?? "",
    user: at.text("user") ?? "",
    ...defined("namespace", at.text("namespace")),
  };
}

function namedEntries<T>(
  document: KubeconfigDocument,
  value: unknown,
  key: string,
  field: string,
  read: (fields: Fields, name: string, path: ValuePath) => T,
): readonly T[] {
  const seen = new Set<string>();
  return listAt(document, value, [key]).map((item, index) => {
    const entry = mapAt(document, item, [key, index]);
    const name = textAt(document, entry["name"], [key, index, "name"]) ?? "";
    if (seen.has(name)) throw wrong(document, [key, index], `repeats the name ${JSON.stringify(name)} in this file`);
    seen.add(name);
    return read(mapAt(document, entry[field], [key, index, field]), name, [key, index, field]);
  });
}
