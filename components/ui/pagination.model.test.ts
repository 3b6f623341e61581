import { expect, it } from "vitest";
import { askedPage, pageOf } from "./pagination.model.ts";

it("shows which entries a page has", () => {
  expect(pageOf(1, 50, 10_000)).toMatchObject({ page: 1, pages: 200, first: 1, last: 50 });
  expect(pageOf(200, 50, 9_999)).toMatchObject({ page: 200, first: 9_951, last: 9_999 });
});

it("goes to the nearest page where there is no such page", () => {
  expect(pageOf(7, 50, 120)).toMatchObject({ page: 3, first: 101, last: 120 });
  expect(pageOf(-1, 50, 120).page).toBe(1);
  expect(pageOf(Number.NaN, 50, 120).page).toBe(1);
});

it("has one empty page where there is nothing", () => {
  expect(pageOf(1, 50, 0)).toMatchObject({ page: 1, pages: 1, first: 0, last: 0 });
});

it("reads a page's number from an address that people type", () => {
  expect([undefined, "3", "0", "-2", "1.5", "x", "1e99"].map(askedPage)).toEqual([1, 3, 1, 1, 1, 1, 1]);
  expect(askedPage(["2", "3"])).toBe(2);
});
