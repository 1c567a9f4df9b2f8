import { parseArguments } from "../../src/cli/arguments.ts";
import { createHost } from "../../src/main/cli.ts";
import { endOnCrash } from "../../src/main/crash.ts";
import { watchSignals } from "../../src/main/signals.ts";
import { openTerminalUi } from "../../src/main/tui.ts";

// The program with one defect: a timer that throws, or a promise that nobody looks after, as the first word says.
const [how] = process.argv.slice(2);
const crash = () => {
  const error = new Error("it broke \u001b[31mred\u0007\nand on");
  if (how === "timer") throw error;
  void Promise.reject(error);
};
endOnCrash();
const signals = watchSignals();
setTimeout(crash, 700);
process.exit(signals.exitCode(await openTerminalUi(parseArguments([]), createHost(signals))));
