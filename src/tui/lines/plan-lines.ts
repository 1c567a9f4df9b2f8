import {
  asideFindings,
  blocking,
  type FindingLevel,
  findKind,
  type PlanTarget,
  protectionOf,
  type WorkloadRef,
} from "../../core/index.ts";
import { cleaned } from "../../words/clean.ts";
import { formatDuration } from "../../words/duration.ts";
import { findingSentence } from "../../words/findings.ts";
import { commandLine, count, listed } from "../../words/names.ts";
import { chosenTargets, type PlanState } from "../state/plan-state.ts";
import { type Line, labelled, shorten, type Tone } from "./line.ts";
import { planFoot } from "./plan-foot.ts";
import { shortAge } from "./short-age.ts";

/** What the plan screen is drawn with. */
export interface PlanLook {
  readonly columns: number;
  readonly rows: number;
  readonly now: number;
  readonly ascii: boolean;
  /** Nothing may be written at all. */
  readonly readOnly: boolean;
}

/** The dialog, line by line: its head, as much of its middle as fits, and what can be done, which is always in sight. */
export function planLines(raw: PlanState, look: PlanLook): readonly Line[] {
  const plan = cleaned({ ...raw, error: undefined, lost: [] });
  const shown: PlanState = { ...plan, lost: raw.lost, error: raw.error };
  const { head, middle, foot, room } = parts(shown, look);
  if (middle.length <= room) return [...head, ...middle, ...blank(room - middle.length), ...foot];
  const start = Math.min(shown.scroll, middle.length - (room - 1));
  const below = middle.length - start - (room - 1);
  const more = below > 0 ? `   ${count(below, "more line")} below: down arrow` : "   the end: up arrow goes back";
  return [...head, ...middle.slice(start, start + room - 1), { text: more, tone: "dim" }, ...foot];
}

/** How far the middle of the plan can be scrolled. */
export function planOverflow(plan: PlanState, look: PlanLook): number {
  const { middle, room } = parts(plan, look);
  return middle.length <= room ? 0 : middle.length - (room - 1);
}

/** Rows below which none is left blank. */
const small = 10;

/** On a small terminal the head scrolls with the rest, so that what can be done stays in sight. */
function parts(plan: PlanState, look: PlanLook) {
  const airy = planFoot(plan, look);
  const foot = look.rows < small ? airy.filter(({ text }) => text !== "").slice(-look.rows) : airy;
  const head = headLines(plan, look);
  const middle = middleLines(plan, look);
  const room = look.rows - foot.length - head.length;
  if (room >= 4) return { head, middle, foot, room };
  return { head: [], middle: [...head, ...middle], foot, room: Math.max(0, look.rows - foot.length) };
}

function blank(rows: number): readonly Line[] {
  return Array.from({ length: Math.max(0, rows) }, () => ({ text: "" }));
}

function headLines({ subjects, clusters }: PlanState, look: PlanLook): readonly Line[] {
  const names = clusters.map((entry) => cleaned(`${entry.name}${protectionOf(entry) === undefined ? "" : " (PROD)"}`));
  const users = [...new Set(clusters.map(({ userName }) => userName))].filter((user) => user !== "");
  const as = users.length === 0 ? "" : ` as ${cleaned(listed(users))}`;
  return [
    ...labelled(
      " ",
      `Restart ${count(subjects.length, "workload")} on ${listed(names)}${as}`,
      look.columns - 1,
      "strong",
    ),
    { text: "" },
  ];
}

function middleLines(plan: PlanState, look: PlanLook): readonly Line[] {
  const { targets, lost } = plan;
  if (plan.phase === "failed") {
    const where = plan.error?.detail["cluster"];
    return [
      ...subjectLines(plan, look),
      { text: "" },
      ...labelled(
        " FAILED ",
        `${where === undefined ? "" : `${cleaned(where)}: `}${plan.error?.message ?? "it could not be checked"}`,
        look.columns - 1,
        "bad",
      ),
      { text: " Nothing was sent. R looks again." },
    ];
  }
  if (targets.length === 0 && lost.length === 0) return subjectLines(plan, look);
  return [
    ...targetLines(plan, look),
    { text: "" },
    ...findingLines(plan, look),
    { text: "" },
    ...sendLines(plan, look),
  ];
}

/** What was asked for, before anything is known of it. */
function subjectLines({ subjects }: PlanState, { columns, ascii }: PlanLook): readonly Line[] {
  return subjects.map(({ ref, hidden }) => ({
    text: `   ${shorten(fullName(cleaned(ref)), columns - 25, ascii)}${hidden ? "  (hidden by filter)" : ""}`,
  }));
}

