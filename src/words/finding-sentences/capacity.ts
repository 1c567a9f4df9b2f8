import { formatDuration } from "../duration.ts";
import { listed } from "../names.ts";
import type { Sentences } from "./sentence.ts";

/** Sentences of capacity and history. */
export const capacitySentences: Sentences = {
  quota: ({ name, of, level }) => {
    const short = `${of("needed")} ${of("resource")} more, and the quota ${of("quota")} has ${of("left")} left`;
    if (of("why") === "together")
      return `${name} and the others of this plan need ${short}: they only fit one after the other`;
    return level === "block"
      ? `new pods of ${name} need ${short}: they would not be made, and no old pod may go first`
      : `new pods of ${name} need ${short}: they wait until old pods have gone`;
  },
  "already-unhealthy": ({ name, of }) => {
    const pod = of("pod") === "" ? "" : `: ${[of("pod"), of("reason")].filter(Boolean).join(" is in ")}`;
    const held = of("holds") === "" ? "" : `, which holds the rollout until it is ready`;
    return `${name} is not well now, ${of("available")} of ${of("desired")} pods are available${pod}${held}`;
  },
  "recently-restarted": ({ name, of, level }) => {
    const ago = formatDuration(Number(of("seconds")) * 1000);
    const often = `${of("restarts")} times within ${formatDuration(Number(of("windowSeconds")) * 1000)}`;
    return level === "block" || Number(of("restarts")) > Number(of("budget"))
      ? `${name} was restarted ${often}, the last time ${ago} ago: something may be restarting it without end`
      : `${name} was restarted ${ago} ago`;
  },
  "daemonset-budget-spent": ({ name, of }) =>
    `${of("unavailable")} pods of ${name} are unavailable and ${of("maxUnavailable")} may be: no pod would be replaced until ${of("pods") === "" ? "they are back" : `${listed(of("pods").split(","))} ${of("pods").includes(",") ? "are" : "is"} ready`}${of("nodes") === "" ? "" : ` (${listed(of("nodes").split(","))})`}`,
};
