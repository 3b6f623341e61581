/** Everything that stops an import: each with its own code, and with nothing changed. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileSource } from "../../bundle/stores/file-source.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import type { Template } from "../../testing/templates.ts";
import { quietContext } from "../run-context.ts";
import { forget } from "../testing/exact-rows.ts";
import { harborSpec } from "../testing/harbor-spec.ts";
import { asRole, refuses, withDatabase } from "../testing/refusals.ts";
import {
  type Exported,
  exportTo,
  harborPlatform,
  importFrom,
  refusal,
  temporaryFolder,
  type WalkRequest,
} from "../testing/walk.ts";
import { importTenant } from "./import-tenant.ts";

let platform: PlatformFile;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let home: TestDatabase;
let bundle: Exported;
let renamed: Pick<WalkRequest, "newSlug" | "newDomains">;

beforeAll(async () => {
  platform = await harborPlatform();
  folder = await temporaryFolder();
  home = await createTestDatabase("harbor");
  bundle = await exportTo(folder.path, { url: home.url, platform, tenant: "saltmarsh" });
  const { domains } = bundle.manifest.tenant;
  renamed = {
    newSlug: "saltmarsh-two",
    newDomains: new Map(domains.map((domain) => [domain, `two.${domain}`])),
  };
});
afterAll(() => folder.remove());

/** Asks for an import that would succeed if nothing stood in its way. */
function ask(database: TestDatabase, changes: Partial<WalkRequest> = {}, context = quietContext()) {
  return () =>
    importFrom({ path: bundle.path, url: database.url, platform, ...renamed, ...changes }, context);
}

interface Case {
  readonly template: Template;
  readonly codes: readonly string[];
  readonly before?: readonly string[];
  readonly changes?: (database: TestDatabase) => Partial<WalkRequest>;
}

