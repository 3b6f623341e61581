/** A platform of four tables for tests that run an export or an import very often. */
import type pg from "pg";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import type { OracleSpec } from "./oracle-spec.ts";
import { parsePlatform } from "./walk.ts";

export const SMALL_PLATFORM = `
platform: small
tenant:
  table: public.orgs
  key: id
  slug: slug
  state: { column: status, active: active, suspended: suspended }
common:
  public.people: { match: [email], create: [email, name] }
`;

/** As one file of migrations would have it. */
export const SMALL_SCHEMA = `
  CREATE TABLE orgs (id uuid PRIMARY KEY, slug text NOT NULL UNIQUE, status text NOT NULL);
  CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, name text);
  CREATE TABLE items (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs,
    person_id bigint REFERENCES people, parent_id bigint REFERENCES items, body text);
  CREATE INDEX ON items (org_id);
  CREATE TABLE notes (id uuid PRIMARY KEY, item_id bigint NOT NULL REFERENCES items, body text);
  CREATE INDEX ON notes (item_id);`;

/** Two tenants, `one` and `two`; the second is the resident whom nothing may happen to. */
export const SMALL_ROWS = `
  INSERT INTO people (email, name) SELECT 'p' || n || '@example.org', 'Person ' || n FROM generate_series(1, 4) n;
  INSERT INTO orgs SELECT gen_random_uuid(), slug, 'active' FROM unnest('{one,two}'::text[]) slug;
  INSERT INTO items (org_id, person_id, body) SELECT o.id, p.id, o.slug || ' item of ' || p.name FROM orgs o, people p;
  UPDATE items i SET parent_id = (SELECT min(id) FROM items p WHERE p.org_id = i.org_id AND p.id < i.id);
  INSERT INTO notes SELECT gen_random_uuid(), i.id, 'note ' || n || E'\\n' || i.body FROM items i, generate_series(1, 3) n;`;

/** The same tables with another tenant and other numbers: people have other ids, and two are missing. */
const ROWS_ELSEWHERE = `
  ALTER TABLE items ALTER id RESTART WITH 1000;
  INSERT INTO people (email, name) SELECT 'p' || n || '@example.org', 'Person ' || n FROM generate_series(7, 3, -1) n;
  INSERT INTO orgs SELECT gen_random_uuid(), 'resident', 'active';
  INSERT INTO items (org_id, person_id, body) SELECT o.id, p.id, 'item of ' || p.name FROM orgs o, people p;
  INSERT INTO notes SELECT gen_random_uuid(), i.id, 'note ' || i.body FROM items i;`;

/** People whom an import from the one database creates in the other. */
export const MISSING_PEOPLE = 2;

export function smallSpec(newSlug?: string): OracleSpec {
  const direct = "t.org_id::text = $1";
  return {
    tables: [
      {
        name: "public.orgs",
        owned: "t.id::text = $1",
        ids: ["id"],
        becomes: {
          slug: { source: newSlug === undefined ? "t.slug" : `'${newSlug}'`, imported: "t.slug" },
          status: { source: "'suspended'", imported: "t.status" },
        },
      },
      {
        name: "public.items",
        owned: direct,
        ids: ["id"],
        points: [
          { columns: ["org_id"], to: [{ table: "public.orgs", columns: ["id"] }] },
          { columns: ["person_id"], to: [{ table: "public.people", columns: ["id"] }] },
          { columns: ["parent_id"], to: [{ table: "public.items", columns: ["id"] }] },
        ],
      },
      {
        name: "public.notes",
        owned: "t.item_id IN (SELECT id FROM public.items WHERE org_id::text = $1)",
        ids: ["id"],
        points: [{ columns: ["item_id"], to: [{ table: "public.items", columns: ["id"] }] }],
      },
    ],
    common: [{ name: "public.people", rows: "true", match: ["email"], ids: ["id"] }],
  };
}

export async function smallDatabase(which: "home" | "elsewhere"): Promise<TestDatabase> {
  const database = await createTestDatabase("empty");
  const client = await database.connect();
  await client.query(SMALL_SCHEMA);
  await client.query(which === "home" ? SMALL_ROWS : ROWS_ELSEWHERE);
  return database;
}

export function smallPlatform() {
  return parsePlatform(SMALL_PLATFORM);
}

export async function keyOfSlug(client: pg.ClientBase, slug: string): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>("SELECT id FROM orgs WHERE slug = $1", [slug]);
  return rows[0]?.id ?? null;
}
