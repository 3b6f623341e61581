import { expect, test } from "vitest";
import { nearestQualified } from "./nearest-name.ts";

const names = ["public.organizations", "public.orders", "app.order_items"];

test.each([
  ["public.organisations", "public.organizations"],
  ["organizations", "public.organizations"],
  ["public.order_items", "app.order_items"],
  ["PUBLIC.ORDERS", "public.orders"],
  ["order_itms", "app.order_items"],
  ["public.zebra_stripes", null],
])("%s may mean %s", (name, expected) => {
  expect(nearestQualified(name, names)).toBe(expected);
});
