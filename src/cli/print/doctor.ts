import type { Check, CheckStatus, ClusterEntry } from "../../core/index.ts";
import { cleaned } from "../../words/clean.ts";
import { count } from "../../words/names.ts";
import { checkSentence } from "./doctor-sentence.ts";
import type { Document } from "./document.ts";
import type { Style } from "./style.ts";

/** What was looked at of one thing. */
export type DoctorSection =
  | { readonly section: "kubeconfig" | "machine"; readonly checks: readonly Check[] }
  | { readonly section: "context"; readonly context: ClusterEntry; readonly checks: readonly Check[] };

/** A check a line: how it stands, what it is, and a sentence; an empty line at the end. */
export function sectionText(section: DoctorSection, style: Style, now: number): string {
  const colour: Readonly<Record<CheckStatus, (text: string) => string>> = {
    ok: style.good,
    warn: style.caution,
    fail: style.bad,
  };
  const lines = section.checks.map((check) => {
    const name = check.check.padEnd(15);
    return `  ${colour[check.status](check.status.padEnd(4))}  ${name}  ${cleaned(checkSentence(check, now))}\n`;
  });
  return `${style.strong(cleaned(title(section)))}\n${lines.join("")}\n`;
}

function title(section: DoctorSection): string {
  return section.section === "context"
    ? `context ${section.context.name} (${section.context.server})`
    : section.section;
}

/** The last line. */
export function verdict(sections: readonly DoctorSection[]): string {
  const statuses = sections.flatMap(({ checks }) => checks.map(({ status }) => status));
  const failed = statuses.filter((status) => status === "fail").length;
  const warned = statuses.filter((status) => status === "warn").length;
  const parts = [...(failed > 0 ? [`${failed} failed`] : []), ...(warned > 0 ? [count(warned, "warning")] : [])];
  return parts.length === 0 ? "nothing to complain about" : parts.join(", ");
}

/** The same for a program: a flat list, each check with its evidence and its sentence. */
export function doctorDocument(sections: readonly DoctorSection[], exitCode: number, now: number): Document {
  const items = sections.flatMap((section) =>
    section.checks.map((check) => {
      const { error, ...rest } = check;
      return {
        section: section.section,
        ...(section.section === "context" && { context: section.context.name }),
        ...withoutErrors(rest),
        message: checkSentence(check, now),
        ...(error !== undefined && { error: { reason: error.reason, message: error.message } }),
      };
    }),
  );
  return { schema: "restart/v1", kind: "Diagnostics", exitCode, items: cleaned(items) };
}

/** The error of a file stands beside it already. */
function withoutErrors(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => {
      if (typeof value !== "object" || value === null || !("error" in value)) return [key, value];
      const { error: _, ...rest } = value;
      return [key, rest];
    }),
  );
}
