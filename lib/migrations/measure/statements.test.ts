import { expect, test } from "vitest";
import { splitStatements } from "./statements.ts";

async function kinds(sql: string): Promise<string[]> {
  const { statements, findings } = await splitStatements(sql, "a.sql");
  expect(findings).toEqual([]);
  return statements.map(({ kind }) => kind);
}

test("a file is told apart into its statements, each with its line and without the comments before it", async () => {
  const sql = `-- Größe\n/* a /* nested */ one */ ALTER TABLE t ADD größe int; -- behind\n\n-- ;\nUPDATE t SET größe = 1, b = 'a;b' WHERE c;\n`;
  const { statements } = await splitStatements(sql, "a.sql");
  expect(statements.map(({ text, line }) => [line, text])).toEqual([
    [2, "ALTER TABLE t ADD größe int"],
    [5, "UPDATE t SET größe = 1, b = 'a;b' WHERE c"],
  ]);
  expect(statements[1]!.updates).toEqual(["größe", "b"]);
});

test("statements are called what people call them", async () => {
  expect(
    await kinds(`CREATE UNIQUE INDEX CONCURRENTLY a ON t (b); DROP INDEX CONCURRENTLY a; ALTER TABLE t RENAME COLUMN a TO b;
      ALTER TABLE t RENAME TO u; ALTER INDEX a RENAME TO b; REINDEX TABLE CONCURRENTLY t; VACUUM (FULL) t; ANALYZE t;
      CREATE MATERIALIZED VIEW v AS SELECT 1; REFRESH MATERIALIZED VIEW CONCURRENTLY v; DROP MATERIALIZED VIEW v;
      CREATE TYPE e AS ENUM ('a'); ALTER TYPE e ADD VALUE 'b'; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
      ALTER SEQUENCE s RESTART; DO $$ BEGIN END $$; TRUNCATE t; ALTER TABLE t ATTACH PARTITION p DEFAULT; REVOKE SELECT ON t FROM a;
      MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE; CREATE EXTENSION citext; COMMENT ON TABLE t IS 'a'; SET lock_timeout = '1s'`),
  ).toEqual([
    "CREATE UNIQUE INDEX CONCURRENTLY",
    "DROP INDEX CONCURRENTLY",
    "ALTER TABLE RENAME",
    "ALTER TABLE RENAME",
    "ALTER INDEX RENAME",
    "REINDEX TABLE CONCURRENTLY",
    "VACUUM FULL",
    "ANALYZE",
    "CREATE MATERIALIZED VIEW",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY",
    "DROP MATERIALIZED VIEW",
    "CREATE TYPE",
    "ALTER TYPE",
    "CREATE FUNCTION",
    "ALTER SEQUENCE",
    "DO",
    "TRUNCATE",
    "ALTER TABLE",
    "REVOKE",
    "MERGE",
    "CREATE EXTENSION",
    "COMMENT ON TABLE",
    "SET",
  ]);
});

test("a file of comments has no statements, and its own BEGIN and COMMIT are told", async () => {
  expect((await splitStatements("-- nothing\n", "a.sql")).statements).toEqual([]);
  const { statements } = await splitStatements("BEGIN; SELECT 1; COMMIT", "a.sql");
  expect(statements.map(({ transaction }) => transaction)).toEqual(["begins", null, "ends"]);
});

test("what the grammar does not know stays one statement, and is said", async () => {
  const { statements, findings } = await splitStatements("CREATE TABLE a (); \\connect b", "a.sql");
  expect(statements).toMatchObject([{ kind: "FILE", line: 1 }]);
  expect(findings).toMatchObject([{ code: "migration-not-parsed", severity: "notes", where: "a.sql" }]);
});
