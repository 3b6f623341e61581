import { expect, it } from "vitest";
import { ROLES as STORED } from "../records/schema/role-grants.ts";
import { PERMISSIONS, type Permission, permissionsOf, ROLES, type Role, rolesWith } from "./permissions.ts";

/** The table of the design, read row by row: who has it. */
const MATRIX: Readonly<Record<Permission, readonly Role[]>> = {
  see: ["viewer", "support", "operator", "reviewer", "admin"],
  "request:export": ["support", "operator", "reviewer", "admin"],
  "download:bundle": ["support", "operator", "reviewer", "admin"],
  "see:personal": ["support", "operator", "reviewer", "admin"],
  "keep:bundle": ["operator", "admin"],
  "hold:bundle": ["admin"],
  "hold:tenant": ["admin"],
  "dismiss:tombstone": ["admin"],
  "request:create": ["operator", "admin"],
  "request:suspend": ["operator", "admin"],
  "request:resume": ["operator", "admin"],
  "request:drill": ["operator", "admin"],
  "request:import": ["operator", "admin"],
  "accept:signature": ["admin"],
  "request:upgrade": ["operator", "admin"],
  "request:move": ["operator", "admin"],
  "request:delete": ["operator", "admin"],
  "request:restore": ["operator", "admin"],
  review: ["reviewer", "admin"],
  "control:run": ["operator", "admin"],
  "register:platform": ["admin"],
  "change:model": ["admin"],
  "manage:people": ["admin"],
  "manage:policy": ["admin"],
  "break-glass": ["admin"],
};

it("gives every role exactly what the table says", () => {
  expect(Object.keys(MATRIX)).toEqual([...PERMISSIONS]);
  for (const permission of PERMISSIONS) expect(rolesWith(permission), permission).toEqual(MATRIX[permission]);
  for (const role of ROLES) {
    const expected = PERMISSIONS.filter((permission) => MATRIX[permission].includes(role));
    expect([...permissionsOf([role])].toSorted(), role).toEqual(expected.toSorted());
  }
});

it("knows the roles that the records store, in their order", () => {
  expect(ROLES).toEqual([...STORED]);
});

it("gives nothing without a role, and with several what any of them gives", () => {
  expect(permissionsOf([]).size).toBe(0);
  const both = permissionsOf(["reviewer", "operator"]);
  expect(both.has("review") && both.has("request:delete")).toBe(true);
  expect(both.has("manage:people")).toBe(false);
});
