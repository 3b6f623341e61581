import { readFileSync } from "node:fs";
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import { expect, it } from "vitest";
import * as schema from "./schema/index.ts";

const META = new URL("../../drizzle/meta/", import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, META), "utf8"));

it("drizzle/ holds a migration for everything that the schema files say", async () => {
  const { entries } = read("_journal.json") as { entries: { idx: number; when: number }[] };
  const last = String(entries.at(-1)!.idx).padStart(4, "0");
  const missing = await generateMigration(read(`${last}_snapshot.json`), generateDrizzleJson(schema));
  expect(missing, "run: npx drizzle-kit generate").toEqual([]);
});

it("migrations are applied in the order of their time: each is later than the one before", () => {
  const { entries } = read("_journal.json") as { entries: { when: number }[] };
  const times = entries.map(({ when }) => when);
  expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
});
