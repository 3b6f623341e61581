/** One random platform from end to end: a tenant beside itself under fresh ids, and into an empty twin with its own. */
import { join } from "node:path";
import { expect } from "vitest";
import { readExactRows } from "../exact-rows.ts";
import { compareTenants } from "../oracle.ts";
import { changedResidents, readResidents } from "../residents.ts";
import { exportTo, importFrom, parsePlatform } from "../walk.ts";
import { build } from "./build.ts";
import type { BuiltPlatform } from "./built.ts";
import { schemaSql } from "./ddl.ts";
import { oracleSpec, platformYaml } from "./describe.ts";
import { qualified } from "./keys.ts";
import type { Lane } from "./lane.ts";
import { type FilledTenant, fill } from "./rows.ts";
import { inSchema, seenAs } from "./seen-as.ts";
import type { PlatformShape } from "./shape.ts";

const NEW_SLUG = "the-copy";
const NEW_KEY = `Another's "key" \\ with\ttab`;
/** One whose schema is there before, for an import to make another like it. */
const RESIDENT = "resident";

let bundles = 0;

/** Fails where anything is not as it was. Gives the number of rows that went round. */
export async function roundTrip(
  shape: PlatformShape,
  { lane, folder, major }: { readonly lane: Lane; readonly folder: string; readonly major: number },
): Promise<number> {
  const built = build(shape, major);
  const filling = fill(built, shape);
  const platform = parsePlatform(platformYaml(built));
  const pattern = built.placement === "schema" ? built.tables.at(-1)!.schema : null;
  const [home, twin] = await lane.clear();
  const tenantIn = (text: string, { called }: Pick<FilledTenant, "called">) =>
    inSchema(text, pattern, called);

  const { common, tenant } = schemaSql(built, false);
  const schemas = filling.tenants.map((each) => tenantIn(`${tenant.tables}\n${each.sql}`, each));
  const rows = pattern === null ? filling.tenants.map(({ sql }) => sql) : schemas;
  const sequences =
    pattern === null ? [filling.sequences] : filling.tenants.map((each) => tenantIn(filling.sequences, each));
  const keys = pattern === null ? [] : filling.tenants.map((each) => tenantIn(tenant.keys, each));
  const script = [common.tables, filling.common, ...rows, ...sequences, common.keys, ...keys];
  await home.client.query(script.join("\n"));
  const there = schemaSql(built, shape.shuffled);
  const resident = tenantIn(`${there.tenant.tables}\n${there.tenant.keys}`, { called: RESIDENT });
  await twin.client.query([there.common.tables, there.common.keys, filling.common, resident].join("\n"));

  const chosen = filling.tenants[shape.seed % filling.tenants.length]!;
  const name = `${++bundles}.${shape.seed % 2 === 0 ? "tar.gz" : "tar.zst"}`;
  const compression = shape.seed % 2 === 0 ? ("gzip" as const) : ("zstd" as const);
  await exportTo(folder, { url: home.url, platform, tenant: chosen.key, name, compression });
  const path = join(folder, name);

  const spec = oracleSpec(built, { slug: NEW_SLUG, key: NEW_KEY });
  const source = seenAs(home.client, pattern, chosen.called);
  const before = await readResidents(source, spec);
  const copy = await importFrom({ path, url: home.url, platform, ...changes(built) });
  const copied = seenAs(
    home.client,
    pattern,
    built.slug === null && built.rooted ? copy.tenant.key : NEW_SLUG,
  );
  const beside = await readResidents(copied, spec, copy.tenant.key);
  expect(changedResidents(before, beside)).toEqual([]);
  const verdict = await compareTenants(
    spec,
    { client: source, key: chosen.key },
    { client: copied, key: copy.tenant.key },
  );
  expect(verdict.differences).toEqual([]);
  // A schema of its own has sequences of its own: they may well draw the same numbers.
  const counted = built.tables
    .slice(1)
    .flatMap((table) => (table.id?.made === "number" ? [qualified(table)] : []));
  const isSame = (id: string) => pattern === null || !counted.some((table) => id.startsWith(`${table}.`));
  expect(verdict.keptIds.filter(isSame)).toEqual([]);
  expect(verdict.rows).toBe(copy.tables.reduce((rows, table) => rows + table.rows, 0));

  const nobody = await readResidents(twin.client, spec);
  const same = await importFrom({ path, url: twin.url, platform, ids: "kept" });
  expect(same.tenant.key).toBe(chosen.key);
  const exact = { ...spec, tables: spec.tables.map(({ becomes: _, ...table }) => table) };
  const other = seenAs(twin.client, pattern, chosen.called);
  expect(await readExactRows(other, exact, chosen.key, "imported")).toEqual(
    await readExactRows(source, exact, chosen.key, "source"),
  );
  expect(changedResidents(nobody, await readResidents(other, spec, chosen.key))).toEqual([]);
  return verdict.rows;
}

function changes({ root, rooted, placement, slug }: BuiltPlatform) {
  const isNamed = slug !== null || (!rooted && placement === "schema");
  return {
    ...(isNamed ? { newSlug: NEW_SLUG } : {}),
    ...(root.id!.made === "chosen" && (rooted || placement === "shared") ? { newKey: NEW_KEY } : {}),
  };
}
