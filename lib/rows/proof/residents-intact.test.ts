import { describe, expect, it } from "vitest";
import { catalogOf, organizations, table } from "../../tenancy/testing/catalog-builder.ts";
import { residentsIntact } from "./residents-intact.ts";

const write = (inserted = 0, updated = 0, deleted = 0) => ({ inserted, updated, deleted });
const tree = catalogOf(
  organizations(),
  table("events").with({ kind: "partitioned" }),
  table("events_a").with({ kind: "partition", partitionOf: "public.events" }),
  table("events_b").with({ kind: "partition", partitionOf: "public.events_a" }),
);

describe("what a transaction wrote", () => {
  it("is what was meant, leaves of a partition tree counted for the tree, temporary tables not at all", () => {
    const written = new Map([
      ["public.organizations", write(1)],
      ["public.events_a", write(2)],
      ["public.events_b", write(3)],
      ["pg_temp_3.waiting", write(9)],
    ]);
    const meant = new Map([
      ["public.organizations", write(1)],
      ["public.events", write(5)],
    ]);
    expect(residentsIntact(tree, written, meant)).toEqual([]);
  });

  it("is told where it is more, less, elsewhere or something else", () => {
    const meant = new Map([
      ["public.organizations", write(2)],
      ["public.events", write(5)],
    ]);
    const written = new Map([
      ["public.organizations", write(2, 1)],
      ["public.events_b", write(4)],
      ["public.log", write(0, 0, 7)],
    ]);
    const findings = residentsIntact(tree, written, meant);
    expect(findings.map(({ where, count }) => [where, count])).toEqual([
      ["public.events", 1],
      ["public.log", 7],
      ["public.organizations", 1],
    ]);
    expect(
      findings.every(({ code, severity }) => code === "unexpected-writes" && severity === "blocks"),
    ).toBe(true);
  });
});
