/**
 * A process that tries a migration of the demo on a bundle, and ends itself by SIGKILL before or after one of its side
 * effects.
 *
 * Usage: node effect-child.ts <bundle> <number, 0 for none> <before | after>; prints the side effects' names
 */
import { fileURLToPath } from "node:url";
import { fileSource } from "../../bundle/stores/file-source.ts";
import type { SideEffect } from "../../bundle/stores/store.ts";
import { die } from "../../testing/die.ts";
import { migrationEffect } from "../effect/migration-effect.ts";
import { quietContext } from "../run-context.ts";
import { harborPlatform } from "./walk.ts";

const [path = "", number = "0", when = ""] = process.argv.slice(2);
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
const source = await fileSource(path);
await migrationEffect(
  { source, platform: await harborPlatform(), migrations, version: "20250303080000" },
  quietContext({ sideEffect }),
);
await source.close();
process.stdout.write(JSON.stringify(names));
