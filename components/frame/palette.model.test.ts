import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { matchPages, palettePages } from "./palette.model.ts";

it("offers each page once, and the tenants of the other platforms", () => {
  const pages = palettePages("harbor", ["harbor", "pier"], true);
  expect(new Set(pages.map((page) => page.href)).size).toBe(pages.length);
  expect(pages.map((page) => page.title)).toContain("Tenants of pier");
});

it("offers nothing of a platform where there is none", () => {
  expect(palettePages(null, [], true).map((page) => page.title)).not.toContain("Tenants");
});

it("finds a page by words of its title, in any order and case", () => {
  const pages = palettePages("harbor", ["harbor"], true);
  expect(matchPages(pages, "ROLES people").map((page) => page.title)).toEqual(["People and roles"]);
  expect(matchPages(pages, "  ")).toEqual(pages);
  expect(matchPages(pages, "no such page")).toEqual([]);
});

it("leads only to pages that there are", () => {
  const app = join(import.meta.dirname, "../../app/(console)");
  for (const { href, title } of palettePages("harbor", ["harbor", "pier"], true)) {
    const folder = new URL(href, "http://console").pathname.replace(
      /^\/platforms\/[^/]+/,
      "/platforms/[platform]",
    );
    expect(existsSync(join(app, folder, "page.tsx")), title).toBe(true);
  }
});

it("offers people and roles to those who manage them", () => {
  expect(palettePages("harbor", ["harbor"], false).map(({ title }) => title)).not.toContain(
    "People and roles",
  );
});
