import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import {
  parseQualified,
  qualifiedColumn,
  qualifiedName,
  quoteColumns,
  quoteIdentifier,
  quoteLiteral,
  quoteQualified,
} from "./identifiers.ts";

/** Any name that Postgres takes: not empty, no NUL, and short enough not to be cut. */
const names = fc
  .oneof(
    fc.constantFrom(
      "order",
      "a.b",
      'a"b',
      '"',
      '""',
      ".",
      " ",
      "a ",
      "\n",
      "Ä",
      "select",
      "x'; --",
      "\\",
      "a$1",
      "{}",
    ),
    fc.string({ unit: "grapheme", maxLength: 15 }),
  )
  .filter(
    (name) => name !== "" && !name.includes("\0") && Buffer.byteLength(name) < 64 && name.isWellFormed(),
  );

describe("names in SQL", () => {
  let database: TestDatabase;
  let client: Awaited<ReturnType<TestDatabase["connect"]>>;
  beforeAll(async () => {
    database = await createTestDatabase("empty");
    client = await database.connect();
  });
  afterAll(() => database.drop());

  it("are the names that the server has, whatever they hold", async () => {
    await fc.assert(
      fc.asyncProperty(names, names, names, async (schema, table, column) => {
        await client.query(`BEGIN; CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(`s${schema}`)}`);
        await client.query(
          `CREATE TABLE ${quoteQualified(`s${schema}`, table)} (${quoteIdentifier(column)} int)`,
        );
        await client.query(`INSERT INTO ${quoteQualified(`s${schema}`, table)} VALUES (7)`);
        const { rows } = await client.query(
          `SELECT ${quoteColumns([column], "t")}, ${quoteColumns([column])} AS "again"
             FROM ${quoteQualified(`s${schema}`, table)} t`,
        );
        const found = await client.query(
          `SELECT FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
            WHERE nspname = $1 AND relname = $2 AND attname = $3`,
          [`s${schema}`, table, column],
        );
        await client.query("ROLLBACK");
        expect(rows[0]).toMatchObject({ [column]: 7, again: 7 });
        expect(found.rowCount).toBe(1);
      }),
      { numRuns: 60 },
    );
  });

  it("and literals say the same text under both settings of standard_conforming_strings", async () => {
    const texts = fc
      .string({ unit: "grapheme" })
      .filter((text) => !text.includes("\0") && text.isWellFormed());
    for (const setting of ["on", "off"]) {
      await client.query(`SET standard_conforming_strings = ${setting}; SET escape_string_warning = off`);
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(texts, fc.constantFrom("\\'; DROP", "\\\\", "$$", "E'\\x01'")),
          async (text) => {
            const { rows } = await client.query<{ text: string }>(`SELECT ${quoteLiteral(text)} AS text`);
            expect(rows[0]!.text).toBe(text);
          },
        ),
        { numRuns: 60 },
      );
    }
  });

  it("that a person reads are the server's own, but for reserved words, which need no quotes there", async () => {
    const { rows } = await client.query<{ name: string }>(
      "SELECT format('%I.%I', $1::text, $2::text) AS name",
      ["Odd", "ta.ble"],
    );
    expect(qualifiedName("Odd", "ta.ble")).toBe(rows[0]!.name);
    expect(qualifiedName("public", "order")).toBe("public.order");
  });
});

describe("names that people write", () => {
  it("are read back into the parts that they were made of", () => {
    fc.assert(
      fc.property(names, names, names, (schema, table, column) => {
        const id = qualifiedName(schema, table);
        expect(parseQualified(id)).toEqual([schema, table]);
        expect(parseQualified(qualifiedColumn(id, column))).toEqual([schema, table, column]);
      }),
    );
  });

  it("are no two tables' at once", () => {
    fc.assert(
      fc.property(names, names, names, names, (a, b, c, d) => {
        fc.pre(a !== c || b !== d);
        expect(qualifiedName(a, b)).not.toBe(qualifiedName(c, d));
      }),
    );
  });

  it.each(["", "public.", ".orders", "public..orders", '"open', 'public."a"b', '""'])(
    "are refused: %j",
    (text) => {
      expect(parseQualified(text)).toBeNull();
    },
  );

  it.each([
    ["Order", ["Order"]],
    [" public . orders ", ["public", "orders"]],
    ['public."Order Items".id', ["public", "Order Items", "id"]],
    ['"a""b"', ['a"b']],
  ])("may be quoted or not: %s", (text, parts) => {
    expect(parseQualified(text)).toEqual(parts);
  });
});
