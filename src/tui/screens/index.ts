import type { Screen } from "../screen.ts";
import { contexts } from "./contexts.tsx";
import { plan } from "./plan.tsx";
import { progress } from "./progress.tsx";
import { workloads } from "./workloads.tsx";

export const screens: readonly Screen[] = [contexts, workloads, plan, progress];