function targetLines(plan: PlanState, { columns }: PlanLook): readonly Line[] {
  const { targets, subjects, onlyUnblocked } = plan;
  const several = new Set(targets.map(({ ref }) => ref.cluster)).size > 1;
  const hidden = new Set(subjects.filter((subject) => subject.hidden).map(({ ref }) => ref.uid));
  const names = targets.map(({ ref }) => (several ? fullName(ref) : placedName(ref)));
  const verdicts = targets.map((target) => verdict(target, onlyUnblocked));
  const number = String(targets.length).length;
  const room = columns - 1 - (1 + number + 2);
  const widest = Math.max(...names.map((name) => name.length));
  // The name is what must not be mistaken: everything else makes way for it.
  const facts = [
    targets.map((target) => `${count(target.affected, "pod")}${expectation(target)}`),
    targets.map(({ affected, strategy }) => `${count(affected, "pod")}  ${strategy}`.trimEnd()),
    targets.map(({ affected }) => count(affected, "pod")),
  ].map((words) => padded(words));
  const tail = Math.max(...verdicts.map(({ text }) => text.length));
  const fitting = facts.find(([first = ""]) => widest + 2 + first.length + 2 + tail <= room) ?? [];
  const taken = fitting[0] === undefined ? 0 : fitting[0].length + 2;
  const width = Math.min(widest, room - 2 - taken - tail);
  const note = (ref: WorkloadRef): readonly Line[] =>
    hidden.has(ref.uid) ? [{ text: `${" ".repeat(number + 3)}(hidden by filter)`, tone: "caution" }] : [];
  return targets.flatMap(({ ref }, index) => {
    const { text = "", tone } = verdicts[index] ?? {};
    const fact = fitting[index];
    const full = names[index] ?? "";
    const label = ` ${String(index + 1).padStart(number)}  `;
    if (full.length > width) {
      const verdictLine = { text: `${" ".repeat(label.length)}${text}`, ...(tone !== undefined && { tone }) };
      return [...labelled(label, full, columns - 1, tone), verdictLine, ...note(ref)];
    }
    const name = full.padEnd(width);
    const row = `${label}${name}  ${fact === undefined ? "" : `${fact}  `}${text}`;
    return [{ text: row, ...(tone !== undefined && { tone }) }, ...note(ref)];
  });
}

function expectation(target: PlanTarget): string {
  const { forecast, strategy } = target;
  if (forecast === undefined) return `  ${strategy}`.trimEnd();
  if (forecast.pods === 0 || blocking(target).length > 0) return "";
  const { lowestReady, seconds } = forecast;
  const time = seconds === undefined ? "" : `, about ${formatDuration(seconds * 1000)}`;
  return `, ${lowestReady === 0 ? "none" : `at least ${lowestReady}`} ready${time}`;
}

function padded(words: readonly string[]): readonly string[] {
  const width = Math.max(...words.map((word) => word.length));
  return words.map((word) => word.padEnd(width));
}

function verdict(target: PlanTarget, onlyUnblocked: boolean): { readonly text: string; readonly tone?: Tone } {
  if (blocking(target).length > 0) {
    return onlyUnblocked ? { text: "left out", tone: "dim" } : { text: "refused", tone: "bad" };
  }
  const warnings = target.findings.filter(({ level }) => level === "warn").length;
  return warnings > 0 ? { text: count(warnings, "warning"), tone: "caution" } : { text: "ok" };
}

const levels: readonly (readonly [FindingLevel, string, Tone | undefined])[] = [
  ["block", " BLOCK ", "bad"],
  ["warn", " WARN  ", "caution"],
  ["info", " INFO  ", undefined],
];

function findingLines({ targets, lost, checkedAt }: PlanState, { columns, now }: PlanLook): readonly Line[] {
  const several = new Set(targets.map(({ ref }) => ref.cluster)).size > 1;
  const found = levels.flatMap(([level, label, tone]) =>
    targets.flatMap(({ ref, findings }) =>
      findings
        // A plan of many would drown in notes.
        .filter(
          (finding) =>
            finding.level === level && (level !== "info" || targets.length === 1 || !asideFindings.has(finding.code)),
        )
        .flatMap((finding) => {
          const sentence = findingSentence(finding, placedName(ref));
          return labelled(label, several ? `${ref.cluster}: ${sentence}` : sentence, columns - 1, tone);
        }),
    ),
  );
  const gone = lost.flatMap(({ ref, error }) =>
    labelled(
      " BLOCK ",
      error.reason === "Recreated"
        ? `${fullName(cleaned(ref))} was deleted and made anew since the list was read`
        : error.reason === "NotFound"
          ? `${fullName(cleaned(ref))} is not there any more`
          : `${fullName(cleaned(ref))}: ${error.message}`,
      columns - 1,
      "bad",
    ),
  );
  const tried = targets.every((target) => blocking(target).length === 0) ? "; the PATCH was tried as a dry run" : "";
  const read = `read again from the cluster ${shortAge(now - checkedAt)} ago${tried}`;
  const speaks = found.length + gone.length > 0;
  return [...gone, ...found, ...labelled(" OK    ", speaks ? read : `nothing speaks against it; ${read}`, columns - 1)];
}

function sendLines(plan: PlanState, { columns }: PlanLook): readonly Line[] {
  const chosen = chosenTargets(plan).filter((target) => blocking(target).length === 0);
  const [first, ...rest] = chosen;
  if (first === undefined) return [];
  const { ref, restartedAt } = first;
  const resource = findKind(ref.apiVersion, ref.kind)?.resource ?? ref.kind.toLowerCase();
  const more = rest.length > 0 ? `, and ${count(rest.length, "more")} like it, one after the other` : "";
  const target = `${ref.kind.toLowerCase()}/${ref.name}`;
  const command = commandLine(["kubectl", "--context", ref.cluster, "-n", ref.namespace, "rollout", "restart", target]);
  const stop = rest.length > 0 ? "; a failure stops the rest" : "";
  return [
    ...labelled(" Sends   ", `PATCH ${resource}/${ref.name} restartedAt=${restartedAt}${more}${stop}`, columns - 1),
    // kubectl knows no other kinds.
    ...(findKind(ref.apiVersion, ref.kind)?.optional === true ? [] : labelled(" Same as ", command, columns - 1)),
  ];
}

function placedName(ref: WorkloadRef): string {
  return `${ref.kind.toLowerCase()}/${ref.name} in ${ref.namespace}`;
}

function fullName(ref: WorkloadRef): string {
  return `${placedName(ref)} on ${ref.cluster}`;
}