const CASES: Record<string, Case> = {
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
    changes: () => ({ newDomains: new Map([...renamed.newDomains!].slice(1)) }),
  },
  "the new domain is another tenant's": {
    template: "harbor",
    codes: ["domain-taken"],
    changes: () => ({
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
    changes: () => ({
      newDomains: new Map([...renamed.newDomains!.keys()].map((old) => [old, "one.example"])),
    }),
  },
  "the tenant lives here, and ids are kept": {
    template: "harbor",
    codes: ["tenant-exists", "unique-taken"],
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
    changes: () => ({ platform: { ...platform, platform: "wharf" } }),
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
    changes: () => ({ platform: { ...platform, triggers: "on" } }),
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
    changes: () => {
      const { "public.invoices.id": _, ...columns } = platform.columns;
      return { platform: { ...platform, columns } };
    },
  },
  "a secret that takes no NULL has nothing in its place": {
    template: "harbor-us",
    codes: ["secret-needs-on-import"],
    changes: () => ({
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
    changes: () => ({ journal: () => `${folder.path}/nowhere/journal.json` }),
  },
  "the journal is something else": {
    template: "harbor-us",
    codes: ["journal-unreadable"],
    changes: () => ({ journal: () => bundle.path }),
  },
};

describe("an import is refused, and changes nothing, when", () => {
  it.each(Object.entries(CASES))("%s", async (_name, { template, codes, before = [], changes }) => {
    await withDatabase(template, before, (database) =>
      refuses(database, codes, ask(database, changes?.(database))),
    );
  });
});

describe("a role that is no superuser", () => {
  const role = `loader_${randomBytes(4).toString("hex")}`;
  const password = randomBytes(8).toString("hex");
  const grants = [
    `CREATE ROLE ${role} LOGIN BYPASSRLS PASSWORD '${password}'`,
    `GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}`,
    `GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${role}`,
    `GRANT SET ON PARAMETER session_replication_role TO ${role}`,
  ];
  const gone = async (database: TestDatabase) => {
    const client = await database.connect();
    await client.query(`DROP OWNED BY ${role}`);
    await client.query(`DROP ROLE ${role}`);
  };

  it.each([
    [
      "may not switch triggers off",
      `REVOKE SET ON PARAMETER session_replication_role FROM ${role}`,
      "no-replication-role",
    ],
    ["is under row-level security", `ALTER ROLE ${role} NOBYPASSRLS`, "row-security-applies"],
    ["may not write", `REVOKE INSERT ON messages FROM ${role}`, "no-insert"],
    ["may not read", `REVOKE SELECT ON messages FROM ${role}`, "no-insert"],
    ["may not read common rows", `REVOKE SELECT ON plans FROM ${role}`, "no-select"],
    ["may not create people", `REVOKE INSERT ON users FROM ${role}`, "no-insert"],
    ["may not draw ids", `REVOKE ALL ON SEQUENCE customers_id_seq FROM ${role}`, "no-sequence-usage"],
  ])("is refused when it %s", async (_name, statement, code) => {
    await withDatabase("harbor-us", [...grants, statement], async (database) => {
      const url = asRole(database.url, role, password);
      try {
        await refuses(database, [code], ask(database, { url }));
      } finally {
        await gone(database);
      }
    });
  });

  it("imports when it may all that", async () => {
    await withDatabase("harbor-us", grants, async (database) => {
      const result = await ask(database, { url: asRole(database.url, role, password) })();
      expect(result.outcome).toBe("imported");
      await gone(database);
    });
  });
});

describe("another session", () => {
  it("that works on the same tenant is not disturbed", async () => {
    await withDatabase("harbor", [], async (database) => {
      const other = await database.connect();
      const { key } = bundle.manifest.tenant;
      await forget(other, harborSpec(), key);
      await other.query("BEGIN");
      await other.query("SELECT pg_advisory_xact_lock(x'544e5452'::int, hashtext($1))", [key]);
      await refuses(
        database,
        ["tenant-locked"],
        ask(database, { ids: "kept", newSlug: undefined, newDomains: undefined }),
      );
      await other.query("ROLLBACK");
    });
  });

  it("that holds a table for itself is waited for, but not for long", async () => {
    await withDatabase("harbor-us", [], async (database) => {
      const other = await database.connect();
      const lock = async () => {
        await other.query("BEGIN");
        await other.query("LOCK TABLE leg_scans IN ACCESS EXCLUSIVE MODE");
      };
      await lock();
      expect(await refusal(ask(database)())).toMatchObject([{ code: "lock-not-granted" }]);
      expect(
        await refusal(exportTo(folder.path, { url: database.url, platform, tenant: "bluefin" })),
      ).toMatchObject([{ code: "read-failed" }]);
      await other.query("ROLLBACK");
      // The plan has been made by then, and its transaction has just begun.
      const context = quietContext({
        sideEffect: async (name, effect) => {
          const result = await effect();
          if (name === "begin") await lock();
          return result;
        },
      });
      expect(await refusal(ask(database, {}, context)())).toMatchObject([{ code: "lock-not-granted" }]);
      await other.query("ROLLBACK");
    });
  });
});

describe("a bundle", () => {
  it("that is another file when it is read again is refused", async () => {
    const other = await exportTo(folder.path, {
      url: home.url,
      platform,
      tenant: "saltmarsh",
      name: "other.tar.gz",
    });
    await withDatabase("harbor-us", [], (database) =>
      refuses(database, ["bundle-changed"], async () => {
        const first = await fileSource(bundle.path);
        const second = await fileSource(other.path);
        let now = first;
        const source = {
          name: first.name,
          get size() {
            return now.size;
          },
          read: (position: number, length: number) => now.read(position, length),
          stream: (from?: number, to?: number) => now.stream(from, to),
          close: () => now.close(),
        };
        const context = quietContext({
          sideEffect: (name, effect) => {
            if (name === "begin") now = second;
            return effect();
          },
        });
        try {
          const journal = (key: string) => `${folder.path}/${key}`;
          const request = { source, url: database.url, platform, ...renamed, unreviewed: true, journal };
          await importTenant({ ...request, ids: "fresh" }, context);
        } finally {
          await first.close();
          await second.close();
        }
      }),
    );
  });
});
