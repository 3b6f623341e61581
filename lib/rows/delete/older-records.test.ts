/** A delete that a version has begun which kept the keys of rows and not where they lie: this one ends it, or undoes it. */
import { afterEach, expect, it, vi } from "vitest";
import { markOf } from "../fence/statements.ts";
import { FILING_OWNED, FILING_SCHEMA, FILING_YAML } from "../testing/filing.ts";
import { type TinyErasable, tinyErasable } from "../testing/tiny-erasable.ts";

vi.setConfig({ testTimeout: 120_000 });

let tiny: TinyErasable | null = null;
afterEach(async () => {
  await tiny?.drop();
  tiny = null;
});

/** No bundle holds them. */
const SESSIONS = ["public.sessions: 1 rows gone, 0 new"];

/** As that version would have left it: of rows with a key nothing but what is pointed at, and in the order of their keys. */
async function begunBefore(batches: number): Promise<TinyErasable> {
  const made = await tinyErasable(FILING_SCHEMA, FILING_OWNED, { yaml: FILING_YAML });
  tiny = made;
  expect(await made.eraseInPart(batches)).toBe(true);
  const { rows } = await made.client.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'tenantry'::regnamespace AND starts_with(c.relname, $1) AND c.relkind = 'r'
        AND a.attname = 'at_place' AND NOT EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attname = 'in_table')`,
    [`doomed_${markOf(made.key)}_`],
  );
  expect(rows.length).toBeGreaterThan(2);
  for (const { name } of rows) await made.client.query(`ALTER TABLE ${name} DROP COLUMN at_place`);
  return made;
}

it.each([1, 4])("goes on to its end after %s batches, by the keys alone", async (batches) => {
  const made = await begunBefore(batches);
  expect(await made.eraseInPart(1)).toBe(true);
  await made.erase();
  expect(await made.prove()).toMatchObject({ empty: true });
  expect(await made.changed()).toEqual([]);
  await made.clear();
  await made.bringBack();
  expect(await made.changedAtAll()).toEqual(SESSIONS);
});

it("is undone from its bundle, and begun anew", async () => {
  const made = await begunBefore(4);
  await made.restoreMissing();
  expect(await made.changedAtAll()).toEqual(SESSIONS);
  await made.erase();
  expect(await made.prove()).toMatchObject({ empty: true });
  expect(await made.changed()).toEqual([]);
});
