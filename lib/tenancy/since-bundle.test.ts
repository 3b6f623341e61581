import { expect, test } from "vitest";
import { type Bundled, escapedSince } from "./since-bundle.ts";
import { catalogOf, organizations, table } from "./testing/catalog-builder.ts";
import { derive, owned } from "./testing/derive.ts";

const CATALOG = catalogOf(
  organizations(),
  owned("tasks"),
  table("notes").column("id", "serial").primary("id"),
);

/** What has escaped since a bundle that carried these, with this in the platform file now. */
function since(tables: readonly string[], excluded: readonly string[], yaml = "") {
  const bundled: Bundled = {
    source: { takenAt: "2026-03-04T05:06:07.000Z" },
    model: { excluded },
    tables: ["organizations", ...tables].map((name) => ({ schema: "public", name })),
  };
  return escapedSince(bundled, derive(CATALOG, yaml).model);
}

test("a table that is new and nobody's blocks, with the bundle's date", () => {
  const [finding, ...others] = since(["tasks"], []);
  expect(finding).toMatchObject({ code: "unclassified-since", severity: "blocks", where: "public.notes" });
  expect(finding?.what).toContain("has come since the bundle of 2026-03-04");
  expect(others).toEqual([]);
});

test("a table that is new and excluded warns, one that was excluded then does not", () => {
  const yaml = "tables: { public.notes: excluded }";
  expect(since(["tasks"], [], yaml)).toMatchObject([{ code: "excluded-since", where: "public.notes" }]);
  expect(since(["tasks"], ["public.notes"], yaml)).toEqual([]);
});

test("a table that travelled warns when it is excluded or everybody's now", () => {
  const yaml = "tables: { public.tasks: excluded, public.notes: global }";
  const findings = since(["tasks", "notes"], [], yaml);
  expect(findings.map(({ code, where }) => `${code} ${where}`).sort()).toEqual([
    "excluded-since public.tasks",
    "not-carried-since public.notes",
  ]);
  expect(findings.every(({ what }) => what.includes("travelled with the bundle of 2026-03-04"))).toBe(true);
});

test("nothing is said of a table that has come since and travels", () => {
  expect(since([], [], "tables: { public.notes: global }")).toEqual([]);
});
