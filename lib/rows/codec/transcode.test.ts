import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FieldTransform } from "../field-transform.ts";
import { createTranscoder, type TranscoderOptions } from "./transcode.ts";

const columns = [
  { name: "id", encoding: "text" },
  { name: 'odd "key"\n\\', encoding: "text" },
  { name: "count", encoding: "literal" },
  { name: "größe", encoding: "text" },
] as const;

type Row = [string | null, string | null, number | boolean | null, string | null];

const text = fc.oneof(
  fc.string({ unit: "binary" }).filter((s) => !s.includes("\0")),
  fc.string({ unit: fc.constantFrom(...'\\"\n\r\t\b\f\v\x01\x7f/.,() Nü€🙂') }),
  fc.constantFrom("", "\\N", "\\.", "x".repeat(300)),
);
const nullable = fc.option(text, { nil: null });
const literal = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null));
const rows = fc.array(fc.tuple(nullable, nullable, literal, nullable) as fc.Arbitrary<Row>, { minLength: 1 });

function lineOf(row: Row): string {
  return `${JSON.stringify(Object.fromEntries(columns.map((column, i) => [column.name, row[i]])))}\n`;
}

/** The bytes in pieces of the given size: boundaries fall inside keys, escapes and characters. */
function run(lines: string, piece: number, options: Partial<TranscoderOptions> = {}) {
  const transcoder = createTranscoder({ label: "public.things", columns, ...options });
  const bytes = Buffer.from(lines);
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += piece)
    out.push(...transcoder.write(bytes.subarray(at, at + piece)));
  out.push(transcoder.end());
  return { text: Buffer.concat(out).toString(), rows: transcoder.rows, digest: transcoder.digest() };
}

/** COPY's text format read back the slow way. */
function readCopy(copy: string): (string | null)[][] {
  const letters: Record<string, string> = {
    b: "\b",
    f: "\f",
    n: "\n",
    r: "\r",
    t: "\t",
    v: "\v",
    "\\": "\\",
  };
  return copy
    .split("\n")
    .slice(0, -1)
    .map((line) =>
      line
        .split("\t")
        .map((field) =>
          field === "\\N" ? null : field.replace(/\\(.)/gs, (_, letter: string) => letters[letter] ?? "?"),
        ),
    );
}

const printed = (value: Row[number]) =>
  value === null ? null : value === true ? "t" : value === false ? "f" : String(value);

const keep: FieldTransform = (row, column) => (row.isNull(column) ? null : Buffer.from(row.bytes(column)));
const doubled: FieldTransform = (row, column) =>
  row.isNull(column) ? Buffer.from("was\tnull") : Buffer.concat([row.bytes(column), row.bytes(column)]);

describe("lines into COPY text", () => {
  test("carries every value, wherever the pieces are cut", () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 400 }), (list, piece) => {
        const result = run(list.map(lineOf).join(""), piece);
        expect(readCopy(result.text)).toEqual(list.map((row) => row.map(printed)));
        expect(result.rows).toBe(list.length);
      }),
    );
  });

  test("writes the same when a transform hands back what it was given", () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 400 }), (list, piece) => {
        const lines = list.map(lineOf).join("");
        const kept = run(lines, piece, { transforms: columns.map(() => keep), digest: true });
        expect(kept).toEqual(run(lines, piece, { digest: true }));
      }),
    );
  });

  test("writes what transforms and appended columns give, and leaves omitted columns out", () => {
    fc.assert(
      fc.property(rows, (list) => {
        let n = 0;
        const result = run(list.map(lineOf).join(""), 100, {
          transforms: [doubled, null, null, () => undefined],
          omit: [false, true, false, false],
          appended: [() => Buffer.from(`\\${n++}`), () => null],
        });
        expect(readCopy(result.text)).toEqual(
          list.map((row, i) => [
            row[0] === null ? "was\tnull" : row[0] + row[0],
            printed(row[2]),
            row[3],
            `\\${i}`,
            null,
          ]),
        );
      }),
    );
  });

  test("lets a transform look at every column of its row", () => {
    const seen: string[] = [];
    const look: FieldTransform = (row) => {
      seen.push(columns.map((_, i) => (row.isNull(i) ? "NULL" : row.bytes(i).toString())).join("|"));
      return undefined;
    };
    run(lineOf(["a\n", null, -5, "é"]) + lineOf([null, "\\", true, ""]), 7, { transforms: [null, look] });
    expect(seen).toEqual(["a\n|NULL|-5|é", "NULL|\\|true|"]);
  });

  test("understands every escape of JSON", () => {
    const line = String.raw`{"a":"\"\\\/\b\f\n\r\t\u000b\u0020\u0041\u00e9\u20AC\ud83d\ude42"}${"\n"}`;
    const transcoder = createTranscoder({ label: "t", columns: [{ name: "a", encoding: "text" }] });
    const out = Buffer.concat([...transcoder.write(Buffer.from(line)), transcoder.end()]).toString();
    expect(readCopy(out)).toEqual([['"\\/\b\f\n\r\t\v Aé€🙂']]);
  });

  test("carries a value larger than any block", () => {
    const long = `${"ab\\\n".repeat(300_000)}end`;
    const result = run(lineOf([long, "x", 1, long]), 65_536, { digest: true, transforms: [keep] });
    expect(readCopy(result.text)).toEqual([[long, "x", "1", long]]);
  });
});

