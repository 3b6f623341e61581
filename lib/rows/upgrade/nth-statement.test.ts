import { expect, test } from "vitest";
import { nthStatement } from "./nth-statement.ts";

const all = (sql: string) => {
  const found: string[] = [];
  for (let at = 1; ; at++) {
    const statement = nthStatement(sql, at);
    if (statement === null) return found;
    found.push(statement);
  }
};

test("a semicolon ends a statement, and an empty one is none", () => {
  expect(all("SELECT 1;; \n SELECT 2 ; ")).toEqual(["SELECT 1", "SELECT 2"]);
  expect(all("-- nothing; at all\n/* nor /* here; */ ; */")).toEqual([]);
});

test("what stands in quotes and comments ends nothing", () => {
  expect(all(`SELECT 'a;''b', E'\\';', ";" -- one;\n, 1; DO $x$ a; $$ b; $$ $x$; SELECT $$;$$`)).toEqual([
    `SELECT 'a;''b', E'\\';', ";"  \n, 1`,
    "DO $x$ a; $$ b; $$ $x$",
    "SELECT $$;$$",
  ]);
});

test("the body of a function in standard SQL is one statement", () => {
  const make = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END";
  expect(all(`BEGIN; ${make}; SELECT CASE WHEN true THEN 1 END; END;`)).toEqual([
    "BEGIN",
    make,
    "SELECT CASE WHEN true THEN 1 END",
    "END",
  ]);
});
