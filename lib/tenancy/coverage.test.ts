import { describe, expect, test } from "vitest";
import type { Catalog } from "../catalog/catalog.ts";
import { deriveModel } from "./derive-model.ts";
import { catalogOf, organizations, platformOf, table } from "./testing/catalog-builder.ts";
import { derive, owned } from "./testing/derive.ts";

const findings = (catalog: Catalog, yaml = "") =>
  derive(catalog, yaml).findings.map(({ code, severity, where }) => `${severity} ${code} ${where}`);

describe("a missing index", () => {
  test("on the tenant's key and on a foreign key warns", () => {
    const catalog = catalogOf(
      organizations(),
      owned("a"),
      table("b")
        .column("id", "uuid")
        .to("organization_id", "uuid", "organizations.id", { indexed: false })
        .to("a_id", "uuid", "a.id", { indexed: false })
        .primary("id"),
    );
    expect(findings(catalog)).toEqual([
      "warns tenant-key-index-missing public.b.organization_id",
      "warns foreign-key-index-missing public.b.a_id",
    ]);
  });
});

test.each([
  [{ kind: "foreign" as const }, "warns foreign-table public.a"],
  [{ persistence: "unlogged" as const }, "notes unlogged-table public.a"],
  [{ inherits: ["public.base"] }, "notes inherited-table public.a"],
  [{ keys: [] }, "notes table-without-key public.a"],
])("a table that needs care is noted: %j", (more, expected) => {
  expect(findings(catalogOf(organizations(), owned("a").with(more)))).toEqual([expected]);
});

test("each cycle is noted with the way out of it", () => {
  const what = (type: string, deferrable: boolean) => {
    const catalog = catalogOf(
      organizations(),
      owned("threads").to("last_id", type, "messages.id", { deferrable }),
      owned("messages").to("thread_id", "uuid", "threads.id"),
    );
    const model = deriveModel(catalog, platformOf());
    expect(model.cycles).toEqual([["public.messages", "public.threads"]]);
    return model.findings.find(({ code }) => code === "reference-cycle")?.what;
  };
  expect(what("uuid?", false)).toContain("public.threads.last_id may be NULL");
  expect(what("uuid", true)).toContain("at the end of the transaction");
  expect(what("uuid", false)).toContain("one statement must load it");
});
