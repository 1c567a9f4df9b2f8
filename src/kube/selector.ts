import type { V1LabelSelector } from "@kubernetes/client-node";
import { cleanText } from "./clean-text.ts";
import { RestartError } from "./error.ts";
import { lexSelector, type SelectorToken } from "./selector-lexer.ts";

/** One condition on a label. `NotIn` and `DoesNotExist` also hold where the label is missing. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt";
  readonly values: readonly string[];
}

/** Conditions that must all hold; none selects everything. */
export type LabelSelector = readonly LabelRequirement[];

const labelName = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelPrefix = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const integer = /^-?\d+$/;

/**
 * Parses kubectl's `-l`: `app=web,tier!=db,env in (a,b),zone notin (x),canary,!old,weight>5`.
 * Throws `Usage` with the place (`detail.position`, from 1).
 */
export function parseLabelSelector(text: string): LabelSelector {
  const tokens = lexSelector(text);
  let at = 0;
  const peek = (): SelectorToken => tokens[at] as SelectorToken;
  const next = (): SelectorToken => tokens[at++] as SelectorToken;
  const word = (what: string): SelectorToken => {
    const token = next();
    if (token.type !== "word") throw unexpected(text, token, what);
    return token;
  };

  const values = (): readonly string[] => {
    const open = next();
    if (open.type !== "(") throw unexpected(text, open, "(");
    const found: string[] = [];
    for (;;) {
      found.push(peek().type === "word" ? value(text, next()) : "");
      const token = next();
      if (token.type === ")") return [...new Set(found)].sort();
      if (token.type !== ",") throw unexpected(text, token, ", or )");
    }
  };

  const requirement = (): LabelRequirement => {
    const negated = peek().type === "!";
    if (negated) next();
    const key = labelKey(text, word("a label"));
    if (negated) return { key, operator: "DoesNotExist", values: [] };
    const operator = peek();
    switch (operator.type) {
      case "=":
      case "==":
      case "!=": {
        next();
        const one = peek().type === "word" ? value(text, next()) : "";
        return { key, operator: operator.type === "!=" ? "NotIn" : "In", values: [one] };
      }
      case ">":
      case "<": {
        next();
        const bound = word("a whole number");
        if (!integer.test(bound.text)) throw unexpected(text, bound, "a whole number");
        return { key, operator: operator.type === ">" ? "Gt" : "Lt", values: [bound.text] };
      }
      case "word":
        if (operator.text !== "in" && operator.text !== "notin") throw unexpected(text, operator, "an operator");
        next();
        return { key, operator: operator.text === "in" ? "In" : "NotIn", values: values() };
      default:
        return { key, operator: "Exists", values: [] };
    }
  };

  const requirements: LabelRequirement[] = [];
  if (peek().type === "end") return requirements;
  for (;;) {
    requirements.push(requirement());
    const token = next();
    if (token.type === "end") return requirements;
    if (token.type !== ",") throw unexpected(text, token, ",");
  }
}

/** The conditions of an object's `spec.selector`. Throws `Usage` for what the API would not have accepted. */
export function fromLabelSelector(selector: V1LabelSelector): LabelSelector {
  const equal = Object.entries(selector.matchLabels ?? {}).map(
    ([key, one]): LabelRequirement => ({ key, operator: "In", values: [one] }),
  );
  const listed = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }): LabelRequirement => {
    if (operator === "Exists" || operator === "DoesNotExist") return { key, operator, values: [] };
    if ((operator === "In" || operator === "NotIn") && values.length > 0) {
      return { key, operator, values: [...new Set(values)].sort() };
    }
    throw new RestartError("Usage", `${cleanText(operator, 40)} with ${values.length} values is no label selector`);
  });
  return [...equal, ...listed];
}

/** Text of a selector, for a query: sorted by label, so that equal selectors give equal text; `""` selects all. */
export function formatLabelSelector(selector: V1LabelSelector | LabelSelector): string {
  const requirements = isParsed(selector) ? selector : fromLabelSelector(selector);
  return requirements.map(formatRequirement).sort().join(",");
}

function isParsed(selector: V1LabelSelector | LabelSelector): selector is LabelSelector {
  return Array.isArray(selector);
}

function formatRequirement({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case "In":
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(",")})`;
    case "NotIn":
      return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.join(",")})`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
    case "Gt":
      return `${key}>${values[0]}`;
    case "Lt":
      return `${key}<${values[0]}`;
  }
}

/** Whether labels satisfy every condition, as the API server decides it. */
export function matchesLabels(selector: LabelSelector, labels: Readonly<Record<string, string>> = {}): boolean {
  return selector.every((requirement) => {
    const { key } = requirement;
    return isSatisfied(requirement, Object.hasOwn(labels, key) ? labels[key] : undefined);
  });
}

function isSatisfied({ operator, values }: LabelRequirement, label: string | undefined): boolean {
  switch (operator) {
    case "In":
      return label !== undefined && values.includes(label);
    case "NotIn":
      return label === undefined || !values.includes(label);
    case "Exists":
      return label !== undefined;
    case "DoesNotExist":
      return label === undefined;
    case "Gt":
      return label !== undefined && integer.test(label) && BigInt(label) > BigInt(values[0] ?? "0");
    case "Lt":
      return label !== undefined && integer.test(label) && BigInt(label) < BigInt(values[0] ?? "0");
  }
}

function labelKey(text: string, token: SelectorToken): string {
  const slash = token.text.indexOf("/");
  const prefix = slash < 0 ? undefined : token.text.slice(0, slash);
  const valid =
    labelName.test(token.text.slice(slash + 1)) &&
    (prefix === undefined || (prefix.length <= 253 && labelPrefix.test(prefix)));
  if (!valid) throw invalid(text, token.at, `${quote(token.text)} is not a label`);
  return token.text;
}

function value(text: string, token: SelectorToken): string {
  if (!labelName.test(token.text)) throw invalid(text, token.at, `${quote(token.text)} is not a label's value`);
  return token.text;
}

function unexpected(text: string, token: SelectorToken, wanted: string): RestartError {
  const found = token.type === "end" ? "the end" : quote(token.text);
  return invalid(text, token.at, `found ${found}, expected ${wanted}`);
}

function invalid(text: string, at: number, problem: string): RestartError {
  const position = at + 1;
  return new RestartError("Usage", `label selector ${quote(text)}: ${problem} at position ${position}`, {
    detail: { position: String(position) },
  });
}

function quote(text: string): string {
  return JSON.stringify(cleanText(text, 200));
}
