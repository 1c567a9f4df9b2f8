import { formatDuration } from "../duration.ts";
import { count, listed } from "../names.ts";
import type { Sentences } from "./sentence.ts";

/** Sentences of capacity and history. */
export const capacitySentences: Sentences = {
  quota: ({ name, of, level }) => {
    if (of("why") === "overdrawn")
      return `the quota ${of("quota")} allows ${of("resource")}=${of("hard")} and ${of("used")} are used: old pods of ${name} would go, and no new ones come in their place`;
    const short = `${of("resource")}=${of("needed")}, and the quota ${of("quota")} has ${of("left")} left`;
    if (of("why") === "together")
      return `${name} and the others of this plan need ${short}: they only fit one after the other`;
    return level === "block"
      ? `new pods of ${name} need ${short}: they would not be made, and no old pod may go first`
      : `new pods of ${name} need ${short}: they wait until old pods have gone`;
  },
  "already-unhealthy": ({ name, of }) => {
    const state = of("reason") === "" ? "not ready" : `in ${of("reason")}`;
    const pod = of("pod") === "" ? "" : `: ${of("pod")} is ${state}`;
    const held = of("holds") === "" ? "" : `, which holds the rollout until it is ready`;
    return `${name} is not well now, ${of("available")} of ${of("desired")} pods are available${pod}${held}`;
  },
  "recently-restarted": ({ name, of }) => {
    const ago = formatDuration(Number(of("seconds")) * 1000);
    const often = `${of("restarts")} times within ${formatDuration(Number(of("windowSeconds")) * 1000)}`;
    if (Number(of("restarts")) > Number(of("budget")))
      return `${name} was restarted ${often}, the last time ${ago} ago: something may be restarting it without end`;
    return of("last") === "rollout"
      ? `the template of ${name} was changed ${ago} ago, which replaced its pods`
      : `${name} was restarted ${ago} ago`;
  },
  "daemonset-budget-spent": ({ name, of }) => {
    const [pods, nodes] = [of("pods"), of("nodes")].map((names) => listed(names.split(",").filter(Boolean)));
    const which = pods === "" ? "" : ` (${[pods, nodes].filter(Boolean).join(" on ")})`;
    return `${name} has ${count(Number(of("unavailable")), "pod")} unavailable${which} and only ${of("maxUnavailable")} may be: the restart replaces them at once, and no other pod until they are back`;
  },
};
