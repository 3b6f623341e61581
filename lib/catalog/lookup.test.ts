import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { quoteQualified } from "../postgres/identifiers.ts";
import { createTestDatabase } from "../testing/database.ts";
import type { Catalog } from "./catalog.ts";
import { readFixture } from "./fixtures/read-fixture.ts";
import { findTable, nearestName } from "./lookup.ts";

describe("finding a table by a name that people write", () => {
  let catalog: Catalog;
  beforeAll(async () => {
    catalog = await readFixture(await (await createTestDatabase("empty")).connect(), "names");
  });

  test("names that need quotes are found by them", () => {
    expect(findTable(catalog, '"Odd.Schema"."Order.Items"')?.name).toBe("Order.Items");
    expect(findTable(catalog, 'public."say ""hi"""')?.name).toBe('say "hi"');
  });

  test("quotes that are not needed do no harm, and a table's id always finds it", () => {
    expect(findTable(catalog, '"public"."say ""hi"""')?.name).toBe('say "hi"');
    for (const [id, table] of catalog.tables) {
      expect(findTable(catalog, id)).toBe(table);
      expect(findTable(catalog, quoteQualified(table.schema, table.name))).toBe(table);
    }
  });

  test("a name without a schema, of three parts, or no name at all finds nothing", () => {
    for (const text of ["orders", "a.b.c", "", ".", '"open', "public.nothing"]) {
      expect(findTable(catalog, text)).toBeNull();
    }
  });
});

test("the nearest name is the one with the fewest letters to change", () => {
  const tables = ["public.orders", "public.order_lines", "public.organizations"];
  expect(nearestName("public.order", tables)).toBe("public.orders");
  expect(nearestName("public.organisations", tables)).toBe("public.organizations");
  expect(nearestName("PUBLIC.ORDERS", tables)).toBe("public.orders");
});

test("nothing is near when most letters differ", () => {
  expect(nearestName("public.invoices", ["audit.z", "x"])).toBeNull();
  expect(nearestName("id", [])).toBeNull();
});

test("a name that exists is nearest to itself", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.array(fc.string()), (name, others) => {
      const nearest = nearestName(name, [...others, name]);
      expect(nearest?.toLowerCase()).toBe(name.toLowerCase());
    }),
  );
});
