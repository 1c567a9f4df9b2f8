import { join } from "node:path";
import type { ControlPlane } from "../control-plane/start.ts";
import { compile, inFolder, restart } from "./compile.ts";
import { type Figure, quantile } from "./figure.ts";
import { addDeployments, startFilledPlane } from "./filled-plane.ts";
import { sample } from "./pair.ts";
import { usageOf, type WatchedTerminal, watchTerminal } from "./watched-terminal.ts";

/** One process of each kind, the program and the bare Ink app, on a terminal of its own. */
interface Programs {
  readonly ours: () => WatchedTerminal;
  readonly bare: () => WatchedTerminal;
}

const small = 600;
const large = 1856;
const minute = 60_000;
const ctrlC = "\u0003";
/** Milliseconds between two keys: faster than a held key repeats, and what follows a frame is over. */
const pause = 25;

/** The terminal UI against a bare Ink app with as many rows, on a real API server. */
export async function ui(): Promise<readonly Figure[]> {
  return inFolder(async (folder) => {
    const bareApp = join(folder, "bare");
    await compile(join(import.meta.dirname, "bare-ink.tsx"), bareApp);
    const plane = await startFilledPlane(small);
    try {
      const programs: Programs = {
        ours: () => watchTerminal([restart, "-A"], { HOME: folder, KUBECONFIG: plane.adminKubeconfig }),
        bare: () => watchTerminal([bareApp], { HOME: folder }),
      };
      const opening = await openings(programs, plane);
      const used = await use(programs, plane);
      await addDeployments(plane, small, large);
      return [...opening, ...used, ...(await filtering(programs))];
    } finally {
      await plane.stop();
    }
  });
}

function isListed(count: number): (lines: readonly string[]) => boolean {
  return ([head = "", ...lines]) =>
    // With a filter it would be one number of another.
    head.trimEnd().endsWith(` ${count}`) &&
    !head.includes(" of ") &&
    lines.filter((line) => /service-\d/.test(line)).length >= 20;
}

async function openings({ ours, bare }: Programs, plane: ControlPlane): Promise<readonly Figure[]> {
  const kubectl = {
    name: "kubectl",
    command: [plane.kubectl, "get", "deploy", "-A"],
    env: { KUBECONFIG: plane.adminKubeconfig },
  };
  const rounds: { readonly bare: number; readonly frame: number; readonly listed: number; readonly kubectl: number }[] =
    [];
  for (let round = 0; round <= 15; round += 1) {
    const one = await opened(bare(), undefined);
    const other = await opened(ours(), small);
    const { wall } = await sample(kubectl);
    // The first one only warms the caches.
    if (round > 0) rounds.push({ bare: one.frame, frame: other.frame, listed: other.listed, kubectl: wall });
  }
  return [
    {
      name: "first frame / bare Ink app",
      unit: "ratio",
      samples: rounds.map((each) => each.frame / each.bare),
      budget: 1.5,
    },
    { name: "first frame", unit: "ms", samples: rounds.map(({ frame }) => frame) },
    { name: "first frame: bare Ink app", unit: "ms", samples: rounds.map((each) => each.bare) },
    { name: `${small} Deployments listed`, unit: "ms", samples: rounds.map(({ listed }) => listed), budget: 170 },
    {
      name: `${small} Deployments listed / kubectl get deploy -A`,
      unit: "ratio",
      samples: rounds.map(({ listed, kubectl: wall }) => listed / wall),
    },
  ];
}

async function opened(
  terminal: WatchedTerminal,
  count: number | undefined,
): Promise<{ readonly frame: number; readonly listed: number }> {
  try {
    const frame = await terminal.firstFrame();
    const listed = count === undefined ? frame : await terminal.shows(`${count} rows`, isListed(count));
    await terminal.end(ctrlC);
    return { frame, listed };
  } finally {
    terminal.kill();
  }
}

