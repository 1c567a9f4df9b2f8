import type { TestProject } from "vitest/node";
import { buildControlPlane } from "../control-plane/build.ts";
import type { ControlPlaneAddress } from "../control-plane/control-plane.ts";
import { startControlPlane } from "../control-plane/start.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Undefined where there is none. */
    readonly controlPlane: ControlPlaneAddress | undefined;
  }
}

/** One real control plane for all contract tests. Without one they run on simulated clusters alone; under CI that is a failure. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const report = (line: string): void => console.log(line);
  const binaries = await buildControlPlane(report);
  if (typeof binaries !== "string") {
    if (process.env["CI"]) throw new Error(binaries.missing);
    report(`contract: not run on a real control plane. ${binaries.missing}`);
    project.provide("controlPlane", undefined);
    return undefined;
  }
  // As many as a simulated cluster has: a DaemonSet rolls over them one by one.
  const plane = await startControlPlane({ report, nodes: 3 });
  project.provide("controlPlane", plane.address);
  return plane.stop;
}
