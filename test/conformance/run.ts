import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildConformance } from "./build.ts";

// The conformance suite of Connect against both hosts. The last line is `N passed, N failed`.
const here = import.meta.dirname;
const folder = await buildConformance((line) => console.log(line));
if (typeof folder !== "string") {
  console.error(`conformance: not run. ${folder.missing}`);
  console.log("0 passed, 0 failed");
  process.exit((process.env["CI"] ?? "") === "" ? 0 : 1);
}
const wanted = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const host of ["node", "fetch"].filter((name) => wanted.length === 0 || wanted.includes(name))) {
  const started = performance.now();
  const known = join(here, `${host}-known-failing.txt`);
  const skipped = join(here, `${host}-skipped.txt`);
  const child = Bun.spawn(
    [
      ...[join(folder, "connectconformance"), "--mode", "server", "--conf", join(here, `${host}.yaml`)],
      // Two cores: more servers at once miss the deadlines that the suite measures.
      ...["--max-servers", "2", ...(existsSync(known) ? ["--known-failing", `@${known}`] : [])],
      ...(existsSync(skipped) ? ["--skip", `@${skipped}`] : []),
      ...["--", process.execPath, join(here, "program.ts"), host, join(folder, "descriptors.binpb")],
    ],
    { stdin: "ignore", stdout: "pipe", stderr: "inherit", timeout: 300_000 },
  );
  const output = await new Response(child.stdout).text();
  const code = await child.exited;
  const [, good = "0", bad = "0"] = /(\d+) passed, (\d+) failed/.exec(output) ?? [];
  // A run that ends badly fails, also when it has counted nothing.
  const wrong = Math.max(Number(bad), code === 0 && Number(good) > 0 ? 0 : 1);
  if (wrong > 0) console.log(output.trim());
  console.log(`-- ${host}: ${good} passed, ${wrong} failed in ${Math.round((performance.now() - started) / 1000)} s`);
  passed += Number(good);
  failed += wrong;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
