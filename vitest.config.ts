import { defineConfig } from "vitest/config";

/** Contract and terminal tests share one cluster or one executable, and two cores: a file at a time. */
const serial = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 };

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  test: {
    pool: "forks",
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/{core,kube,sim,runtime,cli,main,house}/**/*.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "contract",
          include: ["test/contract/**/*.test.ts"],
          globalSetup: ["test/contract/global-setup.ts"],
          ...serial,
        },
      },
      { test: { name: "terminal", include: ["test/terminal/**/*.test.ts"], ...serial } },
      {
        test: { name: "slow", include: ["test/slow/**/*.test.ts"], testTimeout: 600_000, hookTimeout: 120_000 },
      },
    ],
  },
});
