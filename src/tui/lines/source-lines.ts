import type { SourceStatus } from "../../core/index.ts";
import { cleaned } from "../../words/clean.ts";
import { type Line, labelled } from "./line.ts";
import { shortAge } from "./short-age.ts";

/** What there is to say of a list that is not simply live; `what` is `pods`, `events` … */
export function sourceLines(
  what: string,
  { state, error, lostAt, heardAt }: SourceStatus,
  now: number,
  width: number,
): readonly Line[] {
  const why = error === undefined ? "" : `: ${cleaned(error.message)}`;
  switch (state) {
    case "live":
      return [];
    case "loading":
      return [{ text: ` ${what}: reading ...`, tone: "dim" }];
    case "lost": {
      const since = lostAt === undefined ? "" : ` for ${shortAge(now - lostAt)}`;
      const age = heardAt === undefined ? "" : `; what is shown is ${shortAge(now - heardAt)} old`;
      return labelled(" ", `~ ${what}: the cluster does not answer${since}${age}${why}`, width - 1, "caution");
    }
    case "forbidden":
      return labelled(" ", `${what}: may not be read${why}`, width - 1, "caution");
    case "auth-needed":
      return labelled(" ", `${what}: other credentials are needed, then Ctrl-R${why}`, width - 1, "caution");
    case "failed":
      return labelled(" ", `${what}: cannot be read, Ctrl-R tries again${why}`, width - 1, "bad");
  }
}
