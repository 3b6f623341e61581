import { expect, test } from "vitest";
import { splitStatements } from "./split-statements.ts";

const texts = (script: string) => splitStatements(script).map(({ text }) => text);

test.each([
  ["plain", "SELECT 1; SELECT 2;", ["SELECT 1", "SELECT 2"]],
  ["no last semicolon", "SELECT 1;\nSELECT 2\n", ["SELECT 1", "SELECT 2"]],
  ["nothing", " ;; -- only a word;\n/* and; more */ ;", []],
  [
    "strings",
    "SELECT ';', 'it''s;' ; SELECT E'\\';', 'back\\' ; SELECT 3",
    ["SELECT ';', 'it''s;'", "SELECT E'\\';', 'back\\'", "SELECT 3"],
  ],
  ["names", 'SELECT "a;""b" ; SELECT x', ['SELECT "a;""b"', "SELECT x"]],
  [
    "comments",
    "SELECT 1 -- a; b\n+ 2; /* a; /* nested; */ ; */ SELECT 2",
    ["SELECT 1 -- a; b\n+ 2", "/* a; /* nested; */ ; */ SELECT 2"],
  ],
  [
    "dollar quotes",
    "DO $$ BEGIN; $a$ ; $a$; END $$; SELECT $é$ ; $$ ; $é$; SELECT $1; SELECT a$b$c; SELECT 2",
    ["DO $$ BEGIN; $a$ ; $a$; END $$", "SELECT $é$ ; $$ ; $é$", "SELECT $1", "SELECT a$b$c", "SELECT 2"],
  ],
  [
    "rules",
    "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3",
    ["CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "SELECT 3"],
  ],
  [
    "bodies in SQL",
    "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3",
    [
      "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
      "SELECT 3",
    ],
  ],
  [
    "transactions",
    "BEGIN; SELECT CASE WHEN true THEN 1 END; END; SELECT 2",
    ["BEGIN", "SELECT CASE WHEN true THEN 1 END", "END", "SELECT 2"],
  ],
  ["what never ends", "SELECT 1; SELECT 'open; SELECT 2", ["SELECT 1", "SELECT 'open; SELECT 2"]],
])("%s", (_, script, expected) => {
  expect(texts(script)).toEqual(expected);
});

test("each says in which line it begins, and comments before it are its own", () => {
  expect(splitStatements("\n-- why\nSELECT 1;\n\n  SELECT\n2;")).toEqual([
    { text: "-- why\nSELECT 1", line: 2 },
    { text: "SELECT\n2", line: 5 },
  ]);
});

test("a long script is cut in one pass", () => {
  const script = Array.from({ length: 50_000 }, (_, n) => `INSERT INTO t VALUES (${n}, 'a;b');`).join("\n");
  expect(splitStatements(script)).toHaveLength(50_000);
});
