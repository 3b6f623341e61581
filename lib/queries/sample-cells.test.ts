import { expect, test } from "vitest";
import { type SampleRow, SHOWN, sampleRow } from "./sample-cells.ts";

const COLUMNS = [
  { name: "id", type: "integer", class: "plain" },
  { name: "email", type: "text", class: "personal" },
  { name: "password", type: "text", class: "hashed" },
  { name: "token", type: "text", class: "secret" },
] as const;
const LINE = { text: JSON.stringify({ id: 7, email: "zoe@example.com", password: "$2b$…", token: "t" }) };

const kinds = (row: SampleRow) => ("cells" in row ? row.cells.map(({ kind }) => kind) : row);
const cell = (type: string, value: unknown) => {
  const row = sampleRow({ text: JSON.stringify({ v: value }) }, [{ name: "v", type, class: "plain" }], false);
  return "cells" in row ? row.cells[0]! : row;
};

test("personal columns are masked until they are asked for; hashes and secrets are never shown", () => {
  expect(kinds(sampleRow(LINE, COLUMNS, false))).toEqual(["number", "masked", "masked", "masked"]);
  expect(kinds(sampleRow(LINE, COLUMNS, true))).toEqual(["number", "text", "masked", "masked"]);
  expect(JSON.stringify(sampleRow(LINE, COLUMNS, false))).not.toMatch(/zoe|2b|"t"/);
});

test("a masked value does not even tell whether it is there", () => {
  const without = { text: JSON.stringify({ id: 7, email: null, password: null, token: null }) };
  expect(sampleRow(without, COLUMNS, false)).toEqual(sampleRow(LINE, COLUMNS, false));
});

test("values read as they are: NULL, numbers of any length, booleans", () => {
  expect(cell("text", null)).toEqual({ kind: "null" });
  expect(cell("text", "")).toEqual({ kind: "text", text: "", length: null });
  expect(cell("numeric(40,2)", "12345678901234567890.10")).toEqual({
    kind: "number",
    text: "12345678901234567890.10",
  });
  expect(cell("boolean", true)).toEqual({ kind: "number", text: "true" });
});

test("json is indented token by token, so that no number is rounded and no key is dropped", () => {
  const text = '{"a":1e400,"a":[],"b":[1, {"c":"x:,{\\"y"}]}';
  const shown = cell("jsonb", text);
  if (!("kind" in shown) || shown.kind !== "json") throw new Error("no json");
  expect(shown.text.replace(/\s+(?=(?:[^"\\]|\\.|"(?:[^"\\]|\\.)*")*$)/g, "")).toBe(
    text.replaceAll(", ", ","),
  );
  expect(shown.text.split("\n")[1]).toBe('  "a": 1e400,');
});

test("a long value is its beginning and its length, cut between characters", () => {
  expect(cell("text", "x".repeat(SHOWN + 5))).toMatchObject({ kind: "text", length: SHOWN + 5 });
  const pair = cell("text", `${"x".repeat(SHOWN - 1)}😀${"x".repeat(9)}`);
  expect("text" in pair && pair.text.isWellFormed()).toBe(true);
  expect(cell("jsonb", JSON.stringify("x".repeat(9_000)))).toMatchObject({ kind: "json", length: 9_002 });
});

test("what is no row, or too long for a page, says so", () => {
  expect(sampleRow({ tooLong: 9 }, COLUMNS, true)).toEqual({ tooLong: 9 });
  for (const text of ["", "[1]", "null", "{"])
    expect(sampleRow({ text }, COLUMNS, true)).toEqual({ unreadable: true });
  expect(kinds(sampleRow({ text: "{}" }, COLUMNS, true))).toEqual(["absent", "absent", "masked", "masked"]);
});
