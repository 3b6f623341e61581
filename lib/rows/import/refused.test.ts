/** Everything that stops an import: each with its own code, and with nothing changed. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileSource } from "../../bundle/stores/file-source.ts";
import type { TestDatabase } from "../../testing/database.ts";
import { shard } from "../../testing/shard.ts";
import { quietContext } from "../run-context.ts";
import { forget } from "../testing/exact-rows.ts";
import { harborSpec } from "../testing/harbor-spec.ts";
import { asRole, refuses, withDatabase } from "../testing/refusals.ts";
import { REFUSED_CASES } from "../testing/refused-cases.ts";
import { prepareSaltmarsh, type Saltmarsh } from "../testing/saltmarsh.ts";
import { exportTo, importFrom, refusal } from "../testing/walk.ts";
import { importTenant } from "./import-tenant.ts";

let saltmarsh: Saltmarsh;
beforeAll(async () => {
  saltmarsh = await prepareSaltmarsh();
});
afterAll(() => saltmarsh.folder.remove());

describe("an import is refused, and changes nothing, when", () => {
  /** A second each: half of them at a time. */
  it.each(shard(Object.entries(REFUSED_CASES), 4))(
    "%s",
    async (_name, { template, codes, before = [], changes }) => {
      await withDatabase(template, before, (database) =>
        refuses(database, codes, saltmarsh.ask(database, changes?.(saltmarsh))),
      );
    },
  );
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
    ["may not lock common rows", `REVOKE UPDATE ON plans FROM ${role}`, "no-row-lock"],
    ["may not lock rows that are pointed at", `REVOKE UPDATE ON countries FROM ${role}`, "no-row-lock"],
    ["may not create people", `REVOKE INSERT ON users FROM ${role}`, "no-insert"],
    ["may not draw ids", `REVOKE ALL ON SEQUENCE customers_id_seq FROM ${role}`, "no-sequence-usage"],
  ])("is refused when it %s", async (_name, statement, code) => {
    await withDatabase("harbor-us", [...grants, statement], async (database) => {
      const url = asRole(database.url, role, password);
      try {
        await refuses(database, [code], saltmarsh.ask(database, { url }));
      } finally {
        await gone(database);
      }
    });
  });

  it("imports when it may all that, and of what it only points at may update nothing but a key", async () => {
    const narrow = ["plans", "countries"].map(
      (table) =>
        `REVOKE INSERT, UPDATE, DELETE ON ${table} FROM ${role}; GRANT UPDATE (code) ON ${table} TO ${role}`,
    );
    await withDatabase("harbor-us", [...grants, ...narrow], async (database) => {
      const result = await saltmarsh.ask(database, { url: asRole(database.url, role, password) })();
      expect(result.outcome).toBe("imported");
      await gone(database);
    });
  });
});

describe("another session", () => {
  it("that works on the same tenant is not disturbed", async () => {
    await withDatabase("harbor", [], async (database) => {
      const other = await database.connect();
      const { key } = saltmarsh.bundle.manifest.tenant;
      await forget(other, harborSpec(), key);
      await other.query("BEGIN");
      await other.query("SELECT pg_advisory_xact_lock(x'544e5452'::int, hashtext($1))", [key]);
      await refuses(
        database,
        ["tenant-locked"],
        saltmarsh.ask(database, { ids: "kept", newSlug: undefined, newDomains: undefined }),
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
      expect(await refusal(saltmarsh.ask(database)())).toMatchObject([{ code: "lock-not-granted" }]);
      expect(
        await refusal(
          exportTo(saltmarsh.folder.path, {
            url: database.url,
            platform: saltmarsh.platform,
            tenant: "bluefin",
          }),
        ),
      ).toMatchObject([{ code: "lock-not-granted" }]);
      await other.query("ROLLBACK");
      // The plan has been made by then, and its transaction has just begun.
      const context = quietContext({
        sideEffect: async (name, effect) => {
          const result = await effect();
          if (name === "begin") await lock();
          return result;
        },
      });
      expect(await refusal(saltmarsh.ask(database, {}, context)())).toMatchObject([
        { code: "lock-not-granted" },
      ]);
      await other.query("ROLLBACK");
    });
  });
});

describe("a bundle", () => {
  it("that is another than it was found to be is refused, with ids that are kept", async () => {
    await withDatabase("harbor-us", [], (database) =>
      refuses(database, ["bundle-changed"], () =>
        importFrom({
          path: saltmarsh.bundle.path,
          url: database.url,
          platform: saltmarsh.platform,
          ids: "kept",
          sha256: "5".repeat(64),
          journal: (key) => `${saltmarsh.folder.path}/${key}`,
        }),
      ),
    );
  });

  it("that is another file when it is read again is refused", async () => {
    const other = await exportTo(saltmarsh.folder.path, {
      url: saltmarsh.home.url,
      platform: saltmarsh.platform,
      tenant: "saltmarsh",
      name: "other.tar.gz",
    });
    await withDatabase("harbor-us", [], (database) =>
      refuses(database, ["bundle-changed"], async () => {
        const first = await fileSource(saltmarsh.bundle.path);
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
          const journal = (key: string) => `${saltmarsh.folder.path}/${key}`;
          const request = {
            source,
            url: database.url,
            platform: saltmarsh.platform,
            ...saltmarsh.renamed,
            unreviewed: true,
            journal,
          };
          await importTenant({ ...request, ids: "fresh" }, context);
        } finally {
          await first.close();
          await second.close();
        }
      }),
    );
  });
});
