/** Constraints that a session without triggers goes past, held by the import itself. */
import { expect, it } from "vitest";
import { ORGS, tinyPlatform } from "../testing/tiny-platform.ts";
import { refusal } from "../testing/walk.ts";

/** A column `n`, and a constraint called `apart` over what the row makes of it: 1400 is taken elsewhere. */
const CASES = [
  {
    what: "a unique constraint",
    table: "n int, CONSTRAINT apart UNIQUE (n) DEFERRABLE",
    code: "unique-taken",
  },
  {
    what: "a unique constraint of a partitioned table, whose rows lie in different partitions",
    table: "n int, CONSTRAINT apart UNIQUE (n, kind) DEFERRABLE INITIALLY DEFERRED) PARTITION BY LIST (kind",
    partitions:
      "CREATE TABLE things_b PARTITION OF things FOR VALUES IN ('b'); CREATE TABLE things_a PARTITION OF things DEFAULT;",
    code: "unique-taken",
  },
  {
    what: "a unique constraint that one partition has and the others have not",
    table: "n int) PARTITION BY LIST (kind",
    partitions: `CREATE TABLE things_b PARTITION OF things FOR VALUES IN ('b'); CREATE TABLE things_a PARTITION OF things DEFAULT;
      ALTER TABLE things_a ADD CONSTRAINT apart UNIQUE (n) DEFERRABLE;`,
    code: "unique-taken",
    where: "public.things_a apart",
  },
  {
    what: "a unique constraint, which heirs of the table do not share,",
    table: "n int, CONSTRAINT apart UNIQUE (n) DEFERRABLE",
    partitions: "CREATE TABLE heirs () INHERITS (things);",
    more: "INSERT INTO heirs (org_id, n) SELECT id, n FROM orgs, generate_series(1, 3) n WHERE slug = 'resident'",
    code: "unique-taken",
  },
  {
    what: "an exclusion constraint over an expression of some rows",
    table:
      "n int, CONSTRAINT apart EXCLUDE USING gist (int4range(n, n + 1) WITH &&) WHERE (kind <> 'free') DEFERRABLE INITIALLY DEFERRED",
    code: "exclusion-taken",
  },
];

it.each(CASES)(
  "$what is held",
  async ({ table, partitions = "", more = "", code, where = "public.things apart" }) => {
    const platform = await tinyPlatform(`${ORGS}
    CREATE TABLE things (org_id uuid NOT NULL REFERENCES orgs, kind text NOT NULL DEFAULT 'a', ${table}); ${partitions}`);
    try {
      await platform.source.query(`INSERT INTO orgs (slug) VALUES ('acme'), ('other');
      INSERT INTO things (org_id, n) SELECT id, n FROM orgs, generate_series(1, 1500) n WHERE slug = 'acme' ORDER BY n;
      INSERT INTO things (org_id, n) SELECT id, -1 FROM orgs WHERE slug = 'other'`);
      await platform.target.query(`INSERT INTO orgs (slug) VALUES ('resident');
      INSERT INTO things (org_id, n) SELECT id, n FROM orgs, unnest('{-1,1400}'::int[]) n`);
      await platform.target.query(more);
      await platform.export("acme");
      const there = "SELECT org_id, kind, n FROM things ORDER BY n";
      const before = (await platform.target.query(there)).rows;
      const findings = await refusal(platform.import({ ids: "kept" }));
      const blocking = findings.filter(({ severity }) => severity === "blocks");
      expect(blocking).toMatchObject([{ code, where, count: 1 }]);
      expect((await platform.target.query(there)).rows).toEqual(before);

      await platform.target.query("UPDATE things SET n = -2 WHERE n = 1400");
      await platform.import({ ids: "kept" });
      expect(
        (
          await platform.target.query(
            "SELECT count(*)::int FROM things JOIN orgs ON id = org_id AND slug = 'acme'",
          )
        ).rows,
      ).toEqual([{ count: 1500 }]);
    } finally {
      await platform.drop();
    }
  },
);
