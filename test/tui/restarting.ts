import { memoryJournal } from "../../src/core/index.ts";
import { createRunStore } from "../../src/main/run-store.ts";
import type { TuiHost } from "../../src/tui/tui-host.ts";
import { createStage, type Stage, workload } from "../core/simulated.ts";
import { openScreen, type Screen, type Size, source } from "./frame.ts";
import { breakable, closing, type Fault } from "./scene.ts";

/** The UI on a simulated cluster of its own, with runs that send. */
export interface Restarting {
  readonly stage: Stage;
  readonly screen: Screen;
  /** What goes wrong from now on; every open stream is cut. */
  readonly fail: (fault: Fault | undefined) => void;
}

/** Opens the list of `workloads` on the context `name`; pods take five seconds to become ready. */
export async function openRestarting(
  options: Partial<TuiHost> & {
    readonly size?: Size;
    readonly name?: string;
    readonly workloads?: readonly ReturnType<typeof workload>[];
  } = {},
): Promise<Restarting> {
  const slow = { trouble: { "fake/ready-delay": "5000" } };
  const {
    name = "stage",
    workloads = [workload("Deployment", "web", slow), workload("StatefulSet", "db", slow)],
    ...host
  } = options;
  const stage = await createStage();
  await stage.apply(...workloads);
  const { handle, fail } = breakable(stage);
  const clusters = source([{ name, handle }], name);
  const { clock } = stage;
  const runs = createRunStore({ clock, random: () => 0.5, journal: memoryJournal }, clusters);
  const screen = closing(await openScreen(clock, clusters, { contexts: [name], runs, ascii: true, ...host }));
  return { stage, screen, fail };
}
