/**
 * A process that upgrades a bundle, and before or after one of its side effects ends itself by SIGKILL, fails, or is
 * asked to stop.
 *
 * Usage: node upgrade-child.ts <bundle> <folder> <number, 0 for none> <before | after> <kill | throw | abort>; prints
 * the side effects' names, or after a failure what it ended with
 */
import { fileURLToPath } from "node:url";
import type { SideEffect } from "../../bundle/stores/store.ts";
import { die } from "../../testing/die.ts";
import { quietContext } from "../run-context.ts";
import { upgradeTo } from "./upgrade.ts";
import { harborPlatform } from "./walk.ts";

const [path = "", folder = "", number = "0", when = "", how = "kill"] = process.argv.slice(2);
const names: string[] = [];
const stopping = new AbortController();
async function strike(): Promise<void> {
  if (how === "kill") await die();
  if (how === "throw") throw new Error("struck");
  stopping.abort(new Error("struck"));
}
const sideEffect: SideEffect = async (name, effect) => {
  names.push(name);
  const mine = Number(number) === names.length;
  if (mine && when === "before") await strike();
  const result = await effect();
  if (mine && when === "after") await strike();
  return result;
};
const migrations = fileURLToPath(new URL("../../../examples/harbor/migrations", import.meta.url));
const context = quietContext({ sideEffect, signal: stopping.signal });
try {
  await upgradeTo(folder, { path, platform: await harborPlatform(), migrations }, context);
  process.stdout.write(JSON.stringify(names));
} catch (error) {
  if (Number(number) === 0) throw error;
  process.stdout.write(`failed: ${(error as Error).message}`);
}
