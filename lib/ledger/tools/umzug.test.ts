import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { Umzug } from "umzug";
import { expect, test } from "vitest";
import { holdAgainstTool, temporaryFolder } from "../testing/against-tool.ts";
import { umzugAdapter } from "./umzug.ts";

/** Umzug itself, with SQL files as its documentation has them run, and Sequelize's storage without Sequelize. */
async function runTool(url: string, folder: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `CREATE TABLE IF NOT EXISTS "SequelizeMeta" ("name" VARCHAR(255) NOT NULL UNIQUE, PRIMARY KEY ("name"))`,
    );
    const umzug = new Umzug({
      migrations: {
        glob: ["*.sql", { cwd: folder, ignore: ["*.down.sql"] }],
        resolve: ({ name, path }) => ({
          name,
          up: async () => void (await client.query(await readFile(path!, "utf8"))),
        }),
      },
      storage: {
        logMigration: async ({ name }) =>
          void (await client.query(`INSERT INTO "SequelizeMeta" VALUES ($1)`, [name])),
        unlogMigration: async () => undefined,
        executed: async () =>
          (await client.query(`SELECT name FROM "SequelizeMeta" ORDER BY name`)).rows.map((row) => row.name),
      },
      logger: undefined,
    });
    await umzug.up();
  } finally {
    await client.end();
  }
}

test("what Umzug makes and notes of SQL files, version by version", () =>
  holdAgainstTool({
    adapter: umzugAdapter,
    write: (folder, { name, statements }, at) =>
      writeFile(join(folder, `0${at}_${name}.sql`), statements.join(";\n")),
    runTool,
    ledgerRows: `SELECT * FROM "SequelizeMeta" ORDER BY name`,
  }));

test("programs are listed among SQL files, by their names; what goes down is not", async () => {
  const folder = await temporaryFolder();
  for (const name of ["2_b.js", "10_a.ts", "1_c.up.sql", "1_c.down.sql", "types.d.ts", "README.md"])
    await writeFile(join(folder, name), "");
  const files = await umzugAdapter.list(folder);
  expect(files.map(({ version, code }) => [version, code])).toEqual([
    ["10_a.ts", true],
    ["1_c.up.sql", undefined],
    ["2_b.js", true],
  ]);
  await rm(folder, { recursive: true });
});
