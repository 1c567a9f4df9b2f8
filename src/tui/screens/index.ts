import type { Screen } from "../screen.ts";
import { contexts } from "./contexts.tsx";
import { detail } from "./detail.tsx";
import { logs } from "./logs.tsx";
import { plan } from "./plan.tsx";
import { pods } from "./pods.tsx";
import { progress } from "./progress.tsx";
import { workloads } from "./workloads.tsx";

export const screens: readonly Screen[] = [contexts, workloads, detail, pods, logs, plan, progress];
