import { expect, it } from "vitest";
import { sideOf } from "./sides.ts";

it("tells a file from an address and from a tenant of the environment's database", () => {
  expect(sideOf("acme.tar.gz")).toEqual({ kind: "file", path: "acme.tar.gz" });
  expect(sideOf("#acme")).toEqual({ kind: "tenant", url: null, tenant: "acme" });
  expect(sideOf("postgres://u:p%23@h/db?sslmode=require#acme")).toEqual({
    kind: "tenant",
    url: "postgres://u:p%23@h/db?sslmode=require",
    tenant: "acme",
  });
  expect(() => sideOf("postgres://h/db")).toThrow(/followed by #/);
  expect(() => sideOf("#")).toThrow(/followed by #/);
});
