import { exitCodes } from "../../core/index.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { printDocument } from "../print/document.ts";

/** `restart version`. The plain form is answered by the entry point before anything is loaded; both say the same. */
export async function versionCommand(host: CliHost, { format }: Invocation): Promise<number> {
  const { version, platform, streams } = host;
  if (format === "json" || format === "yaml") {
    await printDocument(host, format, { schema: "restart/v1", kind: "Version", version, platform } as const);
  } else await streams.out(`restart ${version}\n`);
  return exitCodes.healthy;
}
