import type { Figure } from "./figure.ts";

/** One run of a program: wall time and CPU in milliseconds, peak memory in MiB. */
export interface Sample {
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
}

export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program once, its output dropped. A failing program is no sample. */
export async function sample({ command, env }: Contender): Promise<Sample> {
  const started = performance.now();
  const child = Bun.spawn([...command], { stdout: "ignore", stderr: "pipe", env: { ...process.env, ...env } });
  const code = await child.exited;
  const wall = performance.now() - started;
  if (code !== 0) throw new Error(`${command.join(" ")} exits ${code}: ${await new Response(child.stderr).text()}`);
  const usage = child.resourceUsage();
  if (usage === undefined) throw new Error("the system does not say what a process used");
  return { wall, cpu: Number(usage.cpuTime.total) / 1000, memory: usage.maxRSS / 1024 / 1024 };
}

/**
 * Runs two programs in turn, so that both meet the same noise, and compares run with run. Budgets are of the ratios:
 * absolute figures only orient.
 */
export async function pair(
  ours: Contender,
  theirs: Contender,
  options: { readonly runs: number; readonly wallBudget?: number; readonly cpuBudget?: number },
): Promise<readonly Figure[]> {
  await sample(ours);
  await sample(theirs);
  const samples: { readonly ours: Sample; readonly theirs: Sample }[] = [];
  for (let run = 0; run < options.runs; run += 1) {
    // Who goes first alternates: the second may find the caches warm.
    const first = run % 2 === 0 ? ours : theirs;
    const one = await sample(first);
    const other = await sample(first === ours ? theirs : ours);
    samples.push(first === ours ? { ours: one, theirs: other } : { ours: other, theirs: one });
  }
  const { wallBudget, cpuBudget } = options;
  const title = `${ours.name} / ${theirs.name}`;
  return [
    {
      name: `${title}: wall`,
      unit: "ratio",
      samples: samples.map((each) => each.ours.wall / each.theirs.wall),
      ...(wallBudget !== undefined && { budget: wallBudget }),
    },
    {
      name: `${title}: CPU`,
      unit: "ratio",
      samples: samples.map((each) => each.ours.cpu / each.theirs.cpu),
      ...(cpuBudget !== undefined && { budget: cpuBudget }),
    },
    ...(
      [
        ["ours", ours],
        ["theirs", theirs],
      ] as const
    ).flatMap(([side, { name }]): Figure[] => [
      { name: `${name}: wall`, unit: "ms", samples: samples.map((each) => each[side].wall) },
      { name: `${name}: CPU`, unit: "ms", samples: samples.map((each) => each[side].cpu) },
      { name: `${name}: peak memory`, unit: "MiB", samples: samples.map((each) => each[side].memory) },
    ]),
  ];
}
