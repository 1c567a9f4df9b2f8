import { RestartError } from "../../kube/error.ts";
import { type ForeignKind, foreignKinds } from "../kinds/foreign-kinds.ts";
import { kindNames, parseKind, unrestartableKinds, workloadKinds } from "../kinds/index.ts";
import type { WorkloadKind } from "../kinds/workload-kind.ts";
import { nearest } from "../nearest.ts";
import { parseExclude } from "./parse-filter.ts";
import type { Condition } from "./predicate.ts";

/** A kind as it was typed: one that restarts, or one that people try and that has no rollout. */
export type TypedKind =
  | { readonly restartable: true; readonly kind: WorkloadKind }
  | {
      readonly restartable: false;
      readonly kind: {
        readonly kind: string;
        readonly apiVersion: string;
        readonly resource: string;
        /** Argument words with which its operator's own tool restarts it. */
        readonly command?: ForeignKind["command"];
      };
    };

/** One thing that was asked for. */
export interface TargetItem {
  readonly type: TypedKind;
  /** Undefined for every object of the kind. */
  readonly name: string | undefined;
  /** The name is a glob: it selects, as a label selector does, and may find nothing. */
  readonly glob: boolean;
  /** Where it is, when that was said with the name; undefined is wherever is looked. */
  readonly namespace?: string | undefined;
  readonly context?: string | undefined;
}

/** One argument list, read as kubectl reads it. */
export interface TargetSelection {
  /** In the order typed. */
  readonly items: readonly TargetItem[];
  /** What `^` leaves out, in the order typed. */
  readonly excludes: readonly Condition[];
  /** Names that are kinds themselves (`deploy web sts db`): most likely meant as such. */
  readonly suspicious: readonly string[];
}

/**
 * Reads `TYPE/NAME…`, `TYPE[,TYPE] NAME…` or `TYPE[,TYPE]` (kubectl: cli-runtime pkg/resource/builder.go), with globs in
 * the names, and `^NAME` or `^TYPE/NAME` anywhere for what is left out. Anything else rejects with `Usage`; an unknown
 * type names the nearest one in `detail.nearest`.
 */
export function parseTargets(words: readonly string[]): TargetSelection {
  const excludes = words.filter((word) => word.startsWith("^")).map((word) => parseExclude(word.slice(1)));
  const [first, ...rest] = words.filter((word) => !word.startsWith("^"));
  if (first === undefined) throw new RestartError("Usage", "no workload named");
  if (first.includes("/") || rest.some((word) => word.includes("/"))) {
    return { items: [first, ...rest].map(parseSlashed), excludes, suspicious: [] };
  }
  const types = first.split(",").map((word) => parseType(word, rest.length === 0));
  if (rest.length === 0) return { items: types.map((type) => item(type, "*")), excludes, suspicious: [] };
  return {
    items: types.flatMap((type) => rest.map((name) => item(type, name))),
    excludes,
    suspicious: rest.filter((name) => parseKind(name) !== undefined),
  };
}

/** Stars alone say no more than the kind does. */
function item(type: TypedKind, name: string): TargetItem {
  const all = /^\*+$/.test(name);
  return { type, name: all ? undefined : name, glob: !all && /[*?]/.test(name) };
}

function parseSlashed(word: string): TargetItem {
  const [type = "", name = "", ...more] = word.split("/");
  if (more.length > 0 || type === "" || name === "") {
    const why = word.includes("/") ? "is not TYPE/NAME" : "has no type, while others are TYPE/NAME";
    throw new RestartError("Usage", `"${word}" ${why}`, { detail: { given: word } });
  }
  return item(parseType(type, false), name);
}

/** Reads one type as it is typed. Rejects like `parseTargets`. */
export function parseType(word: string, alone: boolean): TypedKind {
  const kind = parseKind(word);
  if (kind !== undefined) return { restartable: true, kind };
  const other = [...unrestartableKinds, ...foreignKinds].find(({ names }) => names.includes(word.toLowerCase()));
  if (other !== undefined) return { restartable: false, kind: other };
  const guess = nearest(word, workloadKinds.flatMap(kindNames));
  throw new RestartError("Usage", `there is no kind "${word}" that can be restarted`, {
    detail: { given: word, kind: "unknown-kind", ...(guess && { nearest: guess }), ...(alone && { alone: "true" }) },
  });
}
