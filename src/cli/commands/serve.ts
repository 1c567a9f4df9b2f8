import { RestartError } from "../../core/index.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";

/** `restart serve`: resolves when the server has stopped. */
export async function serveCommand(host: CliHost, invocation: Invocation): Promise<number> {
  const [word] = invocation.words;
  if (word !== undefined) throw new RestartError("Usage", `restart serve takes no arguments, and "${word}" is one`);
  return host.serve(invocation);
}