/** Keys, then two minutes without one: in the second nothing may be left of the keys. */
async function use({ ours, bare }: Programs, plane: ControlPlane): Promise<readonly Figure[]> {
  const terminals = { ours: ours(), bare: bare() };
  try {
    await terminals.ours.shows(`${small} rows`, isListed(small));
    await terminals.bare.firstFrame();
    const ourKeys: number[] = [];
    const bareKeys: number[] = [];
    for (const key of [..."j".repeat(120), ..."k".repeat(80)]) {
      ourKeys.push(await terminals.ours.move(key));
      await Bun.sleep(pause);
      bareKeys.push(await terminals.bare.move(key));
      await Bun.sleep(pause);
    }
    await Bun.sleep(minute);
    const memory = { ours: usageOf(terminals.ours.pid).memory, bare: usageOf(terminals.bare.pid).memory };
    const begin = new Date().toISOString();
    const before = usageOf(terminals.ours.pid).cpu;
    const bytes = terminals.ours.bytes();
    await Bun.sleep(minute);
    const cpu = usageOf(terminals.ours.pid).cpu - before;
    const end = new Date().toISOString();
    const written = terminals.ours.bytes() - bytes;
    // A watch is in the audit log only once it has ended.
    await terminals.ours.end(ctrlC);
    await terminals.bare.end(ctrlC);
    const ours = (await plane.auditEvents()).filter(({ userAgent = "" }) => userAgent.startsWith("restart/"));
    // Nothing at all would mean that the wrong requests are counted.
    if (ours.length === 0) throw new Error("the audit log shows no request of ours");
    const requests = ours.filter(({ requestReceivedTimestamp: at }) => at >= begin && at < end);
    return [
      ...keyFigures(ourKeys, bareKeys),
      {
        name: "memory a minute after the last key, over the bare Ink app",
        unit: "MiB",
        samples: [memory.ours - memory.bare],
        budget: 25_000_000 / 2 ** 20,
      },
      { name: "memory a minute after the last key", unit: "MiB", samples: [memory.ours] },
      { name: "memory a minute after the last key: bare Ink app", unit: "MiB", samples: [memory.bare] },
      { name: "a minute idle: CPU", unit: "s", samples: [cpu], budget: 0.1 },
      { name: "a minute idle: requests", unit: "count", samples: [requests.length], budget: 1 },
      { name: "a minute idle: bytes to the terminal", unit: "count", samples: [written] },
    ];
  } finally {
    terminals.ours.kill();
    terminals.bare.kill();
  }
}

function keyFigures(ours: readonly number[], bare: readonly number[]): readonly Figure[] {
  const at = (share: number) => quantile(ours, share) / quantile(bare, share);
  return [
    { name: `key → frame p50, ${small} rows / bare Ink app`, unit: "ratio", samples: [at(0.5)], budget: 1.5 },
    { name: `key → frame p95, ${small} rows / bare Ink app`, unit: "ratio", samples: [at(0.95)], budget: 1.5 },
    { name: `key → frame, ${small} rows`, unit: "ms", samples: ours },
    { name: `key → frame p95, ${small} rows`, unit: "ms", samples: [quantile(ours, 0.95)] },
    { name: `key → frame, ${small} rows: bare Ink app`, unit: "ms", samples: bare },
    { name: `key → frame p95, ${small} rows: bare Ink app`, unit: "ms", samples: [quantile(bare, 0.95)] },
  ];
}

/** A filter typed letter by letter, as somebody types it who looks for one of many. */
async function filtering({ ours }: Programs): Promise<readonly Figure[]> {
  const terminal = ours();
  try {
    await terminal.shows(`${large} rows`, isListed(large));
    const steps: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      await terminal.type("/", (lines) => lines.some((line) => line.includes("filter:")));
      const word = `service-1${round}`;
      for (let length = 1; length <= word.length; length += 1) {
        const typed = word.slice(0, length);
        await Bun.sleep(pause);
        steps.push(await terminal.type(typed.slice(-1), (lines) => lines[1]?.includes(` filter ${typed} `) === true));
      }
      await Bun.sleep(pause);
      await terminal.type("\u001b", isListed(large));
      await Bun.sleep(pause);
    }
    await terminal.end(ctrlC);
    const name = `filter step, ${large} rows`;
    return [
      { name: `${name}: p95`, unit: "ms", samples: [quantile(steps, 0.95)], budget: 10 },
      { name, unit: "ms", samples: steps },
    ];
  } finally {
    terminal.kill();
  }
}
