import { exitCodes, nearest, RestartError } from "../../core/index.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { explainPages, type Page } from "../explain-pages.ts";
import { printDocument } from "../print/document.ts";
import { formatTable } from "../print/table.ts";

/** `restart explain [CODE]`: what a finding, an outcome or an exit code means. Without a code it lists them. */
export async function explainCommand(host: CliHost, { words, format }: Invocation): Promise<number> {
  if (words.length > 1) throw new RestartError("Usage", "restart explain takes one code");
  const pages = explainPages();
  const [word] = words;
  const asked = word === undefined ? pages : pages.filter(({ code }) => code === word.toLowerCase());
  if (word !== undefined && asked.length === 0) {
    const guess = nearest(
      word,
      pages.map(({ code }) => code),
    );
    const advice = guess === undefined ? "restart explain lists them" : `did you mean ${guess}?`;
    throw new RestartError("Usage", `there is no code "${word}"; ${advice}`);
  }
  if (format === "json" || format === "yaml") {
    await printDocument(host, format, { schema: "restart/v1", kind: "CodeList", items: asked } as const);
  } else {
    const text = word === undefined ? overview(pages) : asked.map(pageText).join("\n");
    await host.streams.out(text);
  }
  return exitCodes.healthy;
}

function overview(pages: readonly Page[]): string {
  return formatTable(
    ["CODE", "TYPE", "MEANING"],
    pages.map(({ code, type, means }) => [code, type, means.split(/(?<=\.) /)[0] ?? ""]),
  );
}

function pageText({ code, type, means, todo }: Page): string {
  return `${code} (${type})\n\n${means}\n\nWhat to do: ${todo}\n`;
}
