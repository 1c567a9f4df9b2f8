import type { Plan, PlanTarget } from "../../core/index.ts";
import { cleaned } from "../../words/clean.ts";
import { findingSentence } from "../../words/findings.ts";
import { count, objectName } from "../../words/names.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { printDocument } from "./document.ts";

/** Shows a plan, in the words of kubectl's server-side dry run. */
export async function printPlan(host: CliHost, { format }: Invocation, plan: Plan): Promise<void> {
  switch (format) {
    case "json":
    case "yaml":
      return printDocument(host, format, { ...plan });
    case "jsonl": {
      const lines = plan.targets.map((target) =>
        JSON.stringify({ schema: plan.schema, kind: "PlanTarget", ...target }),
      );
      await host.streams.out(lines.map((line) => `${line}\n`).join(""));
      return;
    }
    case "name":
      await host.streams.out(plan.targets.map(({ ref }) => `${objectName(ref)}\n`).join(""));
      return;
    default:
      await host.streams.out(
        cleaned(plan.targets)
          .flatMap(planLines)
          .map((line) => `${line}\n`)
          .join(""),
      );
  }
}

function planLines({ ref, affected, findings }: PlanTarget): readonly string[] {
  const refused = findings.some(({ level }) => level === "block");
  const verb = refused ? "would be refused" : "restarted";
  return [
    `${objectName(ref)} ${verb} (server dry run): ${count(affected, "pod")} in ${ref.namespace} on ${ref.cluster}`,
    ...findings.map((finding) => `  ${finding.level} ${finding.code}: ${findingSentence(finding, objectName(ref))}`),
  ];
}
