import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFiltered, readTenantList, TENANT_SORTS, writeTenantList } from "./tenant-list.ts";

const DEFAULT = {
  text: "",
  state: null,
  database: null,
  size: null,
  sort: "slug",
  descending: false,
  page: 1,
};

describe("the address of a list of tenants", () => {
  it("is the first page by slug where it says nothing", () => {
    expect(readTenantList({})).toEqual(DEFAULT);
    expect(isFiltered(readTenantList({}))).toBe(false);
  });

  it("holds filters, sort and page", () => {
    const query = readTenantList({
      q: " acme ",
      state: "suspended",
      database: "eu-1",
      size: "over-1g",
      sort: "-bytes",
      page: "3",
    });
    expect(query).toEqual({
      text: "acme",
      state: "suspended",
      database: "eu-1",
      size: "over-1g",
      sort: "bytes",
      descending: true,
      page: 3,
    });
    expect(isFiltered(query)).toBe(true);
  });

  it("lets no other column and no other word through", () => {
    const query = readTenantList({
      sort: "-password_hash; DROP TABLE tenants",
      state: "asleep",
      size: "toString",
      page: "-1",
    });
    expect(query).toEqual(DEFAULT);
  });

  it("can be written and read again, whatever somebody types", () => {
    const anything = fc.oneof(
      fc.string(),
      fc.constantFrom(...TENANT_SORTS, "-bytes", "gone", "unknown", "2"),
    );
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("q", "state", "database", "size", "sort", "page"), anything),
        (search) => {
          const query = readTenantList(search);
          const written = Object.entries(writeTenantList(query)).filter(([, value]) => value !== null);
          expect(
            readTenantList(Object.fromEntries(written.map(([name, value]) => [name, String(value)]))),
          ).toEqual(query);
        },
      ),
    );
  });
});
