/** One random platform from end to end: a tenant beside itself under fresh ids, and into an empty twin with its own. */
import { join } from "node:path";
import { expect } from "vitest";
import { createTestDatabase } from "../../../testing/database.ts";
import { readExactRows } from "../exact-rows.ts";
import { compareTenants } from "../oracle.ts";
import { changedResidents, readResidents } from "../residents.ts";
import { exportTo, importFrom, parsePlatform } from "../walk.ts";
import { build } from "./build.ts";
import type { BuiltPlatform } from "./built.ts";
import { oracleSpec, platformYaml, schemaSql } from "./describe.ts";
import { fill } from "./rows.ts";
import type { PlatformShape } from "./shape.ts";

const NEW_SLUG = "the-copy";
const NEW_KEY = `Another's "key" \\ with\ttab`;

/** Fails where anything is not as it was. Gives the number of rows that went round. */
export async function roundTrip(shape: PlatformShape, folder: string): Promise<number> {
  const built = build(shape);
  const { sql, peopleSql, tenantKeys } = fill(built, shape);
  const platform = parsePlatform(platformYaml(built));
  const database = await createTestDatabase("empty");
  const twin = await createTestDatabase("empty");
  try {
    const client = await database.connect();
    const schema = schemaSql(built);
    for (const each of [schema.tables, sql, schema.keys]) await client.query(each);
    const other = await twin.connect();
    for (const each of [schema.tables, schema.keys, peopleSql]) await other.query(each);
    const key = tenantKeys[shape.seed % tenantKeys.length]!;
    const name = `${database.name}.${shape.seed % 2 === 0 ? "tar.gz" : "tar.zst"}`;
    const compression = shape.seed % 2 === 0 ? ("gzip" as const) : ("zstd" as const);
    await exportTo(folder, { url: database.url, platform, tenant: key, name, compression });
    const path = join(folder, name);

    const spec = oracleSpec(built, { slug: NEW_SLUG });
    const before = await readResidents(client, spec);
    const copy = await importFrom({ path, url: database.url, platform, ...changes(built) });
    expect(changedResidents(before, await readResidents(client, spec, copy.tenant.key))).toEqual([]);
    const verdict = await compareTenants(spec, { client, key }, { client, key: copy.tenant.key });
    expect(verdict.differences).toEqual([]);
    expect(verdict.keptIds).toEqual([]);
    expect(verdict.rows).toBe(copy.tables.reduce((rows, table) => rows + table.rows, 0));

    const nobody = await readResidents(other, spec);
    const same = await importFrom({ path, url: twin.url, platform, ids: "kept" });
    expect(same.tenant.key).toBe(key);
    const exact = { ...spec, tables: spec.tables.map(({ becomes: _, ...table }) => table) };
    expect(await readExactRows(other, exact, key, "imported")).toEqual(
      await readExactRows(client, exact, key, "source"),
    );
    expect(changedResidents(nobody, await readResidents(other, spec, key))).toEqual([]);
    return verdict.rows;
  } finally {
    await database.drop();
    await twin.drop();
  }
}

function changes({ root, slug }: BuiltPlatform) {
  return {
    ...(slug === null ? {} : { newSlug: NEW_SLUG }),
    ...(root.id!.made === "chosen" ? { newKey: NEW_KEY } : {}),
  };
}
