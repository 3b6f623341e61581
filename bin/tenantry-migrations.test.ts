import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { documentOf, runTenantry } from "./testing/command-line.ts";

/** Starts a server. */
vi.setConfig({ testTimeout: 60_000 });

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