describe("lines that do not fit what is loaded at a time", () => {
  const lengths = fc.array(fc.oneof(fc.nat(200), fc.constantFrom(20_000, 65_500, 65_536, 70_000, 150_000)), {
    minLength: 1,
    maxLength: 30,
  });
  const linesOf = (sizes: readonly number[]) =>
    sizes.map((size, n) => lineOf([`${n}`, "é".repeat(size / 2), n, n % 3 === 0 ? null : "x"]));

  test("come out whole, wherever they are cut", () => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 30_000, max: 3_000_000 }), (sizes, piece) => {
        const lines = linesOf(sizes).join("");
        expect(run(lines, piece, { output: "json" })).toMatchObject({ text: lines, rows: sizes.length });
      }),
      { numRuns: 40 },
    );
  });

  test("are counted when one is refused", () => {
    for (const sizes of [Array.from({ length: 900 }, () => 300), [5, 70_000, 5, 70_000]]) {
      const lines = linesOf(sizes);
      lines[lines.length - 2] = lines.at(-2)!.replace('"count"', '"COUNT"');
      expect(() => run(lines.join(""), 3_000_000)).toThrow(
        expect.objectContaining({
          findings: [
            expect.objectContaining({
              what: expect.stringMatching(new RegExp(`^line ${lines.length - 1}: column "count"`)),
            }),
          ],
        }),
      );
    }
  });
});

describe("the first columns of lines", () => {
  test("are found whatever stands behind them, in pieces of any size", () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 64 }), (sample, piece) => {
        const found: (string | null)[] = [];
        const leading = columns.slice(0, 2);
        const take: FieldTransform = (row) => {
          found.push(row.isNull(1) ? null : row.bytes(1).toString());
          return null;
        };
        const { rows: count } = run(sample.map(lineOf).join(""), piece, {
          columns: leading,
          leading: true,
          omit: [true, false],
          transforms: [null, take],
        });
        expect(found).toEqual(sample.map(([, second]) => second));
        expect(count).toBe(sample.length);
      }),
    );
  });

  test("must be as they were announced, and not the last", () => {
    const first = { columns: columns.slice(0, 1), leading: true };
    expect(run('{"id":"a","anything":[\n', 9, first).rows).toBe(1);
    for (const line of ['{"ID":"a","x":1}\n', '{"id":"a"}\n', '{"id":7,"x":1}x\n', '{"id":"a","x":1}'])
      expect(() => run(line, 9, first)).toThrow();
  });
});

describe("lines into lines", () => {
  test("gives the same bytes without transforms, and with transforms that keep", () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 400 }), (list, piece) => {
        const lines = list.map(lineOf).join("");
        const plain = run(lines, piece, { output: "json", digest: true });
        expect(plain.text).toBe(lines);
        expect(
          run(lines, piece, { output: "json", digest: true, transforms: columns.map(() => keep) }),
        ).toEqual(plain);
      }),
    );
  });

  test("leaves omitted columns out and escapes what transforms give", () => {
    const result = run(lineOf(["1", "two", 3, null]), 9, {
      output: "json",
      omit: [true, false, false, false],
      transforms: [null, () => Buffer.from('\x01"\n'), () => null, doubled],
    });
    expect(result.text).toBe(
      String.raw`{"odd \"key\"\n\\":"\u0001\"\n","count":null,"größe":"was\tnull"}${"\n"}`,
    );
  });
});
