import { nearest, RestartError } from "../core/index.ts";

/** What a list of workloads can be sorted by, as `--sort-by` names it. */
export const sortColumns = ["name", "namespace", "cluster", "kind", "ready", "rollout", "age", "restarted"] as const;

export type SortColumn = (typeof sortColumns)[number];

export interface SortOrder {
  readonly column: SortColumn;
  readonly descending: boolean;
}

/** What `restart get` makes of its rows. */
export interface ListFlags {
  readonly watch: boolean;
  /** Undefined is the order in which they were asked for. */
  readonly sortBy: SortOrder | undefined;
}

export function readListFlags(text: (name: string) => string | undefined, flag: (name: string) => boolean): ListFlags {
  const sortBy = text("sortBy");
  return { watch: flag("watch"), sortBy: sortBy === undefined ? undefined : readSortOrder(sortBy) };
}

/** A column, with `-` in front of it from the other end. */
function readSortOrder(given: string): SortOrder {
  const descending = given.startsWith("-");
  const name = (descending ? given.slice(1) : given).toLowerCase();
  const column = sortColumns.find((candidate) => candidate === name);
  if (column !== undefined) return { column, descending };
  const guess = nearest(name, sortColumns);
  const known = `columns: ${sortColumns.join(", ")}, with - in front for the other way round`;
  throw new RestartError(
    "Usage",
    `--sort-by: there is no column "${given}"; ${guess === undefined ? known : `did you mean ${guess}? ${known}`}`,
  );
}
