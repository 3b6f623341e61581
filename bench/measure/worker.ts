/**
 * Work that is measured in a Node process of its own: its peak memory is that work's alone, and the benchmark's
 * own heap and JIT do not help it. The clock runs inside, from the first call to its result: what a process
 * needs to start Node and read its modules is the same whatever the size, and told apart.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ROW_MEMORY } from "../../bin/row-memory.ts";

export interface Measured<Result> {
  readonly result: Result;
  readonly seconds: number;
  /** Peak resident memory of the process, in bytes. */
  readonly peakMemory: number;
}

export type WorkerName =
  | "cursor"
  | "delete"
  | "diff"
  | "export"
  | "import"
  | "insert"
  | "migrate"
  | "upgrade"
  | "verify";

/** Not ours: Node as it comes. */
const PEERS: ReadonlySet<WorkerName> = new Set(["cursor", "insert"]);

/** Runs bench/workers/<name>.ts with the job and gives what it printed. */
export function runWorker<Result>(name: WorkerName, job: object): Promise<Measured<Result>> {
  const script = fileURLToPath(new URL(`../workers/${name}.ts`, import.meta.url));
  return new Promise((resolve, reject) => {
    const options = PEERS.has(name) ? [] : ROW_MEMORY;
    const child = spawn(process.execPath, [...options, script], { stdio: ["pipe", "pipe", "inherit"] });
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(printed) as Measured<Result>);
      else reject(new Error(`the ${name} that was measured ended with ${code}`));
    });
    child.stdin.end(JSON.stringify(job));
  });
}
