/** What an export keeps of how far it came, in a file: the records' part in tests. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { plainly, type SideEffect } from "../../bundle/stores/store.ts";
import { type GoingOn, unfinishedSchema } from "../export/unfinished.ts";

export function goingOnIn(path: string, again: boolean, sideEffect: SideEffect = plainly): GoingOn {
  const kept = existsSync(path) ? unfinishedSchema.parse(JSON.parse(readFileSync(path, "utf8"))) : null;
  const keep: GoingOn["keep"] = (unfinished) =>
    sideEffect("keep", async () => writeFileSync(path, JSON.stringify(unfinished)));
  return { again, kept, keep };
}
