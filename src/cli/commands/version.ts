import { exitCodes } from "../../core/index.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { printDocument } from "../print/document.ts";

/** `restart version`. The plain form is answered by `main` before anything is loaded; this is the rest. */
export async function versionCommand(host: CliHost, { format }: Invocation): Promise<number> {
  const { version, platform } = host;
  if (format === "text") await host.streams.out(`restart ${version}\n`);
  else await printDocument(host, format, { schema: "restart/v1", kind: "Version", version, platform });
  return exitCodes.healthy;
}
