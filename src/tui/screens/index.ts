import type { Screen } from "../screen.ts";
import { contexts } from "./contexts.tsx";
import { workloads } from "./workloads.tsx";

export const screens: readonly Screen[] = [contexts, workloads];
