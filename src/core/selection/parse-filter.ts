import { cleanText } from "../../kube/clean-text.ts";
import { RestartError } from "../../kube/error.ts";
import { kindNames, parseKind, workloadKinds } from "../kinds/index.ts";
import { nearest } from "../nearest.ts";
import { parseAge } from "./parse-age.ts";
import { parseTime } from "./parse-time.ts";
import {
  ageNames,
  type Comparison,
  type Condition,
  comparisons,
  countNames,
  ownerNames,
  type Predicate,
  stateNames,
  type UsedKind,
} from "./predicate.ts";

/** A word of a filter, or a part of one, and where in the whole text it stands (from 0). */
interface Piece {
  readonly text: string;
  readonly at: number;
}

/**
 * Reads a filter: words that must all hold, each of them a part of the name or a glob for the whole of it, `TYPE/NAME`,
 * `key:value[,value]` (one of the values), or a comparison such as `ready<desired`, `restarted>7d`. `!` in front turns a
 * word round; `^` does, too, and takes what follows as a whole name. Throws `Usage` with the text (`detail.expression`) and the
 * place (`detail.position`, from 1, inside the text).
 */
export function parseFilter(text: string): readonly Condition[] {
  const words = [...text.matchAll(/\S+/g)].map((match): Piece => ({ text: match[0], at: match.index }));
  if (words.length === 0) throw wrong(text, { text: "", at: 0 }, "there is no condition in it");
  return words.map((word) => ({ text: word.text, predicate: readWord(text, word) }));
}

/** Reads one value of one key, for a flag that stands for it: `uses`, `secret/x`. Throws like `parseFilter`. */
export function parseCondition(key: FilterKey, value: string): Predicate {
  return readValues(value, key, { text: value, at: 0 });
}

/** Reads what may be left out: a whole name, a glob, or either behind a type. Throws like `parseFilter`. */
export function parseExclude(pattern: string): Condition {
  return { text: pattern, predicate: readWhole(pattern, { text: pattern, at: 0 }) };
}

function readWord(whole: string, word: Piece): Predicate {
  const { text } = word;
  if (text.startsWith("!")) return { type: "not", predicate: readWord(whole, rest(whole, word, 1)) };
  if (text.startsWith("^")) return { type: "not", predicate: readWhole(whole, rest(whole, word, 1)) };
  const [, name, comparison = "", value = ""] = /^([^<>=!:/]*)(<=|>=|!=|==|<|>|=)(.*)$/s.exec(text) ?? [];
  if (name !== undefined) {
    const at = word.at + name.length + comparison.length;
    return readComparison(whole, { text: name, at: word.at }, comparison, { text: value, at });
  }
  const [, key, values = ""] = /^([^:/]*):(.*)$/s.exec(text) ?? [];
  if (key !== undefined) {
    const known = readKey(whole, { text: key, at: word.at });
    return readValues(whole, known, { text: values, at: word.at + key.length + 1 }, word);
  }
  if (text.includes("/")) return readWhole(whole, word);
  const pattern = readPattern(whole, word);
  return /[*?]/.test(text) ? { type: "name", pattern } : { type: "word", text: pattern };
}

function rest(whole: string, word: Piece, length: number): Piece {
  if (word.text.length > length) return { text: word.text.slice(length), at: word.at + length };
  throw wrong(whole, word, `there is nothing behind ${word.text}`);
}

/** `NAME` or `TYPE/NAME`, both with globs in the name. */
function readWhole(whole: string, word: Piece): Predicate {
  const slash = word.text.indexOf("/");
  const name: Predicate = {
    type: "name",
    pattern: readPattern(whole, { text: word.text.slice(slash + 1), at: word.at + slash + 1 }),
  };
  if (slash < 0) return name;
  return { type: "all", predicates: [readKind(whole, { text: word.text.slice(0, slash), at: word.at }), name] };
}

function readPattern(whole: string, word: Piece): string {
  const bad = /[^A-Za-z0-9.*?-]/.exec(word.text);
  if (word.text === "") throw wrong(whole, word, "a name is missing");
  if (bad === null) return word.text.toLowerCase();
  const shown = cleanText(bad[0]) === "" ? "this character" : quote(bad[0]);
  throw wrong(whole, { text: bad[0], at: word.at + bad.index }, `${shown} is in no name`);
}

const keys = [
  "kind",
  "ns",
  "namespace",
  "name",
  "image",
  "owner",
  "strategy",
  "uses",
  "is",
  "older-than",
  "restarted-before",
] as const;

export type FilterKey = (typeof keys)[number];

function readKey(whole: string, key: Piece): FilterKey {
  const found = keys.find((each) => each === key.text.toLowerCase());
  if (found !== undefined) return found;
  throw unknown(whole, key, "key", keys);
}

function readValues(whole: string, key: FilterKey, values: Piece, word: Piece = values): Predicate {
  let { at } = values;
  const pieces = values.text.split(",").map((text): Piece => {
    const piece = { text, at };
    at += text.length + 1;
    return piece;
  });
  const predicates = pieces.map((piece) => {
    if (piece.text === "") throw wrong(whole, word, `${key}: a value is missing`);
    return readValue(whole, key, piece);
  });
  const [first] = predicates;
  return first !== undefined && predicates.length === 1 ? first : { type: "any", predicates };
}

