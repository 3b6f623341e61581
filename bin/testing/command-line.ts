/** `bin/tenantry` as people run it, for tests. */
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ROOT } from "../checks/run.ts";
import { start } from "./processes.ts";

export interface Ran {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts it; the environment holds no address unless it is given one. */
export function startTenantry(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  cwd?: string,
) {
  return start(
    join(ROOT, "bin/tenantry"),
    args,
    { TENANTRY_DATABASE_URL: "", NO_COLOR: "", ...environment },
    cwd,
  );
}

/** Runs it to its end. */
export async function runTenantry(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<Ran> {
  const process = startTenantry(args, environment, cwd);
  const { stdout, stderr } = process.child;
  const [code, out, err] = await Promise.all([process.ends(), text(stdout!), text(stderr!)]);
  return { code, stdout: out, stderr: err };
}

export interface JsonDocument {
  readonly command: string;
  readonly exitCode: number;
  readonly findings: readonly { readonly code: string; readonly severity: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: each command has a result of its own
  readonly result: any;
}

/** The one document on stdout; throws where there is more or less. */
export function documentOf({ stdout, code }: Pick<Ran, "stdout" | "code">): JsonDocument {
  const document = JSON.parse(stdout) as JsonDocument;
  if (!Array.isArray(document.findings)) throw new Error("findings are no list");
  if (document.exitCode !== code) throw new Error(`it says ${document.exitCode} and ends with ${code}`);
  return document;
}
