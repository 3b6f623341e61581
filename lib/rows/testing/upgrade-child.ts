/**
 * A process that upgrades a bundle, and ends itself by SIGKILL before or after one of its side effects.
 *
 * Usage: node upgrade-child.ts <bundle> <folder> <number, 0 for none> <before | after>; prints the side effects' names
 */
import { fileURLToPath } from "node:url";
import type { SideEffect } from "../../bundle/stores/store.ts";
import { die } from "../../testing/die.ts";
import { quietContext } from "../run-context.ts";
import { upgradeTo } from "./upgrade.ts";
import { harborPlatform } from "./walk.ts";

const [path = "", folder = "", number = "0", when = ""] = process.argv.slice(2);
const names: string[] = [];
const sideEffect: SideEffect = async (name, effect) => {
  names.push(name);
  const mine = Number(number) === names.length;
  if (mine && when === "before") await die();
  const result = await effect();
  if (mine && when === "after") await die();
  return result;
};
const migrations = fileURLToPath(new URL("../../../examples/harbor/migrations", import.meta.url));
await upgradeTo(folder, { path, platform: await harborPlatform(), migrations }, quietContext({ sideEffect }));
process.stdout.write(JSON.stringify(names));
