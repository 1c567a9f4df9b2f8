import { type ClusterEntry, protectionOf } from "../../core/index.ts";
import { cleaned } from "../../words/clean.ts";
import type { State } from "../state.ts";
import { type Line, windowStart } from "./line.ts";
import { column, nameColumn, textWidth } from "./text-width.ts";

export interface ContextsLook {
  readonly columns: number;
  readonly rows: number;
  readonly ascii: boolean;
}

/** The contexts of the kubeconfig. Nothing is asked of any cluster for it. */
export function contextsLines(
  { entries, contextCursor, contextMarks, currentContext, opened }: State,
  look: ContextsLook,
): readonly Line[] {
  const clean = entries.map((entry) => cleaned(entry));
  const name = Math.min(
    Math.max(10, Math.floor(look.columns / 3)),
    Math.max(7, ...clean.map((each) => textWidth(each.name))),
  );
  const rule: readonly Line[] =
    look.rows >= 12 ? [{ text: (look.ascii ? "-" : "─").repeat(look.columns), tone: "dim" }] : [];
  const head: readonly Line[] = [{ text: `    ${cells(heads, name, look)}`, tone: "strong" }, ...rule];
  const room = Math.max(1, look.rows - head.length);
  const start = windowStart(0, contextCursor, room, clean.length);
  const rows = clean.slice(start, start + room).map((entry, index): Line => {
    const chosen = start + index === contextCursor;
    const front = `${chosen ? ">" : " "}${contextMarks.has(entries[start + index]?.name ?? "") ? "*" : " "}  `;
    const state = opened.includes(entry.name) ? "open" : entry.name === currentContext ? "current" : "";
    return { text: `${front}${cells(textsOf(entry, state), name, look)}`, ...(chosen && { tone: "chosen" as const }) };
  });
  return [...head, ...rows];
}

interface Texts {
  readonly name: string;
  readonly label: string;
  readonly state: string;
  readonly namespace: string;
  readonly user: string;
  readonly server: string;
}

const heads: Texts = { name: "CONTEXT", label: "", state: "", namespace: "NAMESPACE", user: "USER", server: "SERVER" };

function textsOf(entry: ClusterEntry, state: string): Texts {
  const { name, namespace, userName, server } = entry;
  return {
    name,
    label: protectionOf(entry) === undefined ? "" : "PROD",
    state,
    namespace,
    user: userName,
    server: server.replace("https://", ""),
  };
}

function cells(
  { name, label, state, namespace, user, server }: Texts,
  nameWidth: number,
  { columns, ascii }: ContextsLook,
): string {
  const line = [
    nameColumn(name, nameWidth, ascii),
    column(label, 4),
    column(state, 7),
    ...(columns >= 60 ? [column(namespace, 11, "left", ascii)] : []),
    ...(columns >= 76 ? [column(user, 11, "left", ascii)] : []),
    server,
  ].join(" ");
  return column(line, columns - 4, "left", ascii);
}
