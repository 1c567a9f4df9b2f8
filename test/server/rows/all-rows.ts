import { answerRows } from "./answers.ts";
import { authenticationRows } from "./authentication.ts";
import { bodyRows } from "./bodies.ts";
import { brokenLineRows } from "./broken-lines.ts";
import { browserRows } from "./browser.ts";
import { nameRows } from "./names.ts";
import { operationRows } from "./operations.ts";
import { protocolRows } from "./protocol.ts";
import { routingRows } from "./routing.ts";
import type { Row } from "./row.ts";
import { stateRows } from "./state.ts";

/** Every row, by its number. */
export const allRows: readonly Row[] = [
  ...authenticationRows,
  ...browserRows,
  ...protocolRows,
  ...bodyRows,
  ...routingRows,
  ...nameRows,
  ...stateRows,
  ...answerRows,
  ...brokenLineRows,
  ...operationRows,
].toSorted((one, other) => one.number - other.number);
