import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Refusal } from "../../findings/finding.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { loadFinding } from "./load-findings.ts";

let database: TestDatabase;
let client: Awaited<ReturnType<TestDatabase["connect"]>>;
beforeAll(async () => {
  database = await createTestDatabase("empty");
  client = await database.connect();
  await client.query(`CREATE EXTENSION btree_gist; CREATE TABLE other (id text PRIMARY KEY);
    CREATE TABLE "T" (id text PRIMARY KEY, must text NOT NULL, n int CHECK (n > 0), r int4range, s varchar(3),
      ref text REFERENCES other, EXCLUDE USING gist (id WITH =, r WITH &&));
    CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no %', NEW; END $$;
    CREATE TABLE guarded (v text); CREATE TRIGGER no BEFORE INSERT ON guarded FOR EACH ROW EXECUTE FUNCTION no();
    INSERT INTO "T" VALUES ('confidential', 'x', 1)`);
});
afterAll(() => database.drop());
const never = new AbortController().signal;

describe("what the database refuses", () => {
  it.each([
    [`INSERT INTO "T" VALUES ('confidential', 'x')`, "unique-taken", "T_pkey"],
    [`INSERT INTO "T" VALUES ('a', NULL)`, "value-missing", "must"],
    [`INSERT INTO "T" VALUES ('confidential2', 'x', -1)`, "row-refused-by-check", "T_n_check"],
    [`INSERT INTO "T" (id, must, ref) VALUES ('a', 'x', 'confidential')`, "reference-dangles", "T_ref_fkey"],
    [`INSERT INTO "T" (id, must, s) VALUES ('a', 'x', 'confidential')`, "load-failed", ""],
    [`INSERT INTO "T" (id, must, n) VALUES ('a', 'x', 'confidential')`, "load-failed", ""],
    ["INSERT INTO guarded VALUES ('confidential')", "load-failed", ""],
  ])("%s is told by name, without a value", async (sql, code, names) => {
    const error = await client.query(sql).catch((caught: unknown) => caught);
    const refusal = loadFinding(error, 'public."T"', never) as Refusal;
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal.cause).toBe(error);
    const [finding] = refusal.findings;
    expect(finding).toMatchObject({ code, severity: "blocks", where: `public."T" ${names}`.trim() });
    expect(JSON.stringify(finding)).not.toContain("confidential");
  });

  it("is passed on where it is a finding already, a bug, or the end that somebody asked for", () => {
    const refusal = new Refusal([]);
    const bug = new TypeError("x is not a function");
    expect(loadFinding(refusal, "t", never)).toBe(refusal);
    expect(loadFinding(bug, "t", never)).toBe(bug);
    const reason = new Error("interrupted");
    expect(loadFinding(bug, "t", AbortSignal.abort(reason))).toBe(reason);
  });
});
