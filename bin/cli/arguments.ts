/** What was typed, and how this program is to be called in what it suggests to type next. */
import { delimiter, dirname, resolve } from "node:path";

export interface Call {
  readonly args: readonly string[];
  /** `bin/tenantry`, `tenantry`, `npx tenantry`. */
  readonly calledAs: string;
}

type Environment = Record<string, string | undefined>;

/** Takes the arguments from where bin/tenantry.mjs has put them; nothing that is started later inherits them. */
export function takeArguments({ env, argv }: { env: Environment; argv: readonly string[] }): Call {
  const hidden = env.TENANTRY_ARGUMENTS;
  const calledAs = callOf(env);
  delete env.TENANTRY_ARGUMENTS;
  delete env.TENANTRY_CALLED_AS;
  return { args: hidden === undefined ? argv.slice(2) : (JSON.parse(hidden) as string[]), calledAs };
}

function callOf(env: Environment): string {
  const path = env.TENANTRY_CALLED_AS;
  if (path === undefined) return "bin/tenantry";
  if (env.npm_command === "exec" && dirname(path).endsWith(".bin")) return "npx tenantry";
  const inPath = (env.PATH ?? "").split(delimiter).includes(dirname(resolve(path)));
  return inPath ? "tenantry" : path;
}

/** A word as a shell reads it back. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
