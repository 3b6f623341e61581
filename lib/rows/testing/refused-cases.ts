/** What stops an import of the demo's saltmarsh, one thing at a time. */
import type { Template } from "../../testing/templates.ts";
import type { Saltmarsh } from "./saltmarsh.ts";
import type { WalkRequest } from "./walk.ts";

export interface RefusedCase {
  readonly template: Template;
  readonly codes: readonly string[];
  readonly before?: readonly string[];
  readonly changes?: (saltmarsh: Saltmarsh) => Partial<WalkRequest>;
}

export const REFUSED_CASES: Record<string, RefusedCase> = {
  "another tenant has the slug": {
    template: "harbor",
    codes: ["slug-taken"],
    changes: () => ({ newSlug: "kestrel" }),
  },
  "another tenant has the domains": {
    template: "harbor",
    codes: ["domain-taken"],
    changes: () => ({ newDomains: undefined }),
  },
  "one of the domains is still in use": {
    template: "harbor",
    codes: ["domain-taken"],
    changes: ({ renamed }) => ({ newDomains: new Map([...renamed.newDomains!].slice(1)) }),
  },
  "the new domain is another tenant's": {
    template: "harbor",
    codes: ["domain-taken"],
    changes: ({ renamed }) => ({
      newDomains: new Map(
        [...renamed.newDomains!.keys()].map((old, n) => [
          old,
          n === 0 ? "app.kestrelvane.example" : `two.${old}`,
        ]),
      ),
    }),
  },
  "two domains are given one new name": {
    template: "harbor",
    codes: ["unique-taken"],
    changes: ({ renamed }) => ({
      newDomains: new Map([...renamed.newDomains!.keys()].map((old) => [old, "one.example"])),
    }),
  },
  "the tenant lives here, and ids are kept": {
    template: "harbor",
    codes: ["exclusion-taken", "tenant-exists", "unique-taken"],
    changes: () => ({ ids: "kept" }),
  },
  "another value that is unique everywhere is taken": {
    template: "harbor",
    codes: ["unique-taken"],
    before: ["ALTER TABLE organizations ADD UNIQUE (vat_number)"],
  },
  "an expression that is unique everywhere is taken": {
    template: "harbor",
    codes: ["unique-taken"],
    before: ["CREATE UNIQUE INDEX ON organizations (lower(name))"],
  },
  "the database has a migration more": {
    template: "harbor-us",
    codes: ["ledger-only-in-target"],
    before: [
      `INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
       VALUES (20990101000000, 'later', true, '\\x00', 1)`,
    ],
  },
  "the database has a migration less": {
    template: "harbor-us",
    codes: ["ledger-only-in-bundle"],
    before: ["DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)"],
  },
  "a migration was another one here": {
    template: "harbor-us",
    codes: ["ledger-checksum-differs"],
    before: [
      "UPDATE _sqlx_migrations SET checksum = '\\x00' WHERE version = (SELECT max(version) FROM _sqlx_migrations)",
    ],
  },
  "somebody has added a column by hand": {
    template: "harbor-us",
    codes: ["shape-differs"],
    before: ["ALTER TABLE customers ADD COLUMN vip boolean"],
  },
  "somebody has changed a type by hand": {
    template: "harbor-us",
    codes: ["shape-differs"],
    before: ["ALTER TABLE shipments ALTER COLUMN packages TYPE integer"],
  },
  "an enum has other labels": {
    template: "harbor-us",
    codes: ["shape-differs"],
    before: ["ALTER TYPE ticket_priority ADD VALUE 'whenever'"],
  },
  "a table is missing": {
    template: "harbor-us",
    codes: ["table-missing"],
    before: ["DROP TABLE invoice_lines"],
  },
  "a check refuses a row": {
    template: "harbor-us",
    codes: ["row-refused-by-check"],
    before: ["ALTER TABLE customers ADD CHECK (name = 'Nobody') NOT VALID"],
  },
  "the bundle is of another platform": {
    template: "harbor-us",
    codes: ["other-platform"],
    changes: ({ platform }) => ({ platform: { ...platform, platform: "wharf" } }),
  },
  "nobody counts writes": {
    template: "harbor-us",
    codes: ["track-counts-off"],
    before: [
      "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET track_counts = off', current_database()); END $$",
    ],
  },
  "a plan is missing": {
    template: "harbor-us",
    codes: ["common-rows-missing"],
    before: ["UPDATE plans SET code = code || '-old'"],
  },
  "a shared price is missing": {
    template: "harbor-us",
    codes: ["common-rows-missing"],
    before: ["UPDATE price_list SET code = code || '-old' WHERE organization_id IS NULL"],
  },
  "a natural key is none": {
    template: "harbor-us",
    codes: ["common-rows-ambiguous"],
    before: [
      "DROP INDEX roles_shared_name",
      "INSERT INTO roles (name) SELECT name FROM roles WHERE organization_id IS NULL",
    ],
  },
  "a country is missing": {
    template: "harbor-us",
    codes: ["reference-dangles"],
    before: [
      "SET session_replication_role = replica",
      "DELETE FROM countries WHERE code IN ('NL', 'DE', 'BE')",
      "RESET session_replication_role",
    ],
  },
  "a trigger fires whatever the session's role": {
    template: "harbor-us",
    codes: ["trigger-fires-always"],
    before: ["ALTER TABLE shipments ENABLE ALWAYS TRIGGER shipments_queue"],
  },
  "a trigger fires for replicas": {
    template: "harbor-us",
    codes: ["trigger-fires-always"],
    before: ["ALTER TABLE shipments ENABLE REPLICA TRIGGER shipments_queue"],
  },
  "a rule on a common table fires": {
    template: "harbor-us",
    codes: ["load-failed"],
    before: [
      "CREATE RULE noted AS ON INSERT TO users DO ALSO UPDATE organizations SET timezone = 'UTC'",
      "ALTER TABLE users ENABLE ALWAYS RULE noted",
    ],
  },
  "a trigger on a common table writes elsewhere whatever the role": {
    template: "harbor-us",
    codes: ["unexpected-writes"],
    before: [
      `CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN DELETE FROM public.sessions; RETURN NULL; END $$`,
      "CREATE TRIGGER meddle AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION meddle()",
      "ALTER TABLE users ENABLE ALWAYS TRIGGER meddle",
    ],
  },
  "a trigger on a common table waits for the commit to write elsewhere": {
    template: "harbor-us",
    codes: ["unexpected-writes"],
    before: [
      `CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN DELETE FROM public.sessions; RETURN NULL; END $$`,
      `CREATE CONSTRAINT TRIGGER meddle AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION meddle()`,
      "ALTER TABLE users ENABLE ALWAYS TRIGGER meddle",
    ],
  },
  "a rule swallows people": {
    template: "harbor-us",
    codes: ["common-rows-missing"],
    before: [
      "CREATE RULE nobody AS ON INSERT TO users DO INSTEAD NOTHING",
      "ALTER TABLE users ENABLE ALWAYS RULE nobody",
    ],
  },
  "triggers are wanted, and one of them makes a row that the bundle has": {
    template: "harbor-us",
    codes: ["unique-taken"],
    changes: ({ platform }) => ({ platform: { ...platform, triggers: "on" } }),
  },
  "nobody has reviewed it": {
    template: "harbor-us",
    codes: ["review-needed"],
    changes: () => ({ unreviewed: false }),
  },
  "a domain is renamed that the tenant does not have": {
    template: "harbor-us",
    codes: ["domain-not-in-bundle"],
    changes: () => ({ newDomains: new Map([["nobody.example", "somebody.example"]]) }),
  },
  "a key is named for a tenant whose key is generated": {
    template: "harbor-us",
    codes: ["new-key-not-taken"],
    changes: () => ({ newKey: "9e107d9d-0000-4000-8000-000000000000" }),
  },
  "the platform file does not say how a text id is made": {
    template: "harbor-us",
    codes: ["text-key-undeclared"],
    changes: ({ platform }) => {
      const { "public.invoices.id": _, ...columns } = platform.columns;
      return { platform: { ...platform, columns } };
    },
  },
  "a secret that takes no NULL has nothing in its place": {
    template: "harbor-us",
    codes: ["secret-needs-on-import"],
    changes: ({ platform }) => ({
      platform: {
        ...platform,
        columns: {
          ...platform.columns,
          "public.invites.token": { ...platform.columns["public.invites.token"]!, onImport: null },
        },
      },
    }),
  },
  "the journal has no place": {
    template: "harbor-us",
    codes: ["journal-not-writable"],
    changes: ({ folder }) => ({ journal: () => `${folder.path}/nowhere/journal.json` }),
  },
  "the journal is something else": {
    template: "harbor-us",
    codes: ["journal-unreadable"],
    changes: ({ bundle }) => ({ journal: () => bundle.path }),
  },
};
