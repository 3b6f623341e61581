import { expect, it } from "vitest";
import { createLineWriter, LINE_MARGIN } from "./line-writer.ts";
import { createRowPlaces } from "./row-places.ts";

const COLUMNS = [
  { name: "n", encoding: "literal" },
  { name: "word", encoding: "text" },
] as const;

/** The lines of rows that have their places in front, and how far these reach after each `cut` of them. */
function written(columns: 1 | 2, rows: readonly string[], cut = rows.length) {
  const places = createRowPlaces(columns);
  const writer = createLineWriter(COLUMNS, places);
  const target = Buffer.alloc(10_000 + LINE_MARGIN);
  const furthest = [];
  let to = 0;
  for (let at = 0; at < rows.length; at += cut) {
    const source = Buffer.from(rows.slice(at, at + cut).join(""));
    writer.write(source, 0, source.length, target, to, 10_000);
    to = writer.to;
    furthest.push(places.furthest());
  }
  return { lines: target.toString("utf8", 0, to), furthest };
}

it("places are no part of the lines", () => {
  const { lines, furthest } = written(1, ["(0,1)\t1\ta\n", "(7,290)\t2\t(0,9)\\t\n"]);
  expect(lines).toBe('{"n":1,"word":"a"}\n{"n":2,"word":"(0,9)\\t"}\n');
  expect(furthest).toEqual([[[0, 7, 290]]]);
});

it("of each table or partition, the furthest since they were asked for", () => {
  const rows = [
    "16401\t(0,1)\t1\ta\n",
    "16401\t(4294967294,7)\t2\tb\n",
    "16500\t(2,3)\t3\tc\n",
    "16500\t(2,4)\t4\td\n",
  ];
  expect(written(2, rows, 3).furthest).toEqual([
    [
      [16401, 4294967294, 7],
      [16500, 2, 3],
    ],
    [[16500, 2, 4]],
  ]);
});

it("they say nothing any more once a row lies before another", () => {
  const rows = ["(1,2)\t1\ta\n", "(3,1)\t2\tb\n", "(2,9)\t3\tc\n", "(4,1)\t4\td\n"];
  expect(written(1, rows, 1).furthest).toEqual([[[0, 1, 2]], [[0, 3, 1]], null, null]);
});

it("a row that does not fit is not counted", () => {
  const places = createRowPlaces(1);
  const writer = createLineWriter(COLUMNS, places);
  const source = Buffer.from("(0,1)\t1\ta\n(0,2)\t2\tb\n");
  const target = Buffer.alloc(30 + LINE_MARGIN);
  writer.write(source, 0, source.length, target, 0, 30);
  expect(writer.rows).toBe(1);
  expect(places.furthest()).toEqual([[0, 0, 1]]);
  writer.write(source, writer.at, source.length, target, 0, 30);
  expect(places.furthest()).toEqual([[0, 0, 2]]);
});

it("a row may have nothing but its place", () => {
  const places = createRowPlaces(1);
  const writer = createLineWriter([], places);
  const source = Buffer.from("(0,1)\n(0,2)\n");
  const target = Buffer.alloc(100 + LINE_MARGIN);
  writer.write(source, 0, source.length, target, 0, 100);
  expect(target.toString("utf8", 0, writer.to)).toBe("{}\n{}\n");
  expect(places.furthest()).toEqual([[0, 0, 2]]);
});
