import type { Impersonation } from "./kubeconfig-entry.ts";

/** Why the API server would refuse this impersonation, or undefined. The sentence is kubectl's. */
export function impersonationProblem(impersonation: Impersonation): string | undefined {
  const { user, uid, groups, extra } = impersonation;
  if (user !== undefined) return undefined;
  const rest = uid !== undefined || groups.length > 0 || Object.keys(extra).length > 0;
  return rest ? "requesting uid, groups or user-extra without impersonating a user" : undefined;
}

/** The headers of an impersonation; a list of values becomes one header line each. */
export function impersonationHeaders(
  impersonation: Impersonation | undefined,
): Readonly<Record<string, string | readonly string[]>> {
  if (impersonation?.user === undefined) return {};
  const extra = Object.entries(impersonation.extra).map(([key, values]) => [
    `Impersonate-Extra-${escapeHeaderKey(key)}`,
    values,
  ]);
  return {
    "Impersonate-User": impersonation.user,
    ...(impersonation.uid !== undefined && { "Impersonate-Uid": impersonation.uid }),
    ...(impersonation.groups.length > 0 && { "Impersonate-Group": impersonation.groups }),
    ...Object.fromEntries(extra),
  };
}

// client-go escapes what may not stand in a header's name (transport.headerKeyEscape), and `%` itself.
function escapeHeaderKey(key: string): string {
  return [...new TextEncoder().encode(key)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9!#$&'*+.^_`|~-]/u.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
}
