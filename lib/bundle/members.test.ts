import { expect, test } from "vitest";
import { createPartSequence, type PartAddress, parsePartName, partName } from "./members.ts";
import { SAMPLE_MANIFEST } from "./testing/sample-bundle.ts";

const reference = (ordinal: number, part: number): PartAddress => ({ section: "reference", ordinal, part });
const data = (ordinal: number, part: number): PartAddress => ({ section: "data", ordinal, part });

/** What the last of these parts is told. */
function last(...addresses: PartAddress[]): string | null {
  const sequence = createPartSequence(SAMPLE_MANIFEST);
  return addresses.map((address) => sequence.next(address)).at(-1) as string | null;
}

test("common rows come first, tables in order, parts without a gap; tables may be missing", () => {
  const sequence = createPartSequence(SAMPLE_MANIFEST);
  for (const address of [reference(1, 1), reference(1, 2), data(1, 1), data(3, 1), data(3, 2)]) {
    expect(sequence.next(address)).toBeNull();
  }
});

test("a part out of its place is told so", () => {
  expect(last(data(1, 1), reference(1, 1))).toMatch("behind a later table");
  expect(last(data(2, 1), data(1, 1))).toMatch("behind a later table");
  expect(last(data(1, 2))).toMatch("comes next (1)");
  expect(last(data(1, 1), data(1, 1))).toMatch("comes next (2)");
  expect(last(data(1, 1), data(1, 3))).toMatch("comes next (2)");
  expect(last(data(1, 1), data(2, 2))).toMatch("comes next (1)");
  expect(last(data(4, 1))).toMatch("no table");
  expect(last(reference(2, 1))).toMatch("no table");
});

test("only the one spelling of a part's name is read", () => {
  expect(parsePartName(partName(data(12, 34)))).toEqual(data(12, 34));
  for (const name of [
    "data/01/000001.jsonl",
    "data/0/000001.jsonl",
    "data/1/1.jsonl",
    "data/1/0000001.jsonl",
    "data/1/000001.json",
    "./data/1/000001.jsonl",
    "/data/1/000001.jsonl",
    "data/1/../../000001.jsonl",
    "other/1/000001.jsonl",
    "data/1/000001.jsonl ",
    "data/1/000001.jsonl\n",
  ]) {
    expect(parsePartName(name), name).toBeNull();
  }
});
