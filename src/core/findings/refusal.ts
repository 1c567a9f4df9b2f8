import type { RestartError } from "../../kube/error.ts";
import type { Finding } from "./finding.ts";

/** What the API server's refusal of a dry run says about the target. `mayNot` is how the authorizer words a missing right. */
export function refusal({ reason, message }: RestartError, mayNot: RegExp): Finding {
  // An admission policy may answer 403 as well as 422; only the authorizer says who cannot do what.
  const code = reason === "Forbidden" && mayNot.test(message) ? "no-permission" : "admission";
  return { code, level: "block", evidence: { reason, message } };
}
