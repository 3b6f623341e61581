import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** `npm run check` runs only tests that need no server (bin/checks/unit-tests.ts), and starts none. */
const unit = process.env.TENANTRY_TESTS === "unit";

// Every child of a test compiles the same files: for all of them it is done once. Workers and children inherit it.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("var/compile-cache", import.meta.url));

export default defineConfig({
  resolve: {
    // The package only refuses to be bundled for a browser; tests are on the server's side.
    alias: { "server-only": fileURLToPath(new URL("lib/testing/server-only.ts", import.meta.url)) },
  },
  test: {
    // It imports parts of next without their endings, which only a bundler finds.
    server: { deps: { inline: ["next-auth"] } },
    // Also bin/checks/reached.ts.
    include: ["{lib,bin,app,components,worker,examples,bench}/**/*.test.{ts,tsx}"],
    globalSetup: unit ? [] : ["./lib/testing/global-set-up.ts"],
    setupFiles: ["./lib/testing/own-environment.ts", ...(unit ? [] : ["./lib/testing/leak-check.ts"])],
    pool: "forks",
    // A process for each file would import the console two hundred times. What a file leaves behind is looked for above.
    isolate: false,
    execArgv: [
      ...["--import", new URL("lib/records/quick-imports.ts", import.meta.url).href],
      // Parts of eight megabytes come and go, and every few of them had the whole heap marked anew: 160 times in an
      // export's tests, three with these, which took a fifth off their processor time and add 250 MB to a process.
      ...["--initial-heap-size=256", "--external-memory-accounted-in-global-limit"],
    ],
    // More than the two cores that it is made for: a worker that waits for its server leaves one free.
    maxWorkers: 3,
    // A first test of a file may wait for a template database that another worker is building, and a machine with other
    // work to do takes many times as long: no test is about how long it takes.
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
