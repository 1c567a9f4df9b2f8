import { configDefaults, defineConfig } from "vitest/config";
import { builtControlPlane } from "./test/control-plane/build.ts";

/** For tests that wait for real time; terminal tests run one file at a time, so that none starves another. */
const patient = { testTimeout: 120_000, hookTimeout: 120_000 };

/** There is nothing to run where the control plane, and with it kubectl, is not built. */
const onlyReal = [
  "test/contract/kubectl.test.ts",
  "test/behaviours/kubectl-*.test.ts",
  "test/contract/max-unavailable.test.ts",
];
const notBuilt = typeof builtControlPlane() === "string" ? [] : onlyReal;

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  test: {
    pool: "forks",
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/{core,kube,sim,runtime,cli,words,server,tui,main,house,behaviours}/**/*.test.{ts,tsx}"],
          exclude: [...configDefaults.exclude, "test/**/wire/**", "test/behaviours/kubectl-*"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "contract",
          include: ["test/contract/**/*.test.ts", "test/behaviours/kubectl-*.test.ts"],
          exclude: [...configDefaults.exclude, ...notBuilt],
          globalSetup: ["test/contract/global-setup.ts"],
          // They share one cluster, each in a namespace of its own, and wait more than they work.
          maxWorkers: 3,
          ...patient,
        },
      },
      { test: { name: "wire", include: ["test/**/wire/**/*.test.ts"], maxWorkers: 2, ...patient } },
      { test: { name: "terminal", include: ["test/terminal/**/*.test.ts"], fileParallelism: false, ...patient } },
      {
        test: {
          name: "slow",
          include: ["test/slow/**/*.test.ts"],
          globalSetup: ["test/contract/global-setup.ts"],
          // They only wait, so all wait at once.
          maxWorkers: 2,
          ...patient,
          testTimeout: 600_000,
        },
      },
    ],
  },
});
