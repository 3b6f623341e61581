import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["lib/**/*.test.ts", "bin/**/*.test.ts", "examples/**/*.test.ts", "bench/**/*.test.ts"],
    globalSetup: ["./lib/testing/global-set-up.ts"],
    setupFiles: ["./lib/testing/leak-check.ts"],
    pool: "forks",
    maxWorkers: 2,
    // A first test of a file may wait for a template database that another worker is building.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
