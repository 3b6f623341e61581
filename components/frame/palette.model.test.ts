import { expect, it } from "vitest";
import { matchPages, palettePages } from "./palette.model.ts";

it("offers each page once, and the tenants of the other platforms", () => {
  const pages = palettePages("harbor", ["harbor", "pier"]);
  expect(new Set(pages.map((page) => page.href)).size).toBe(pages.length);
  expect(pages.map((page) => page.title)).toContain("Tenants of pier");
});

it("offers nothing of a platform where there is none", () => {
  expect(palettePages(null, []).map((page) => page.title)).not.toContain("Tenants");
});

it("finds a page by words of its title, in any order and case", () => {
  const pages = palettePages("harbor", ["harbor"]);
  expect(matchPages(pages, "ROLES people").map((page) => page.title)).toEqual(["People and roles"]);
  expect(matchPages(pages, "  ")).toEqual(pages);
  expect(matchPages(pages, "no such page")).toEqual([]);
});
