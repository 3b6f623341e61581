import { describe, expect, it } from "vitest";
import type { Table } from "../../catalog/catalog.ts";
import { table } from "../../tenancy/testing/catalog-builder.ts";
import { meetingRules } from "./meeting.ts";

const bookings = (more: Partial<Table>) =>
  table("bookings")
    .column("id", "int8")
    .column("room", "text")
    .column("Odd Name", "text")
    .column("during", "tsrange")
    .column("cancelled", "bool")
    .with(more)
    .build();

function excluding(definition: string) {
  return meetingRules(bookings({ exclusions: [{ name: "x", definition }] })).map(({ needs, rule }) => ({
    needs,
    elements: rule!.elements.map(({ sql, operator }) => `${sql} ${operator}`),
    predicate: rule!.predicate,
  }));
}

describe("what two rows may not have in common is read off", () => {
  it("an exclusion constraint with columns, expressions and a predicate", () => {
    expect(
      excluding(
        `EXCLUDE USING gist (room WITH =, "Odd Name" WITH OPERATOR(public.=), (lower(during) + '1 day,)'::interval) WITH <>) WHERE ((NOT cancelled))`,
      ),
    ).toEqual([
      {
        needs: ["room", "Odd Name", "during", "cancelled"],
        elements: ["room =", '"Odd Name" OPERATOR(public.=)', "(lower(during) + '1 day,)'::interval) <>"],
        predicate: "(NOT cancelled)",
      },
    ]);
  });

  it("nothing of one that is written in another way: the load judges it", () => {
    expect(excluding("EXCLUDE USING gist (room gist_text_ops WITH =)")).toEqual([]);
    expect(excluding("EXCLUDE USING gist (room")).toEqual([]);
  });

  it("partial indexes, expressions, and NULLs that are not distinct, but no plain key", () => {
    const key = { kind: "unique index" as const, plain: false, deferrable: false, nullsNotDistinct: false };
    const rules = meetingRules(
      bookings({
        keys: [
          { ...key, name: "partial", columns: ["room"], predicate: "NOT cancelled" },
          { ...key, name: "lower", columns: ["lower(room)", "id"], predicate: null },
          { ...key, name: "nulls", columns: ["room"], predicate: null, plain: true, nullsNotDistinct: true },
          { ...key, name: "plain", columns: ["room"], predicate: null, plain: true },
        ],
      }),
    );
    expect(
      rules.map(({ key: { name }, needs, rule }) => [name, needs, rule!.nullsEqual, rule!.whole]),
    ).toEqual([
      ["partial", ["room", "cancelled"], false, null],
      ["lower", ["id", "room"], false, null],
      ["nulls", ["room"], true, ["room"]],
    ]);
  });
});
