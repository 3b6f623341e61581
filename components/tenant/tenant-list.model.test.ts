import { expect, it } from "vitest";
import { readTenantList } from "../../lib/queries/tenant-list.ts";
import { pageLink, sortLink, tenantTitle } from "./tenant-list.model.ts";

const LIST = readTenantList({ q: "acme", sort: "name", page: "4" });

it("sorts by a column the useful way first, then the other way round, and keeps the filters", () => {
  const url = (sort: "slug" | "name" | "bytes") => sortLink("harbor", LIST, sort);
  expect(url("bytes")).toEqual({ href: "/platforms/harbor/tenants?q=acme&sort=-bytes", direction: null });
  expect(url("slug")).toEqual({ href: "/platforms/harbor/tenants?q=acme", direction: null });
  expect(url("name")).toEqual({ href: "/platforms/harbor/tenants?q=acme&sort=-name", direction: "up" });
});

it("turns the page and keeps the rest", () => {
  expect(pageLink("harbor", LIST, 5)).toBe("/platforms/harbor/tenants?q=acme&sort=name&page=5");
});

it("calls a tenant by the best that is known of it", () => {
  expect(tenantTitle({ key: "1", slug: "acme", name: "Acme Ltd" })).toBe("Acme Ltd");
  expect(tenantTitle({ key: "1", slug: "acme", name: null })).toBe("acme");
  expect(tenantTitle({ key: "1", slug: null, name: null })).toBe("1");
});
