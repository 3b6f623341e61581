import { expect, test } from "vitest";
import { mergeLines } from "./lines.model.ts";

const line = (id: number) => ({ id, at: "2026-01-01T00:00:00.000Z", type: "state", text: `event ${id}` });

test("events that are replayed are there once, in their order", () => {
  const merged = mergeLines([line(1), line(2), line(5)], [line(2), line(3), line(5), line(6)]);
  expect(merged.map(({ id }) => id)).toEqual([1, 2, 3, 5, 6]);
});

test("new events are added at the end, and old ones make room", () => {
  const many = Array.from({ length: 500 }, (_, index) => line(index + 1));
  const merged = mergeLines(many, [line(501)]);
  expect(merged).toHaveLength(500);
  expect(merged.at(-1)!.id).toBe(501);
  expect(merged[0]!.id).toBe(2);
});