function readValue(whole: string, key: FilterKey, value: Piece): Predicate {
  const { text } = value;
  switch (key) {
    case "kind":
      return readKind(whole, value);
    case "ns":
    case "namespace":
      return { type: "namespace", pattern: readPattern(whole, value) };
    case "name":
      return { type: "name", pattern: readPattern(whole, value) };
    case "image":
      return { type: "image", pattern: text };
    case "strategy":
      return { type: "strategy", pattern: text.toLowerCase() };
    case "owner":
      return { type: "owner", owner: oneOf(whole, value, ownerNames, "owner") };
    case "is":
      return { type: "is", state: oneOf(whole, value, stateNames, "state") };
    case "uses":
      return readUse(whole, value);
    case "older-than": {
      const milliseconds = parseAge(text);
      if (milliseconds !== undefined) return { type: "age", age: "podage", comparison: ">", milliseconds };
      throw wrong(whole, value, `${quote(text)} is no age such as 90s, 5m, 2h or 7d`);
    }
    case "restarted-before": {
      const age = parseAge(text);
      if (age !== undefined) return { type: "age", age: "restarted", comparison: ">", milliseconds: age };
      const time = parseTime(text);
      if (time !== undefined) return { type: "restartedBefore", time };
      throw wrong(
        whole,
        value,
        `${quote(text)} is no time such as 2026-11-01 or 2026-11-01T12:00:00Z, and no age such as 7d`,
      );
    }
  }
}

function readKind(whole: string, value: Piece): Predicate {
  const kind = parseKind(value.text);
  if (kind !== undefined) return { type: "kind", apiVersion: kind.apiVersion, kind: kind.kind };
  const guess = nearest(value.text, workloadKinds.flatMap(kindNames));
  throw wrong(whole, value, `there is no kind ${quote(value.text)} that can be restarted`, guess);
}

const usable: Readonly<Record<string, UsedKind>> = {
  secret: "Secret",
  secrets: "Secret",
  configmap: "ConfigMap",
  configmaps: "ConfigMap",
  cm: "ConfigMap",
  persistentvolumeclaim: "PersistentVolumeClaim",
  pvc: "PersistentVolumeClaim",
  serviceaccount: "ServiceAccount",
  sa: "ServiceAccount",
  secretproviderclass: "SecretProviderClass",
};

function readUse(whole: string, value: Piece): Predicate {
  const slash = value.text.indexOf("/");
  const type = value.text.slice(0, Math.max(0, slash)).toLowerCase();
  const kind = Object.hasOwn(usable, type) ? usable[type] : undefined;
  if (kind === undefined) {
    throw wrong(
      whole,
      value,
      `${quote(value.text)} is not secret/NAME or configmap/NAME`,
      nearest(type, Object.keys(usable)),
    );
  }
  return {
    type: "uses",
    kind,
    pattern: readPattern(whole, { text: value.text.slice(slash + 1), at: value.at + slash + 1 }),
  };
}

function oneOf<T extends string>(whole: string, value: Piece, known: readonly T[], what: string): T {
  const found = known.find((each) => each === value.text.toLowerCase());
  if (found !== undefined) return found;
  throw unknown(whole, value, what, known);
}

const comparable = [...countNames, "restarts", ...ageNames] as const;

function readComparison(whole: string, name: Piece, sign: string, value: Piece): Predicate {
  const field = comparable.find((each) => each === name.text.toLowerCase());
  if (field === undefined) {
    const guess = nearest(name.text, comparable);
    const list = guess === undefined ? `; ${comparable.join(", ")} can, and labels are selected with -l` : "";
    throw wrong(whole, name, `${quote(name.text)} cannot be compared${list}`, guess);
  }
  const comparison = comparisons.find((each) => each === (sign === "==" ? "=" : sign)) ?? "=";
  if (value.text === "") throw wrong(whole, name, `${field}${sign} needs a value`);
  const age = ageNames.find((each) => each === field);
  if (age !== undefined) return readAge(whole, age, comparison, value, name);
  const number = /^\d{1,9}$/.test(value.text) ? Number(value.text) : undefined;
  if (field === "restarts") {
    if (number === undefined) throw wrong(whole, value, `${quote(value.text)} is no whole number`);
    return { type: "restarts", comparison, value: number };
  }
  const count = countNames.find((each) => each === field);
  const other = number ?? countNames.find((each) => each === value.text.toLowerCase());
  if (count === undefined || other === undefined) {
    throw wrong(
      whole,
      value,
      `${quote(value.text)} is no whole number and none of ${countNames.join(", ")}`,
      nearest(value.text, countNames),
    );
  }
  return { type: "count", count, comparison, value: other };
}

function readAge(
  whole: string,
  age: (typeof ageNames)[number],
  comparison: Comparison,
  value: Piece,
  name: Piece,
): Predicate {
  if (comparison === "=" || comparison === "!=") {
    throw wrong(whole, name, `${age} is compared with <, <=, > or >=: no age stays the same`);
  }
  const milliseconds = parseAge(value.text);
  if (milliseconds === undefined) throw wrong(whole, value, `${quote(value.text)} is no age such as 90s, 5m, 2h or 7d`);
  return { type: "age", age, comparison, milliseconds };
}

function unknown(whole: string, piece: Piece, what: string, known: readonly string[]): RestartError {
  const guess = nearest(piece.text, known);
  const list = guess === undefined ? `; there are ${known.join(", ")}` : "";
  return wrong(whole, piece, `there is no ${what} ${quote(piece.text)}${list}`, guess);
}

function wrong(whole: string, { at }: Piece, problem: string, guess?: string): RestartError {
  const position = Math.min(at, Math.max(0, whole.length - 1)) + 1;
  return new RestartError("Usage", problem, {
    detail: {
      expression: whole,
      position: String(position),
      ...(guess !== undefined && { nearest: guess }),
    },
  });
}

function quote(text: string): string {
  return JSON.stringify(cleanText(text, 80));
}
