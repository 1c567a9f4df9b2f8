import { cleanText } from "./clean-text.ts";
import { RestartError } from "./error.ts";

/** One condition on a field of the object, such as `metadata.name`. */
export interface FieldRequirement {
  readonly field: string;
  readonly operator: "=" | "!=";
  readonly value: string;
}

/** Conditions that must all hold; none selects everything. */
export type FieldSelector = readonly FieldRequirement[];

const fieldName = /^[A-Za-z0-9_.[\]/-]+$/;

/**
 * Parses kubectl's `--field-selector`: `metadata.name=web,status.phase!=Running`. A backslash keeps the special meaning
 * away from `,`, `=` and itself. Which fields a kind knows is the API server's to say.
 * Throws `Usage` with the place (`detail.position`, from 1).
 */
export function parseFieldSelector(text: string): FieldSelector {
  let at = 0;
  return splitTerms(text).flatMap((term) => {
    const start = at;
    at += term.length + 1;
    if (term.trim() === "") return [];
    const operator = /!=|==|=/.exec(term);
    if (operator === null) throw invalid(text, start, "a field needs = or != and a value");
    const field = term.slice(0, operator.index).trim();
    if (!fieldName.test(field)) throw invalid(text, start, `${quote(field)} is not a field`);
    const valueAt = operator.index + operator[0].length;
    return [
      {
        field,
        operator: operator[0] === "!=" ? "!=" : "=",
        value: withoutEscapes(text, term.slice(valueAt), start + valueAt),
      },
    ];
  });
}

/** Text of a selector, for a query. */
export function formatFieldSelector(selector: FieldSelector): string {
  return selector
    .map(({ field, operator, value }) => `${field}${operator}${value.replace(/[\\,=]/g, "\\$&")}`)
    .join(",");
}

function splitTerms(text: string): readonly string[] {
  return text.match(/(?:[^\\,]|\\[\s\S]?)+|(?<=^|,)(?=,|$)/g) ?? [];
}

function withoutEscapes(text: string, value: string, at: number): string {
  const bad = /^(?:[^\\=]|\\[\\,=])*/.exec(value)?.[0].length ?? 0;
  if (bad < value.length) {
    const problem = value[bad] === "=" ? "a second =" : "a backslash before nothing special";
    throw invalid(text, at + bad, problem);
  }
  return value.replace(/\\(.)/g, "$1");
}

function invalid(text: string, at: number, problem: string): RestartError {
  const position = at + 1;
  return new RestartError("Usage", `field selector ${quote(text)}: ${problem} at position ${position}`, {
    detail: { position: String(position) },
  });
}

function quote(text: string): string {
  return JSON.stringify(cleanText(text, 200));
}
