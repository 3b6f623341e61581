/** An import that must be refused, and must not have changed anything. */
import { expect } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import type { Template } from "../../testing/templates.ts";
import { harborSpec } from "./harbor-spec.ts";
import { changedResidents, readResidents } from "./residents.ts";
import { refusedWith } from "./walk.ts";

const spec = harborSpec();

/** Fails unless the work is refused with exactly these codes (sorted, each once), and leaves no trace. */
export async function refuses(
  database: TestDatabase,
  codes: readonly string[],
  work: () => Promise<unknown>,
): Promise<void> {
  const client = await database.connect();
  const before = await readResidents(client, spec);
  expect([...new Set(await refusedWith(work()))].sort()).toEqual(codes);
  expect(changedResidents(before, await readResidents(client, spec))).toEqual([]);
}

/** A database of one's own, changed by these statements, gone afterwards. */
export async function withDatabase(
  template: Template,
  statements: readonly string[],
  work: (database: TestDatabase) => Promise<void>,
): Promise<void> {
  const database = await createTestDatabase(template);
  const client = await database.connect();
  for (const statement of statements) await client.query(statement);
  await work(database);
  await database.drop();
}

/** The same address for another user. */
export function asRole(url: string, role: string, password: string): string {
  const other = new URL(url);
  other.username = role;
  other.password = password;
  return other.href;
}
