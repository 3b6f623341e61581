import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { migrate } from "../lib/ledger/migrate.ts";
import { sqlxAdapter } from "../lib/ledger/sqlx.ts";
import { exportTo } from "../lib/rows/testing/walk.ts";
import { readPlatformFile } from "../lib/tenancy/platform-file.ts";
import { createTestDatabase } from "../lib/testing/database.ts";
import { documentOf, runTenantry } from "./testing/command-line.ts";

/** Starts a server. */
vi.setConfig({ testTimeout: 180_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenantry-migrations-"));
  await mkdir(join(folder, "migrations"));
  await writeFile(
    join(folder, "platform.yaml"),
    "platform: shop\ntenant: { table: public.shops, slug: slug }\nledger: sqlx\nmigrations: ./migrations\n",
  );
  const files = {
    "1_shops.sql": "CREATE TABLE shops (id int PRIMARY KEY, slug text NOT NULL)",
    "2_index.sql": "ALTER TABLE shops ADD note text;\nCREATE INDEX shops_slug ON shops (slug);",
    "3_wrong.sql": "ALTER TABLE nowhere ADD note text",
  };
  for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, "migrations", name), sql);
});
afterAll(() => rm(folder, { recursive: true }));

it("says of each statement after a version what it does, with the way that keeps nobody waiting, and what fails", async () => {
  const args = ["migrations", "--platform", join(folder, "platform.yaml"), "--after", "1"];
  const document = documentOf(await runTenantry([...args, "--json"]));
  expect(document.exitCode).toBe(1);
  expect(document.findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
    "warns statement-blocking",
    "blocks migration-failed",
  ]);
  const { migrations } = document.result;
  expect(migrations.map((each: { version: string; class: string }) => [each.version, each.class])).toEqual([
    ["2", "blocking"],
    ["3", null],
  ]);
  expect(migrations[0].statements[1]).toMatchObject({
    kind: "CREATE INDEX",
    line: 2,
    held: [{ table: "public.shops", mode: "ACCESS EXCLUSIVE", since: 1 }],
    judgement: { onlineForms: [{ sql: [expect.stringContaining("CREATE INDEX CONCURRENTLY shops_slug")] }] },
  });
});

it("asks for what is not known: a version that is none, and a folder", async () => {
  const platform = join(folder, "platform.yaml");
  expect((await runTenantry(["migrations", "--platform", platform, "--after", "9"])).code).toBe(2);
  const bare = join(folder, "bare.yaml");
  await writeFile(bare, "platform: shop\ntenant: { table: public.shops, slug: slug }\n");
  const ran = await runTenantry(["migrations", "--platform", bare]);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain("names no folder of migrations");
});

/** Starts two servers, one after the other, and a third program. */
it("says what a migration does to one tenant's rows, without what is personal unless it is asked for", async () => {
  const place = await mkdtemp(join(tmpdir(), "tenantry-effect-"));
  const home = await createTestDatabase("empty");
  try {
    await mkdir(join(place, "migrations"));
    const platform = join(place, "platform.yaml");
    await writeFile(
      platform,
      "platform: shop\ntenant: { table: public.shops, slug: slug }\ncolumns: { public.shops.owner: personal }\nledger: sqlx\nmigrations: ./migrations\n",
    );
    const write = (name: string, sql: string) => writeFile(join(place, "migrations", name), sql);
    await write(
      "1_shops.sql",
      "CREATE TABLE shops (id int PRIMARY KEY, slug text NOT NULL UNIQUE, owner text)",
    );
    const client = await home.connect();
    await migrate(client, sqlxAdapter, join(place, "migrations"));
    await client.query("INSERT INTO shops VALUES (1, 'acme', 'Ann'), (2, 'other', 'Bob')");
    const bundle = await exportTo(place, {
      url: home.url,
      platform: readPlatformFile(await readFile(platform, "utf8"), platform).file!,
      tenant: "acme",
    });
    await write("2_upper.sql", "UPDATE shops SET owner = upper(owner), slug = slug || '-new'");
    const args = ["migrations", "effect", bundle.path, "--platform", platform, "--migration", "2"];
    const masked = documentOf(await runTenantry([...args, "--json"]));
    expect(masked.exitCode).toBe(0);
    expect(masked.result.tables).toMatchObject([{ table: "public.shops", changed: 1, rows: [1, 1] }]);
    expect(masked.result.tables[0].rowsShown[0].cells).toEqual([
      { column: "slug", before: { text: "acme" }, after: { text: "acme-new" } },
      { column: "owner", before: { hidden: true }, after: { hidden: true } },
    ]);
    const told = await runTenantry([...args, "--personal"]);
    expect(told.stdout).toContain('owner "Ann" → "ANN"');
    expect(told.stdout).toContain("~ 1 changed");
    const late = await runTenantry([...args.slice(0, -1), "1"]);
    expect([late.code, late.stderr]).toEqual([1, expect.stringContaining("has run migration 1 already")]);
  } finally {
    await home.drop();
    await rm(place, { recursive: true });
  }
}, 180_000);
