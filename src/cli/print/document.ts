import { cleaned, toJson } from "../../words/clean.ts";
import type { CliHost } from "../cli-host.ts";
import type { Format } from "../flags.ts";

/** Something that a program reads: one document on standard output. */
export interface Document extends Readonly<Record<string, unknown>> {
  readonly schema: "restart/v1";
  readonly kind: string;
}

/** Writes a document as JSON or YAML. */
export async function printDocument(host: CliHost, format: Format, document: Document): Promise<void> {
  const text = format === "yaml" ? await host.toYaml(cleaned(document)) : `${toJson(document, 2)}\n`;
  await host.streams.out(text);
}
