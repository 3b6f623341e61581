import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Actor } from "../access/actor.ts";
import { createSecretBox } from "../access/secret-box.ts";
import { secretContext } from "../access/secret-context.ts";
import { generateSecretKey, parseSecretKey } from "../access/secret-key.ts";
import { addTestActor } from "../access/testing/people.ts";
import type { ShownRow } from "../operations/comparisons/shown-row.ts";
import type { KeptEffect, KeptTable } from "../operations/effects/keep.ts";
import { openRecords, type Records } from "../records/client.ts";
import { newId } from "../records/id.ts";
import { bundles } from "../records/schema/bundles.ts";
import { migrationEffectRows, migrationEffects } from "../records/schema/migration-effects.ts";
import { migrationSurveys } from "../records/schema/migration-surveys.ts";
import { platforms } from "../records/schema/platforms.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { readEffectChoices } from "./effect-choices.ts";
import { readMigrationEffect } from "./migration-effect.ts";

const secrets = createSecretBox({ current: parseSecretKey(generateSecretKey())! });
const TABLE = "public.buyers";

let database: TestDatabase;
let records: Records;
let asker: Actor;
let other: Actor;
let viewer: Actor;
const platformId = newId();
const [old, newer] = [newId(), newId()];
const id = newId();
beforeAll(async () => {
  database = await createTestDatabase("records");
  records = openRecords(database.url);
  [asker, other, viewer] = [
    (await addTestActor(records, "asker", ["operator"])).actor,
    (await addTestActor(records, "other", ["admin"])).actor,
    (await addTestActor(records, "viewer", ["viewer"])).actor,
  ];
  await records.insert(platforms).values({ id: platformId, name: "shop", store: "folder", fileVersion: 1 });
  const files = ["1", "2", "3"].map((version) => ({
    version,
    name: version,
    path: `${version}.sql`,
    transactional: true,
    code: false,
    checksum: version,
  }));
  await records
    .insert(migrationSurveys)
    .values({ platformId, survey: { tool: "sqlx", files, findings: [] }, surveyedAt: sql`now()` });
  const bundle = { platformId, store: "folder", state: "ready", origin: "upload", tenantKey: "7" } as const;
  await records.insert(bundles).values([
    { ...bundle, id: old, name: "old.tar.gz", schemaVersion: "1" },
    { ...bundle, id: newer, name: "newer.tar.gz", schemaVersion: "3" },
  ]);
  const table: KeptTable = {
    table: TABLE,
    was: null,
    is: "kept",
    rows: [1, 1],
    matchedBy: "key",
    key: [["id"], ["id"]],
    added: 0,
    removed: 0,
    changed: 1,
    columns: [],
    examples: 1,
    personal: true,
  };
  const same = { ...table, table: "public.shops", changed: 0, examples: 0, personal: false };
  const effect: Partial<KeptEffect> = { before: "1", passed: [], migrations: [], tables: [same, table] };
  const row = (after: ShownRow["cells"][number]["after"]): ShownRow => ({
    kind: "changed",
    key: [],
    cells: [{ column: "email", before: null, after }],
  });
  await records.insert(migrationEffects).values({
    id,
    platformId,
    tenantKey: "7",
    bundleId: old,
    version: "2",
    toVersion: "3",
    requestedBy: asker.personId,
    personalReason: "why",
    personalRows: secrets.seal(
      JSON.stringify({ [TABLE]: [row({ text: "ann@example.org" })] }),
      secretContext.effectRows(id),
    ),
    state: "done",
    sameAs: "x",
    effect,
    endedAt: sql`now()`,
  });
  await records
    .insert(migrationEffectRows)
    .values({ effectId: id, table: TABLE, place: 0, row: row({ hidden: true }) });
});
afterAll(async () => {
  await records.close();
  await database.drop();
});

const shownTo = async (actor: Actor, table: string | null = null) =>
  (await readMigrationEffect({ records, secrets }, actor, id, { table }))!;

it("shows personal columns to nobody but who asked for them", async () => {
  const view = await shownTo(asker);
  expect(view.shown!.rows[0]!.cells[0]!.after).toEqual({ text: "ann@example.org" });
  expect(view.personalUntil!.getTime()).toBeGreaterThan(Date.now());
  for (const actor of [other, viewer]) {
    const theirs = await shownTo(actor);
    expect(theirs.shown!.rows[0]!.cells[0]!.after).toEqual({ hidden: true });
    expect(theirs.personalUntil).toBeNull();
  }
});

it("puts what is different first, and counts the rest", async () => {
  const view = await shownTo(viewer);
  expect([view.changed.map(({ table }) => table), view.same]).toEqual([[TABLE], 1]);
  expect((await shownTo(viewer, "public.shops")).shown).toBeNull();
  expect(view.mayCancel).toBe(false);
});

it("offers the bundles that have not run the migration, and what was seen of it", async () => {
  const choices = (await readEffectChoices({ records }, asker, "shop", "2"))!;
  expect(choices.bundles.map((bundle) => bundle.id)).toEqual([old]);
  expect(choices.until).toEqual(["2", "3"]);
  expect(choices.recent.entries.map((entry) => entry.id)).toEqual([id]);
  expect([choices.mayAsk, choices.mayAskForPersonal]).toEqual([true, true]);
  const none = (await readEffectChoices({ records }, viewer, "shop", "1"))!;
  expect([none.bundles, none.mayAsk]).toEqual([[], false]);
  expect(await readEffectChoices({ records }, viewer, "none", "1")).toBeNull();
});
