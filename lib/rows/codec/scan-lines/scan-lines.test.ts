/** The scanner in WebAssembly takes nothing that the one in JavaScript does not, and finds the same in what both take. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createLineScanner } from "../line-scanner.ts";
import { createBlockScanner } from "./scan-lines.ts";

const names = fc.uniqueArray(
  fc.oneof(
    fc.string({ minLength: 1, maxLength: 20 }),
    fc.constantFrom(
      "id",
      'a "quoted" one',
      "naïve\\column",
      "a_name_that_is_longer_than_sixteen_bytes",
      "x".repeat(63),
    ),
  ),
  { minLength: 1, maxLength: 8 },
);

const table = names.chain((keys) =>
  fc
    .array(fc.constantFrom("literal" as const, "text" as const), {
      minLength: keys.length,
      maxLength: keys.length,
    })
    .map((encodings) => keys.map((name, at) => ({ name, encoding: encodings[at]! }))),
);
type Columns = readonly { readonly name: string; readonly encoding: "literal" | "text" }[];

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom(
      " ",
      "(",
      ")",
      ",",
      '"',
      "\\",
      "/",
      "\b",
      "\f",
      "\n",
      "\r",
      "\t",
      "\u0001",
      "é",
      "🙂",
      "x",
    ),
    maxLength: 40,
  }),
  fc.string({ minLength: 100, maxLength: 300 }),
);
const literal = fc.oneof(fc.constantFrom("true", "false", "0", "-1", "2147483647"), fc.integer().map(String));

/** A line as `row_to_json` prints it. */
function lineOf(columns: Columns): fc.Arbitrary<string> {
  const values = columns.map(({ encoding }) =>
    fc.option(encoding === "literal" ? literal : text.map((value) => JSON.stringify(value))),
  );
  return fc
    .tuple(...values)
    .map((row) => `{${row.map((value, at) => `${JSON.stringify(columns[at]!.name)}:${value}`).join(",")}}\n`);
}

type Scanner = Pick<ReturnType<typeof createBlockScanner>, "starts" | "ends" | "flags">;
const spansOf = ({ starts, ends, flags }: Scanner) =>
  [...starts].map((start, at) => (start === -1 ? null : [start, ends[at], flags[at]]));

/** Both over a line that was loaded, from the place after some other bytes. */
function both(columns: Columns, bytes: Buffer, from: number, leading: boolean) {
  const block = createBlockScanner(columns, leading);
  const plain = createLineScanner(columns, leading);
  const loaded = block.load(bytes, 0, bytes.length);
  expect(loaded).toBe(bytes.length);
  const ended = Buffer.concat([bytes, Buffer.from("\n")]);
  const expected = plain.scan(ended, from);
  const found = block.next(from);
  return { plain, block, found, expected: expected > bytes.length ? -1 : expected };
}

test("lines as the server prints them are found in place, value by value", () => {
  const cases = table.chain((columns) =>
    fc.tuple(fc.constant(columns), fc.array(lineOf(columns), { minLength: 1, maxLength: 5 })),
  );
  fc.assert(
    fc.property(cases, ([columns, lines]) => {
      const bytes = Buffer.from(lines.join(""));
      for (let from = 0; from < bytes.length; ) {
        const { plain, block, found, expected } = both(columns, bytes, from, false);
        expect(found).toBe(expected);
        expect(found).toBeGreaterThan(from);
        expect(spansOf(block)).toEqual(spansOf(plain));
        from = found;
      }
    }),
    { numRuns: 300 },
  );
});

test("of its leading columns alone", () => {
  const cases = table
    .filter((columns) => columns.length > 1)
    .chain((columns) =>
      fc.tuple(fc.constant(columns), fc.integer({ min: 1, max: columns.length - 1 }), lineOf(columns)),
    );
  fc.assert(
    fc.property(cases, ([columns, count, line]) => {
      const { plain, block, found } = both(columns.slice(0, count), Buffer.from(line), 0, true);
      expect(found).toBe(Buffer.byteLength(line));
      expect(spansOf(block)).toEqual(spansOf(plain));
    }),
    { numRuns: 200 },
  );
});

test("of a line that was altered, cut or put together from others both say the same", () => {
  const change = fc.record({
    at: fc.nat(400),
    cut: fc.nat(3),
    put: fc.oneof(
      fc.constantFrom(
        "",
        '"',
        "\\",
        "\n",
        "}",
        "{",
        ",",
        "null",
        "nul",
        "true",
        "tru",
        "falsx",
        "00",
        "-0",
        "-",
        "12345678901",
        "\u0000",
        "\\u00e9",
        "\\ud800",
        "\\x",
      ),
      fc.string({ maxLength: 2 }),
    ),
  });
  const cases = table.chain((columns) =>
    fc.tuple(
      fc.constant(columns),
      lineOf(columns),
      lineOf(columns),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
    ),
  );
  let taken = 0;
  let refused = 0;
  fc.assert(
    fc.property(cases, ([columns, line, other, changes, leading]) => {
      let altered = line + other;
      for (const { at, cut, put } of changes) {
        const place = at % altered.length;
        altered = altered.slice(0, place) + put + altered.slice(place + cut);
      }
      const bytes = Buffer.from(altered);
      const { plain, block, found, expected } = both(columns, bytes, 0, leading);
      expect(found).toBe(expected);
      if (found > 0) expect(spansOf(block)).toEqual(spansOf(plain));
      else expect([block.fault, block.column]).toEqual([plain.fault, plain.column]);
      if (found > 0) taken++;
      else refused++;
    }),
    { numRuns: 2000 },
  );
  expect(Math.min(taken, refused)).toBeGreaterThan(100);
});

test("scanners take turns, and a line that does not end in the block is left", () => {
  const first = createBlockScanner([{ name: "a", encoding: "text" }]);
  const second = createBlockScanner([{ name: "bb", encoding: "literal" }]);
  for (let turn = 0; turn < 2; turn++) {
    const bytes = Buffer.from(`{"a":"${"x".repeat(70_000)}"}\n`);
    expect(first.load(bytes, 0, bytes.length)).toBe(65_536);
    expect(first.next(0)).toBe(-1);
    const line = Buffer.from('{"bb":7}\n');
    expect([second.load(line, 0, line.length), second.next(0), spansOf(second)]).toEqual([9, 9, [[6, 7, 0]]]);
    // Cut before its newline, and the newline that stands behind the block is none of its own.
    expect([second.load(line, 0, 8), second.next(0)]).toEqual([8, -1]);
    const short = Buffer.from('{"a":null}\n');
    expect([first.load(short, 0, short.length), first.next(0), spansOf(first)]).toEqual([11, 11, [null]]);
  }
});

test("keys that are too long together, or too many, are left to the other scanner", () => {
  const many = Array.from({ length: 1601 }, (_, at) => ({ name: `c${at}`, encoding: "literal" as const }));
  const long = Array.from({ length: 200 }, (_, at) => ({
    name: `${at}${"\u0001".repeat(60)}`,
    encoding: "literal" as const,
  }));
  for (const columns of [many, long]) {
    const line = Buffer.from(`{${columns.map(({ name }) => `${JSON.stringify(name)}:1`).join(",")}}\n`);
    const scanner = createBlockScanner(columns);
    expect(scanner.load(line, 0, line.length)).toBe(0);
    expect(scanner.scan(line, 0)).toBe(line.length);
  }
});
