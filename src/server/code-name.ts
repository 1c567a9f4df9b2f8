import { Code } from "@connectrpc/connect";

/** A code as the Connect protocol spells it: `invalid_argument`. */
export function codeName(code: Code): string {
  return Code[code].replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
}
