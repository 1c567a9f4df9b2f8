import { mkdir, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { type Figure, isMet, summarize } from "./figure.ts";
import { list } from "./list.ts";
import { plan } from "./plan.ts";
import { serve } from "./serve.ts";
import { startUp } from "./start-up.ts";
import { ui } from "./ui.ts";

const benches: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  "start-up": startUp,
  list,
  plan,
  ui,
  serve,
};

const root = join(import.meta.dirname, "../..");
const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`there is no bench ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}`);
  process.exit(2);
}

const results: { readonly bench: string; readonly figures: readonly Figure[] }[] = [];
for (const [bench, measure] of Object.entries(benches)) {
  if (names.length > 0 && !names.includes(bench)) continue;
  console.error(`measuring ${bench}`);
  results.push({ bench, figures: await measure() });
}
const machine = {
  processor: cpus()[0]?.model ?? "",
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${process.platform} ${process.arch}`,
  bun: Bun.version,
  time: new Date().toISOString(),
};
const folder = join(root, "dist");
await mkdir(folder, { recursive: true });
const figures = results.flatMap(({ bench, figures }) =>
  figures.map((figure) => ({ bench, ...figure, ...summarize(figure.samples), met: isMet(figure) })),
);
await writeFile(
  join(folder, "bench.json"),
  JSON.stringify({ schema: "restart/v1", kind: "BenchReport", machine, figures }, null, 2),
);
const number = (value: number) => value.toFixed(value < 10 ? 2 : 1);
const lines = [
  `# Bench of ${machine.time}`,
  "",
  `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Bun ${machine.bun}`,
  "",
  "| bench | figure | unit | minimum | median | maximum | runs | budget |",
  "| --- | --- | --- | --- | --- | --- | --- | --- |",
  ...figures.map((figure) => {
    const verdict = figure.budget === undefined ? "" : `≤ ${number(figure.budget)}: ${figure.met ? "met" : "NOT MET"}`;
    const row = [number(figure.minimum), number(figure.median), number(figure.maximum), figure.runs, verdict];
    return `| ${[figure.bench, figure.name, figure.unit, ...row].join(" | ")} |`;
  }),
  "",
];
await writeFile(join(folder, "bench.md"), lines.join("\n"));
console.log(lines.join("\n"));
