import { describe, expect, it } from "vitest";
import type { Catalog, Table } from "../../catalog/catalog.ts";
import { catalogOf, organizations, table } from "../../tenancy/testing/catalog-builder.ts";
import { derive } from "../../tenancy/testing/derive.ts";
import { exportRights } from "./rights.ts";

const yaml = "tables: { public.log: global }\ncommon: { public.users: { match: [email] } }";

function refused(changes: Record<string, Partial<Table>>, role: Partial<Catalog["role"]> = {}) {
  const change = (name: string) => changes[name] ?? {};
  const catalog = catalogOf(
    organizations().with(change("organizations")),
    table("users")
      .column("id", "uuid")
      .column("email", "text")
      .primary("id")
      .unique("email")
      .with(change("users")),
    table("members")
      .column("id", "uuid")
      .to("organization_id", "uuid", "organizations.id")
      .to("user_id", "uuid", "users.id")
      .primary("id")
      .with(change("members")),
    table("log").column("line", "text").with(change("log")),
  );
  const asked = {
    ...catalog,
    role: { name: 'ro"le', superuser: false, bypassRls: false, maySetReplicationRole: false, ...role },
  };
  return exportRights(asked, derive(asked, yaml).model).map(
    ({ code, where, todo }) => `${code} ${where}: ${todo}`,
  );
}

const none = { privileges: { select: false, insert: true, update: true, delete: true, lock: true } };
const secured = (forced: boolean, ownedByRole: boolean) => ({
  ownedByRole,
  rowSecurity: { enabled: true, forced },
});

describe("an export needs to see every row", () => {
  it("of the tenant's tables and the common ones, and of no other", () => {
    expect(refused({})).toEqual([]);
    expect(refused({ members: none, users: none, log: none })).toEqual([
      'no-select public.users: GRANT SELECT ON "public"."users" TO "ro""le";',
      'no-select public.members: GRANT SELECT ON "public"."members" TO "ro""le";',
    ]);
  });

  it("whatever row-level security says of the role", () => {
    const wanted = ['row-security-applies public.members: ALTER ROLE "ro""le" BYPASSRLS;'];
    expect(refused({ members: secured(false, false) })).toEqual(wanted);
    expect(refused({ members: secured(true, true) })).toEqual(wanted);
    expect(refused({ members: secured(false, true) })).toEqual([]);
    expect(refused({ members: secured(true, false) }, { bypassRls: true })).toEqual([]);
    expect(refused({ members: secured(true, false) }, { superuser: true })).toEqual([]);
  });
});
