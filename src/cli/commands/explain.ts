import { exitCodes, nearest, RestartError } from "../../core/index.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { type Explanation, exitCodeExplanations, findingExplanations, outcomeExplanations } from "../explanations.ts";
import { printDocument } from "../print/document.ts";

interface Page extends Explanation {
  readonly type: "finding" | "outcome" | "exit code";
  readonly code: string;
}

/** `restart explain [CODE]`: what a finding, an outcome or an exit code means. Without a code it lists them. */
export async function explainCommand(host: CliHost, { words, format }: Invocation): Promise<number> {
  const [code, ...more] = words;
  if (more.length > 0) throw new RestartError("Usage", "restart explain takes one code");
  const pages = allPages();
  const found = code === undefined ? pages : pages.filter((page) => page.code === code.toLowerCase());
  if (found.length === 0) {
    const guess = nearest(
      code ?? "",
      pages.map((page) => page.code),
    );
    throw new RestartError(
      "Usage",
      `there is no code "${code}"; ${guess ? `did you mean ${guess}?` : "restart explain lists them"}`,
    );
  }
  if (format !== "text") {
    await printDocument(host, format, { schema: "restart/v1", kind: "ExplanationList", items: found });
    return exitCodes.healthy;
  }
  const text =
    code === undefined
      ? found.map((page) => `${page.type.padEnd(11)}${page.code.padEnd(22)}${page.title}\n`).join("")
      : found
          .map(
            (page) => `${page.code} (${page.type}): ${page.title}\n\n${page.meaning}\n\nWhat to do: ${page.remedy}\n`,
          )
          .join("\n");
  await host.streams.out(text);
  return exitCodes.healthy;
}

function allPages(): readonly Page[] {
  const pages = (type: Page["type"], table: Readonly<Record<string, Explanation>>) =>
    Object.entries(table).map(([code, explanation]) => ({ type, code, ...explanation }));
  return [
    ...pages("finding", findingExplanations),
    ...pages("outcome", outcomeExplanations),
    ...pages("exit code", exitCodeExplanations),
  ];
}
