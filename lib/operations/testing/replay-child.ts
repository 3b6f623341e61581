/**
 * A worker's process that runs one round of measuring, and ends itself by SIGKILL before or after one of its side
 * effects. Its configuration is the environment, as any worker's.
 *
 * Usage: node replay-child.ts <number, 0 for none> <before | after>; prints the side effects' names
 */
import { writeSync } from "node:fs";
import type { SideEffect } from "../../bundle/stores/store.ts";
import { die } from "../../testing/die.ts";
import { openConsole } from "../console.ts";
import { runReplays } from "../replays/run.ts";

const [number = "0", when = ""] = process.argv.slice(2);
const names: string[] = [];
const sideEffect: SideEffect = async (name, effect) => {
  names.push(name);
  const mine = Number(number) === names.length;
  if (mine && when === "before") await die();
  const result = await effect();
  if (mine && when === "after") await die();
  return result;
};
const console = await openConsole(process.env);
await runReplays(console, new AbortController().signal, sideEffect);
writeSync(1, JSON.stringify(names));
await console.close();
