/** One random platform, one of whose tenants is deleted, half-way and back and then whole, and restored. */
import { expect } from "vitest";
import { erasable } from "../erasable.ts";
import { readExactRows } from "../exact-rows.ts";
import { changedResidents, readResidents } from "../residents.ts";
import { importFrom, parsePlatform } from "../walk.ts";
import { build } from "./build.ts";
import { schemaSql } from "./ddl.ts";
import { oracleSpec, platformYaml } from "./describe.ts";
import type { Lane } from "./lane.ts";
import { type FilledTenant, fill } from "./rows.ts";
import { inSchema, seenAs } from "./seen-as.ts";
import type { PlatformShape } from "./shape.ts";

let bundles = 0;

/** Fails where anything is not as it was. Gives the number of rows that went and came back. */
export async function eraseRound(
  shape: PlatformShape,
  { lane, folder, major }: { readonly lane: Lane; readonly folder: string; readonly major: number },
): Promise<number> {
  const built = build(shape, major);
  const filling = fill(built, shape);
  const platform = parsePlatform(platformYaml(built));
  const pattern = built.placement === "schema" ? built.tables.at(-1)!.schema : null;
  const [home] = await lane.clear();
  const tenantIn = (text: string, { called }: Pick<FilledTenant, "called">) =>
    inSchema(text, pattern, called);
  const { common, tenant } = schemaSql(built, false);
  const rows = filling.tenants.map((each) =>
    pattern === null ? each.sql : tenantIn(`${tenant.tables}\n${each.sql}`, each),
  );
  const sequences =
    pattern === null ? [filling.sequences] : filling.tenants.map((each) => tenantIn(filling.sequences, each));
  const keys = pattern === null ? [] : filling.tenants.map((each) => tenantIn(tenant.keys, each));
  await home.client.query(
    [common.tables, filling.common, ...rows, ...sequences, common.keys, ...keys].join("\n"),
  );

  const chosen = filling.tenants[shape.seed % filling.tenants.length]!;
  const spec = oracleSpec(built, { slug: "", key: "" });
  const exact = { ...spec, tables: spec.tables.map(({ becomes: _, ...table }) => table) };
  const seen = seenAs(home.client, pattern, chosen.called);
  const whole = () => readExactRows(seen, exact, chosen.key, "source");
  const residents = (key: string | null) => readResidents(seen, spec, key);
  const before = await residents(chosen.key);
  const there = await whole();
  const erased = await erasable({
    url: home.url,
    client: home.client,
    platform,
    tenant: chosen.key,
    folder,
    name: `erased-${++bundles}.tar.gz`,
  });

  const isPart = await erased.eraseInPart(1 + (shape.seed % 6));
  // All of a schema's rows are gone, and the schema is too: then it is an import that brings them back.
  if (isPart || pattern === null) {
    await erased.restoreMissing();
    expect(await whole()).toEqual(there);
    expect(changedResidents(before, await residents(chosen.key))).toEqual([]);
  }

  const result = await erased.erase();
  const gone = await residents(null);
  expect(changedResidents(before, gone)).toEqual([]);
  expect(await erased.prove()).toMatchObject({ empty: true });
  await erased.clear();
  const restored = await importFrom({ path: erased.bundle.path, url: home.url, platform, ids: "kept" });
  expect(restored.tenant.key).toBe(chosen.key);
  expect(await whole()).toEqual(there);
  expect(changedResidents(gone, await residents(chosen.key))).toEqual([]);
  return result.tables.reduce((sum, table) => sum + table.rows, 0);
}
