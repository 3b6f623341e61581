import { expect, it } from "vitest";
import { withClockOff } from "../testing/clock-off.ts";
import { isId, newId } from "./id.ts";

it("makes ids of version 7 that sort in the order in which they were made, also within a millisecond", () => {
  const ids = Array.from({ length: 20_000 }, newId);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids.slice(0, 100))
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

it("carries the time", () => {
  const before = Date.now();
  const time = Number.parseInt(newId().replaceAll("-", "").slice(0, 12), 16);
  // The counter may have run ahead of the clock in the test above.
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThan(before + 60_000);
});

it("is dated by a clock that was wrong only while that was wrong", async () => {
  const timeOf = (id: string) => Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
  const now = Date.now();
  expect(timeOf(await withClockOff(3_600_000, async () => newId()))).toBeGreaterThan(now + 3_000_000);
  expect(timeOf(newId())).toBeLessThan(now + 60_000);
});

it("knows an id from anything else in a route", () => {
  expect(isId(newId())).toBe(true);
  for (const text of ["", "1", "new", newId().toUpperCase(), `${newId()}'`]) expect(isId(text)).toBe(false);
});
