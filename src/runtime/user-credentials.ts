import { authProviderCredentials } from "./auth-provider.ts";
import type { ContextEntry } from "./context-entry.ts";
import type { CredentialSource } from "./credentials.ts";
import { basicAuthorization, fixedCredentials } from "./credentials.ts";
import type { PluginHost } from "./exec-credential.ts";
import { execCredentials } from "./exec-credential.ts";
import { invalidKubeconfig } from "./kubeconfig-document.ts";
import type { KubeconfigUser } from "./kubeconfig-entry.ts";
import { userCertificate } from "./tls-settings.ts";
import { tokenFileCredentials } from "./token-file.ts";

/**
 * The credentials of a context's user, in client-go's order: token file, token, user and password, plugin, auth
 * provider; a client certificate goes along with any of them. Reads certificate files, runs nothing yet.
 * Throws `InvalidConfig` for contradicting or incomplete entries.
 */
export function userCredentials(entry: ContextEntry, host: PluginHost): CredentialSource {
  const { user } = entry;
  if (user === undefined) return fixedCredentials({});
  checkMethods(user);
  const certificate = userCertificate(entry);
  if (user.tokenFile !== undefined) {
    return tokenFileCredentials({
      path: user.tokenFile,
      ...(user.token !== undefined && { fallbackToken: user.token }),
      user: entry.userName,
      clock: host.clock,
      certificate,
    });
  }
  if (user.token !== undefined) return fixedCredentials({ ...certificate, authorization: `Bearer ${user.token}` });
  if (user.username !== undefined) {
    const authorization = basicAuthorization(user.username, user.password ?? "");
    return fixedCredentials({ ...certificate, authorization });
  }
  if (user.exec !== undefined) return execCredentials(entry, user.exec, certificate, host);
  if (user.authProvider !== undefined) {
    return authProviderCredentials(entry, user.authProvider, certificate, host);
  }
  return fixedCredentials(certificate);
}

function checkMethods(user: KubeconfigUser): void {
  const refuse = (problem: string): Error =>
    invalidKubeconfig(user.origin.file, user.origin.line, `user ${JSON.stringify(user.name)} ${problem}`);
  const token = (user.token ?? user.tokenFile) !== undefined;
  const basic = (user.username ?? user.password) !== undefined;
  if (token && basic) throw refuse("has both a token and a user name with password; only one is allowed");
  if (user.exec !== undefined && user.authProvider !== undefined) {
    throw refuse("has both a credential plugin (exec) and an auth-provider; only one is allowed");
  }
}
