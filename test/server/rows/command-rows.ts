import type { CommandRow } from "./row.ts";

export const commandRows: readonly CommandRow[] = [];
