import { protectionOf } from "../../core/index.ts";
import { cleaned } from "../../words/clean.ts";
import { count } from "../../words/names.ts";
import { standingOf } from "../state/cluster-standing.ts";
import { hiddenMarks, marked } from "../state/list-state.ts";
import { runsInFlight } from "../state/runs-state.ts";
import { route, type State } from "../state.ts";
import { ownNamespaces, standingWords } from "../text.ts";
import type { Line } from "./line.ts";
import { nextAge } from "./short-age.ts";
import { column, cutEnd, textWidth } from "./text-width.ts";

export interface HeaderLines {
  readonly lines: readonly Line[];
  /** Moment at which an age in it reads differently. */
  readonly next: number | undefined;
}

/** The head of every screen: which cluster, how old what is shown is, and what is chosen. */
export function headerLines(state: State, columns: number, rows: number, now: number): HeaderLines {
  if (route(state).screen === "contexts") return contextsHead(state, columns, rows);
  const clusters = state.opened.map((name) => {
    const entry = state.entries.find((each) => each.name === name);
    const standing = standingOf(state.list, name);
    const label = entry !== undefined && protectionOf(entry) !== undefined ? " PROD" : "";
    return { standing, text: `${cleaned(name)}${label} ${standingWords(standing, now)}` };
  });
  const ages = clusters.flatMap(({ standing }) =>
    standing.lostAt === undefined ? [] : [nextAge(standing.lostAt, now)],
  );
  const lines = [
    sides(` ${clusters.map(({ text }) => text).join(" · ")}   ${scopeWords(state)}`, totals(state), columns),
    { text: cutEnd(` ${choices(state).join("   ")}`, columns), tone: "dim" as const },
  ];
  return { lines: lines.slice(0, rows), next: ages.length === 0 ? undefined : Math.min(...ages) };
}

function contextsHead({ entries, version, readOnly, runs }: State, columns: number, rows: number): HeaderLines {
  const flying = runsInFlight(runs).length;
  const second = [...(readOnly ? ["read-only"] : []), ...(flying === 0 ? [] : [`${count(flying, "run")} in flight`])];
  const lines: readonly Line[] = [
    sides(` restart ${version}   choose a cluster`, count(entries.length, "context"), columns),
    { text: ` ${second.join("   ")}`, tone: "dim" },
  ];
  return { lines: lines.slice(0, rows), next: undefined };
}

function sides(left: string, right: string, columns: number): Line {
  const room = Math.max(0, columns - textWidth(right) - 2);
  return { text: `${column(left, room)} ${right}`, tone: "strong" };
}

function scopeWords({ opened, namespaces, entries }: State): string {
  if (namespaces === "all") return "all namespaces";
  return `ns ${(namespaces ?? ownNamespaces(opened, entries)).join(",")}`;
}

function totals({ list }: State): string {
  return list.filter === "" ? String(list.entries.length) : `${list.visible.length} of ${list.entries.length}`;
}

function choices(state: State): readonly string[] {
  const { list, readOnly, runs, opened, entries } = state;
  const users = [...new Set(entries.filter(({ name }) => opened.includes(name)).map(({ userName }) => userName))];
  const marks = marked(list).length;
  const flying = runsInFlight(runs).length;
  return [
    ...(flying === 0 ? [] : [`${count(flying, "run")} in flight`]),
    ...(readOnly ? ["read-only"] : []),
    ...(marks === 0 ? [] : [`${marks} marked (${hiddenMarks(list)} hidden)`]),
    ...(list.filter === "" ? [] : [`filter ${list.filter}`]),
    `sorted by ${list.sort}${list.descending ? " reversed" : ""}`,
    ...users.filter((user) => user !== "").map((user) => `user ${cleaned(user)}`),
  ];
}
