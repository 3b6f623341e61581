/** Running a tool of the project's own, always from the packages of this clone. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Done {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const require = createRequire(import.meta.url);

/** The script behind a package's command: `tool("typescript", "tsc")`. No shell and no npx stand in between. */
export function tool(packageName: string, command: string): string {
  const manifest = join(packageFolder(packageName), "package.json");
  const { bin } = require(manifest) as { bin: string | Record<string, string> };
  return join(dirname(manifest), typeof bin === "string" ? bin : (bin[command] as string));
}

/** By path, as some packages do not export their package.json. */
function packageFolder(name: string): string {
  return join(ROOT, "node_modules", name);
}

/** Runs a Node script in `cwd` and keeps what it prints. */
export function runNode(args: readonly string[], cwd: string = ROOT): Promise<Done> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
