import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "./main.ts";
import { createPrinter } from "./printer.ts";

const PLATFORM = ["--platform", "examples/harbor/platform.yaml"];
const NOWHERE = "postgres://somebody:open-sesame-4711@127.0.0.1:1/anything";

async function called(...args: readonly string[]) {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const code = await main(args, "bin/tenantry", createPrinter(out, err));
  out.end();
  err.end();
  return { code, stdout: await text(out), stderr: await text(err) };
}

describe("the command line", () => {
  const address = process.env.TENANTRY_DATABASE_URL;
  beforeAll(() => {
    delete process.env.TENANTRY_DATABASE_URL;
  });
  afterAll(() => {
    if (address !== undefined) process.env.TENANTRY_DATABASE_URL = address;
  });

  it.each([
    [["exprot"], "Unknown command 'exprot' (Did you mean export?). See "],
    [["check", "--platfrm", "x"], "Unknown option '--platfrm' (Did you mean --platform?). See "],
    [
      ["check", "--format", "html"],
      "Option '--format <format>' argument 'html' is invalid. It must be text,",
    ],
    [["check"], "Name the platform's file with --platform FILE."],
    [["check", "--platform", "gone.yaml"], "gone.yaml: There is no such file. Check --platform."],
    [["check", ...PLATFORM], "Name the database: set TENANTRY_DATABASE_URL, or give --database URL."],
    [["verify"], "Missing required argument 'file'. See "],
    [["verify", "gone.tar.gz"], "gone.tar.gz: There is no such file. Check the name and the folder."],
    [["verify", "gone.tar.gz", "--against"], "To compare with a live tenant, name the platform's file"],
    [["export", ...PLATFORM, "--out", "x.tar.gz"], "Name the tenant's slug or key with --tenant."],
    [["export", "--tenant", "a", "--out", "gone/x.tar.gz"], "There is no folder gone. Make it first."],
    [
      ["export", "--tenant", "a", "--out", "x.tar.gz", "--compress", "zstd"],
      "The name x.tar.gz promises gzip, and --compress says zstd.",
    ],
    [
      ["export", "--connections", "0"],
      "Option '--connections <n>' argument '0' is invalid. It must be a whole",
    ],
    [["import", "x.tar.gz", "--new-domain", "a"], "--new-domain is written old=new. Give it once for each"],
    [["compare", "postgres://h/db", "x.tar.gz"], "An address is followed by # and the tenant's slug or key."],
  ])("says what is wrong with %j in one sentence", async (args, sentence) => {
    const { code, stdout, stderr } = await called(...args);
    expect(stderr.slice(0, sentence.length)).toBe(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  it.each([
    ["check", "--json"],
    ["--json", "check", ...PLATFORM],
    ["check", "--format", "json", "--nonsense"],
    ["check", "--json", "--format", "sarif"],
    ["verify", "--json", "--nonsense"],
  ])("gives one JSON document all the same: %s %s", async (...args) => {
    const document = JSON.parse((await called(...args)).stdout);
    expect(document).toMatchObject({ exitCode: 2, findings: [{ code: "usage" }], result: null });
  });

  it("shows what there is when it is called with nothing, and each command's help", async () => {
    const bare = await called();
    expect(bare).toMatchObject({ code: 2, stdout: "" });
    expect(bare.stderr).toContain("import [options] <file>");
    for (const command of ["model", "check", "export", "verify", "import", "compare"]) {
      const help = await called(command, "--help");
      expect(help).toMatchObject({ code: 0, stderr: "" });
      expect(help.stdout).toContain(`\nExample:\n  tenantry ${command} `);
    }
  });

  it.each([
    ["the server", ["model", ...PLATFORM, "--database", NOWHERE]],
    ["a side", ["compare", `${NOWHERE}#a`, `${NOWHERE}#b`, ...PLATFORM]],
    ["a command", [NOWHERE]],
    ["an argument too many", ["check", NOWHERE]],
    ["an option", ["check", `--databse=${NOWHERE}`]],
    ["another form", ["host=127.0.0.1 password=open-sesame-4711"]],
    ["no URL", ["check", ...PLATFORM, "--database", "somebody:open-sesame-4711@127.0.0.1:1/anything"]],
  ])("shows no password where %s is wrong", async (_, args) => {
    const { code, stdout, stderr } = await called(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).not.toBe("");
    expect(stderr).not.toContain("open-sesame");
  });
});
