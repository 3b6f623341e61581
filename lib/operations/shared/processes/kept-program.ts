/** Runs somebody else's program: without a shell, for so long at most, and never longer than this process lives. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { KeptProgram, ProgramEnd } from "./keeper.ts";

const KEEPER = fileURLToPath(new URL("./keeper.ts", import.meta.url));

export interface KeptOptions extends KeptProgram {
  /** All that it gets; secrets stand here and never among the arguments, which every user of the machine may read. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether what it prints goes to this process's standard error; dropped where not. */
  readonly told: boolean;
}

/**
 * Ends with the program and everything in its group, also when it is aborted: SIGTERM, then SIGKILL after five seconds.
 *
 * @throws what the signal was aborted with
 */
export async function runKept(
  { program, args, cwd, seconds, env, told }: KeptOptions,
  signal: AbortSignal,
): Promise<ProgramEnd> {
  signal.throwIfAborted();
  const output = told ? 2 : "ignore";
  const keeper = spawn(process.execPath, [KEEPER], {
    cwd: "/",
    env: env as unknown as NodeJS.ProcessEnv,
    stdio: ["pipe", output, output, "pipe"],
    detached: true,
  });
  const input = keeper.stdin!;
  // One that has ended reads no more.
  input.on("error", () => {});
  const stop = () => void input.end();
  signal.addEventListener("abort", stop);
  const job: KeptProgram = { program, args, cwd, seconds };
  input.write(`${JSON.stringify(job)}\n`);
  try {
    const said = await new Promise<string>((done, fail) => {
      let text = "";
      keeper.stdio[3]!.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      keeper.on("error", fail);
      keeper.on("close", () => done(text));
    });
    signal.throwIfAborted();
    return said === "" ? { how: "killed", by: "a signal" } : (JSON.parse(said) as ProgramEnd);
  } finally {
    signal.removeEventListener("abort", stop);
    input.end();
  }
}
