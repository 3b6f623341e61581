/** A program is killed with all that it has started: by its limit, when its run is aborted, and when its owner dies. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runKept } from "./kept-program.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kept-"));
  // Starts another one in its group, says who both are, and waits for ever.
  await writeFile(
    join(folder, "waits.mjs"),
    `import { spawn } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
writeFileSync(process.env.PIDS + ".partial", process.pid + " " + other.pid);
renameSync(process.env.PIDS + ".partial", process.env.PIDS);
if (process.env.ENDS === "1") process.exit(4);
setInterval(() => {}, 1000);`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

let made = 0;
function waiting(seconds: number, more: Readonly<Record<string, string>> = {}) {
  const pids = join(folder, `pids-${++made}`);
  const options = {
    program: process.execPath,
    args: ["waits.mjs"],
    cwd: folder,
    seconds,
    env: { PATH: process.env.PATH ?? "", PIDS: pids, ...more },
    told: false,
  };
  return { pids, options };
}

async function pidsIn(path: string): Promise<number[]> {
  while (!existsSync(path)) await sleep(10);
  return (await readFile(path, "utf8")).split(" ").map(Number);
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Those that were killed are gone as soon as somebody has taken note of it. */
async function untilGone(pids: readonly number[]): Promise<void> {
  while (pids.some(lives)) await sleep(10);
}

const never = new AbortController().signal;

it("says with what code it ended, and takes along what it has left running", async () => {
  const { options, pids } = waiting(60, { ENDS: "1" });
  expect(await runKept(options, never)).toEqual({ how: "ended", code: 4 });
  await untilGone(await pidsIn(pids));
});

it("says that there is no such program", async () => {
  const { options } = waiting(60);
  expect(await runKept({ ...options, program: join(folder, "nothing") }, never)).toEqual({
    how: "not-started",
    code: "ENOENT",
  });
});

it("ends it when its time is over", async () => {
  const { options, pids } = waiting(1);
  expect(await runKept(options, never)).toEqual({ how: "too-long" });
  await untilGone(await pidsIn(pids));
});

it("ends it when the run is aborted, and waits for that", async () => {
  const { options, pids } = waiting(60);
  const run = new AbortController();
  const running = runKept(options, run.signal);
  const both = await pidsIn(pids);
  run.abort(new Error("called off"));
  await expect(running).rejects.toThrow("called off");
  await untilGone(both);
});

it("ends it when its owner is killed", async () => {
  const { options, pids } = waiting(60);
  const owner = `const { runKept } = await import(${JSON.stringify(new URL("./kept-program.ts", import.meta.url).href)});
await runKept(${JSON.stringify(options)}, new AbortController().signal);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", owner], { stdio: "ignore" });
  const both = await pidsIn(pids);
  expect(both.every(lives)).toBe(true);
  child.kill("SIGKILL");
  await untilGone(both);
});

it("has its words and its secrets in no list of processes", async () => {
  const { options, pids } = waiting(60, { DATABASE_URL: "postgres://somebody:hunter2@127.0.0.1/none" });
  const run = new AbortController();
  const running = runKept(options, run.signal).catch(() => undefined);
  const [pid] = await pidsIn(pids);
  const listed = await new Promise<string>((done) => {
    let text = "";
    const ps = spawn("ps", ["-eo", "args"]);
    ps.stdout.on("data", (chunk) => {
      text += chunk;
    });
    ps.on("close", () => done(text));
  });
  expect(listed).toContain("waits.mjs");
  expect(listed).not.toContain("hunter2");
  run.abort();
  await running;
  await untilGone([pid!]);
});
