import { expect, test } from "vitest";
import { placesIn } from "./platform-file-places.ts";

const TEXT = `platform: shop
tenant:
  table: public.accounts
tables:
  public.orders: global
columns:
  public.orders.secret_note: plain
references:
  - { from: public.lines.parcel_id, to: none }
`;
const place = placesIn(TEXT, "shop.yaml");

test("a table or a column stands where it is a key, or an end of a reference", () => {
  expect(place("public.orders")).toEqual({ line: 5, column: 3 });
  expect(place("public.orders.secret_note")).toEqual({ line: 7, column: 3 });
  expect(place("public.lines.parcel_id")).toEqual({ line: 9, column: 13 });
  expect(place("public.accounts")).toEqual({ line: 3, column: 10 });
});

test("a column without a line stands at its table's, the first of several at its own", () => {
  expect(place("public.orders.state")).toEqual({ line: 5, column: 3 });
  expect(place("public.gone.a, public.orders.b")).toEqual({ line: 5, column: 3 });
});

test("a finding that names its line is taken at its word, and what nobody speaks of is nowhere", () => {
  expect(place("shop.yaml:4:2")).toEqual({ line: 4, column: 2 });
  expect(place("public.parcels")).toBeNull();
  expect(placesIn("a: [", "shop.yaml")("public.orders")).toBeNull();
});
