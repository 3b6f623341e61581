import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCatalog } from "../../catalog/read.ts";
import { copyOut } from "../../postgres/copy-streams.ts";
import { pinSession } from "../../postgres/session.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { tenantKeyLiteral } from "../tenant.ts";
import { ORGS, type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";
import { commonTables } from "./common-circles.ts";
import { copyJobs, type Extent, fromExtent, referenceExtents } from "./jobs.ts";
import { WHOLE } from "./slices.ts";

describe("common rows that many references point at", () => {
  let platform: TinyPlatform;
  let users: Extent;
  beforeAll(async () => {
    platform = await tinyPlatform(
      `${ORGS}
       CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE, code varchar UNIQUE);
       CREATE TABLE notes (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, author int REFERENCES users,
         small int8 REFERENCES users, code text REFERENCES users (code), other varchar COLLATE "C" REFERENCES users (code),
         seen_by int[], said text COLLATE "POSIX", meta jsonb);`,
      `
       common: { public.users: { match: [email] } }
       references:
         - { from: public.notes.seen_by, each: true, to: public.users.id }
         - { from: public.notes.said, to: public.users.id }
         - { from: public.notes.meta, path: "$.by[*]", to: public.users.id }`,
    );
    const { source } = platform;
    await source.query(`
      INSERT INTO orgs (slug) VALUES ('acme'), ('other');
      INSERT INTO users SELECT n, 'u' || n, 'c' || n FROM generate_series(1, 20) n;
      INSERT INTO notes
        SELECT 1, id, 1, 2, 'c3', 'c4', '{5,NULL}', '6', '{"by": [7, "8"]}' FROM orgs WHERE slug = 'acme';
      INSERT INTO notes
        SELECT 2, id, 11, 12, 'c13', 'c14', '{15}', '16', '{"by": [17]}' FROM orgs WHERE slug = 'other'`);
    const catalog = await readCatalog(source);
    const model = deriveModel(catalog, platform.file);
    const { rows } = await source.query<{ id: string }>("SELECT id::text FROM orgs WHERE slug = 'acme'");
    const key = tenantKeyLiteral(model, rows[0]!.id);
    users = referenceExtents(catalog, model, commonTables(model), key)[0]!;
    await pinSession(source);
  });
  afterAll(() => platform.drop());

  it("come along for each kind of reference, whatever its type and collation, and no others do", async () => {
    let text = "";
    for await (const chunk of copyOut(platform.source, copyJobs(users, { slicing: WHOLE })[0]!.sql))
      text += chunk;
    const ids = text
      .trim()
      .split("\n")
      .map((row) => Number(row.split("\t")[0]));
    expect(ids.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("are found by joins, not by going through a reference's rows for each of them, however little memory", async () => {
    await platform.source.query("SET work_mem = '64kB'");
    const { rows } = await platform.source.query<{ "QUERY PLAN": string }>(
      `EXPLAIN SELECT FROM ${fromExtent(users)} WHERE ${users.condition}`,
    );
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan).toContain("notes");
    expect(plan).not.toContain("SubPlan");
  });
});
