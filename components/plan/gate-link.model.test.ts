import { expect, it } from "vitest";
import { gateHref } from "./gate-link.model.ts";

const subject = { platform: "harbor", database: { id: "d1", name: "eu-1" }, tenantKey: "42" };

it("leads to the form of what opens a gate, or to the page", () => {
  const title = "there";
  expect(gateHref({ title, operation: "suspend" }, subject)).toBe(
    "/operations/new?kind=suspend&database=d1&tenant=42",
  );
  expect(gateHref({ title, operation: "drill", bundleId: "b1" }, subject)).toBe(
    "/operations/new?kind=drill&bundle=b1&database=d1",
  );
  expect(gateHref({ title, page: "tenant" }, subject)).toBe("/platforms/harbor/tenants/42?database=eu-1");
  expect(gateHref({ title, page: "bundle", bundleId: "b1" }, subject)).toBe("/bundles/b1");
  expect(gateHref({ title, page: "operation", operationId: "o1" }, subject)).toBe("/operations/o1");
});

it("leads nowhere without a tenant", () => {
  expect(gateHref({ title: "x", operation: "suspend" }, { ...subject, tenantKey: null })).toBeNull();
});
