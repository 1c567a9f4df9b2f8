import { endOnCrash } from "./crash.ts";
import { version } from "./version.ts";

// Everything else is loaded when it is needed: a start that loads nothing takes a third of the time.
const argv = process.argv.slice(2);
const [command] = argv;
if ((command === "version" || command === "--version") && argv.length === 1) {
  console.log(`restart ${version}`);
} else {
  endOnCrash();
  const exitCode =
    command === "demo"
      ? await (await import("./demo.ts")).demo(argv.slice(1))
      : await (await import("./cli.ts")).cli(argv);
  // Every text was taken by its stream before a command resolved, so nothing is cut off here.
  process.exit(exitCode);
}
