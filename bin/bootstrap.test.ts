import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { ROOT } from "./checks/run.ts";
import { killStarted, start } from "./testing/processes.ts";

/** What a script sees: its arguments, the packages, the Node that its children would find first. */
const SCRIPT = `
import { greeting } from "greeting";
import { greeting as forDevelopment } from "tool";
import { execFileSync } from "node:child_process";
const first: string = execFileSync("node", ["-p", "process.execPath"], { encoding: "utf8" }).trim();
console.log(JSON.stringify({ args: process.argv.slice(2), greeting, forDevelopment, same: first === process.execPath }));
process.exitCode = 7;
`;
const SAW = { args: ["--port", "1 2"], greeting: "hello", forDevelopment: "hello", same: true };

/** The machine's Node says that it is an old one. */
const OLD_NODE = [
  "--import",
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"18.20.0"}})',
];

describe("the bootstrap", { timeout: 180_000 }, () => {
  let clone: string;
  const clones: string[] = [];

  /** A clone with two packages of its own in place of a registry's. */
  beforeEach(() => {
    clone = mkdtempSync(join(realpathSync(tmpdir()), "tenantry-clone-"));
    clones.push(clone);
    write("bin/script.ts", SCRIPT);
    copyFileSync(join(ROOT, "bin/bootstrap.mjs"), join(clone, "bin/bootstrap.mjs"));
    for (const name of ["greeting", "tool"]) {
      write(
        `packages/${name}/package.json`,
        JSON.stringify({ name, version: "1.0.0", type: "module", exports: "./i.js" }),
      );
      write(`packages/${name}/i.js`, 'export const greeting = "hello";\n');
    }
    const root = {
      name: "clone",
      version: "1.0.0",
      type: "module",
      dependencies: { greeting: "file:packages/greeting" },
      devDependencies: { tool: "file:packages/tool" },
    };
    const link = (name: string, dev: object) => ({
      [`node_modules/${name}`]: { resolved: `packages/${name}`, link: true },
      [`packages/${name}`]: { version: "1.0.0", ...dev },
    });
    write("package.json", JSON.stringify(root));
    const packages = { "": root, ...link("greeting", {}), ...link("tool", { dev: true }) };
    write(
      "package-lock.json",
      JSON.stringify({ name: "clone", version: "1.0.0", lockfileVersion: 3, requires: true, packages }),
    );
  });
  afterAll(() => {
    killStarted();
    for (const each of clones) rmSync(each, { recursive: true });
  });

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    writeFileSync(join(clone, file), text);
  }
  const bootstrap = (
    environment: Record<string, string> = {},
    node: readonly string[] = [],
    script = "bin/script.ts",
  ) => start(process.execPath, [...node, "bin/bootstrap.mjs", script, ...SAW.args], environment, clone);
  const lastLine = (text: string) => text.trim().split("\n").at(-1) as string;

  it("installs what is missing, in production's environment too, and passes arguments and exit code through", async () => {
    const first = bootstrap({ NODE_ENV: "production", npm_config_omit: "dev" });
    expect(await first.ends()).toBe(7);
    expect(first.output()).toContain("Installing the packages (npm ci) …\n");
    expect(JSON.parse(lastLine(first.output()))).toEqual(SAW);
    const second = bootstrap();
    expect(await second.ends()).toBe(7);
    expect(second.output()).not.toContain("Installing");
  });

  it("installs again after the lockfile has changed", async () => {
    await bootstrap().ends();
    const later = new Date(Date.now() + 1000);
    utimesSync(join(clone, "package-lock.json"), later, later);
    const again = bootstrap();
    await again.ends();
    expect(again.output()).toContain("Installing");
  });

  it("installs once where two starts come together, and both go on", async () => {
    const both = [bootstrap(), bootstrap()];
    for (const each of both) {
      expect(await each.ends()).toBe(7);
      expect(JSON.parse(lastLine(each.output()))).toEqual(SAW);
    }
    expect(both.filter((each) => each.output().includes("Installing the packages"))).toHaveLength(1);
    expect(existsSync(join(clone, "var/packages.lock"))).toBe(false);
  });

  it("goes on where a start was killed while it installed", async () => {
    write("var/packages.lock", "4194305");
    expect(await bootstrap().ends()).toBe(7);
  });

  it("says in one sentence that the registry cannot be reached, and ends with 2", async () => {
    const nowhere = { npm_config_registry: "http://127.0.0.1:9/", npm_config_fetch_retries: "0" };
    const lock = { "": { dependencies: { absent: "1.0.0" } }, "node_modules/absent": { version: "1.0.0" } };
    write("package.json", JSON.stringify({ dependencies: { absent: "1.0.0" } }));
    write("package-lock.json", JSON.stringify({ lockfileVersion: 3, requires: true, packages: lock }));
    const failing = bootstrap(nowhere);
    expect(await failing.ends()).toBe(2);
    expect(failing.output().trim().split("\n")).toEqual([
      "Installing the packages (npm ci) …",
      "The package registry cannot be reached: check the network (or npm's proxy setting), then start again.",
    ]);
  });

  describe("under a Node that is too old", () => {
    const script = "bin/waiting.ts";
    beforeEach(async () => {
      expect(await bootstrap().ends()).toBe(7);
      const home = `var/node/24.21.0/node_modules/node-${process.platform}-${process.arch}/bin`;
      mkdirSync(join(clone, home), { recursive: true });
      symlinkSync(process.execPath, join(clone, home, "node"));
    });

    it("goes on under the newer one with the same arguments and exit code", async () => {
      const old = bootstrap({}, OLD_NODE);
      expect(await old.ends()).toBe(7);
      expect(JSON.parse(lastLine(old.output())).args).toEqual(SAW.args);
    });

    it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
      "passes %s on and waits for the script",
      async (signal) => {
        write(
          script,
          `setInterval(() => {}, 1000); process.on("${signal}", () => { console.log("bye"); process.exit(5); }); console.log("ready");`,
        );
        const old = bootstrap({}, OLD_NODE, script);
        await old.prints("ready");
        old.child.kill(signal);
        expect(await old.ends()).toBe(5);
        expect(old.output()).toContain("bye");
      },
    );

    it("dies of the signal that its script died of", async () => {
      write(script, 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);');
      expect(await bootstrap({}, OLD_NODE, script).ends()).toBe("SIGKILL");
    });
  });
});
