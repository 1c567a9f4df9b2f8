import { afterEach } from "vitest";
import { RestartError } from "../../src/core/index.ts";
import type { TuiHost } from "../../src/tui/tui-host.ts";
import { createStage, type Stage, workload } from "../core/simulated.ts";
import { type Context, openScreen, type Screen, type Size, source } from "./frame.ts";

const opened: Screen[] = [];
afterEach(async () => {
  for (const screen of opened.splice(0)) await screen.quit();
});

/** Answers a request instead of the cluster, or leaves it to the cluster. */
export type Fault = (request: Request) => Response | undefined;

export interface Scene {
  readonly stage: Stage;
  readonly screen: Screen;
  /** What goes wrong from now on; every open stream is cut. */
  readonly fail: (fault: Fault | undefined) => void;
}

/** The UI on one simulated cluster with four workloads, its context open; it is closed after the test. */
export async function openScene(
  options: Partial<TuiHost> & {
    readonly size?: Size;
    readonly fault?: Fault;
    readonly context?: Partial<Context>;
    readonly more?: readonly Context[];
    readonly empty?: boolean;
  } = {},
): Promise<Scene> {
  const { fault: first, context, more = [], empty = false, ...rest } = options;
  const stage = await createStage();
  if (!empty) {
    await stage.apply(
      workload("Deployment", "web"),
      workload("Deployment", "cart-with-a-name-that-is-too-long-for-its-column"),
      workload("StatefulSet", "db"),
      workload("Deployment", "idle", { spec: { replicas: 0 } }),
    );
  }
  const { handle, fail } = breakable(stage, first);
  const screen = await openScreen(stage.clock, source([{ name: "stage", handle, ...context }, ...more], "stage"), {
    contexts: ["stage"],
    ...rest,
  });
  opened.push(screen);
  return { stage, screen, fail };
}

/** The line to a simulated cluster, which can be made to answer something else; that cuts every open stream. */
export function breakable(stage: Stage, first?: Fault) {
  let fault = first;
  let line = new AbortController();
  return {
    handle: async (request: Request): Promise<Response> => {
      const { body, status, headers } = fault?.(request) ?? (await stage.sim.handle(request));
      const cut = body?.pipeThrough(new TransformStream(), { signal: line.signal });
      return new Response(cut ?? null, { status, headers });
    },
    fail: (next: Fault | undefined): void => {
      fault = next;
      line.abort(new Error("the line was cut"));
      line = new AbortController();
    },
  };
}

/** Closes a screen after the test. */
export function closing(screen: Screen): Screen {
  opened.push(screen);
  return screen;
}

/** A refusal as the API server writes it. */
export function refused(code: number, reason: string, message: string): Response {
  return Response.json(
    { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message },
    { status: code },
  );
}

export const unreachable: Fault = () => {
  throw new RestartError("Unreachable", "connection refused", { detail: { sent: "no" } });
};
