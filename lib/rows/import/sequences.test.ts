import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readCatalog } from "../../catalog/read.ts";
import { Refusal } from "../../findings/finding.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { advanceSequences, drawIds } from "./sequences.ts";

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase("empty");
  client = await database.connect();
});
afterAll(() => database.drop());
beforeEach(() => client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public"));

async function refusal(work: Promise<unknown>): Promise<unknown> {
  const error = await work.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Refusal);
  return (error as Refusal).findings[0];
}

describe("fresh ids", () => {
  const draw = async (definition: string, ...old: number[]) => {
    await client.query(`CREATE SEQUENCE "Odd "".'s" ${definition}`);
    const map = await drawIds(client, `public."Odd "".'s"`, Float64Array.from(old));
    return [...old.map((id) => map.get(id)), map.nobody];
  };

  it("are the sequence's next, one for each old id and one for nobody", async () => {
    expect(await draw("", 7, 9, 30)).toEqual([1, 2, 3, 4]);
  });

  it("follow its increment, downwards too", async () => {
    expect(await draw("INCREMENT 32 START 5", 1, 2)).toEqual([5, 37, 69]);
    await client.query(`DROP SEQUENCE "Odd "".'s"`);
    expect(await draw("INCREMENT -2", 1, 2)).toEqual([-1, -3, -5]);
  });

  it("skip nothing of what is drawn around a cycle's end", async () => {
    expect(await draw("MINVALUE 1 MAXVALUE 3 CYCLE START 2", 1, 2)).toEqual([2, 3, 1]);
  });

  it("are many more than one piece of the answer holds", async () => {
    const old = Float64Array.from({ length: 60_000 }, (_, at) => at);
    await client.query("CREATE SEQUENCE s START 99000");
    const map = await drawIds(client, "public.s", old);
    expect([0, 1, 30_000, 59_999].map((id) => map.get(id))).toEqual([99_000, 99_001, 129_000, 158_999]);
    expect(map.nobody).toBe(159_000);
  });

  it("are refused by name where the sequence has no more to give", async () => {
    await client.query("CREATE SEQUENCE s MAXVALUE 2");
    expect(await refusal(drawIds(client, "public.s", Float64Array.of(1, 2)))).toMatchObject({
      code: "sequence-exhausted",
      where: "public.s",
      count: 2,
    });
  });

  it("are refused by name where they would be too large to be mapped exactly", async () => {
    await client.query("CREATE SEQUENCE s START 9007199254740993");
    expect(await refusal(drawIds(client, "public.s", Float64Array.of(1)))).toMatchObject({
      code: "integer-id-too-large",
    });
  });

  it("are refused by name where the role may not draw", async () => {
    await client.query("CREATE SEQUENCE s; CREATE ROLE nobody_draws; SET ROLE nobody_draws");
    try {
      expect(await refusal(drawIds(client, "public.s", Float64Array.of(1)))).toMatchObject({
        code: "no-sequence-usage",
      });
    } finally {
      await client.query("RESET ROLE; DROP ROLE nobody_draws");
    }
  });
});

describe("after ids were kept, a sequence", () => {
  async function next(
    column: string,
    options: string,
    ids: readonly number[],
    called = 0,
  ): Promise<number[]> {
    await client.query(`CREATE SEQUENCE s ${options}; CREATE TABLE t (id ${column} DEFAULT nextval('s'))`);
    for (let n = 0; n < called; n++) await client.query("SELECT nextval('s')");
    await client.query("INSERT INTO t SELECT unnest($1::int8[])", [ids]);
    await advanceSequences(client, await readCatalog(client), ["public.t"]);
    const { rows } = await client.query<{ id: string }>(
      "SELECT nextval('public.s') AS id FROM generate_series(1, 2)",
    );
    return rows.map((row) => Number(row.id));
  }

  it("goes on past the largest id", async () => {
    expect(await next("int8", "", [3, 40, 7])).toEqual([41, 42]);
  });

  it("that was never drawn from does not give its first id again", async () => {
    expect(await next("int4", "", [1])).toEqual([2, 3]);
  });

  it("never goes backwards", async () => {
    expect(await next("int4", "", [1], 5)).toEqual([6, 7]);
  });

  it("that descends goes on below the smallest id", async () => {
    expect(await next("int4", "INCREMENT -1", [-9, -2])).toEqual([-10, -11]);
  });

  it("keeps to its own numbers where databases share them out", async () => {
    expect(await next("int4", "INCREMENT 10 START 3", [57])).toEqual([63, 73]);
  });

  it("lands on none of its own numbers that is taken", async () => {
    expect(await next("int4", "INCREMENT 10 START 3", [53, 12])).toEqual([63, 73]);
    await client.query("DROP TABLE t; DROP SEQUENCE s");
    expect(await next("int4", "INCREMENT -10 START -3 ", [-53, -57])).toEqual([-63, -73]);
  });

  it("minds no id outside of its bounds: another database's sequence drew it", async () => {
    expect(await next("int8", "MINVALUE 100 MAXVALUE 200 START 100", [5, 120, 4_000_000_000])).toEqual([
      121, 122,
    ]);
  });

  it("at its very end stays there, and says so to the next who draws", async () => {
    await expect(next("int4", "MAXVALUE 5", [5])).rejects.toThrow(/reached maximum value/);
  });

  it("may feed a numeric column", async () => {
    expect(await next("numeric", "", [12])).toEqual([13, 14]);
  });

  it("that only makes a part of a text is left alone", async () => {
    await client.query("CREATE SEQUENCE s; CREATE TABLE t (id text DEFAULT 'A' || nextval('s'))");
    await client.query("INSERT INTO t VALUES ('A7')");
    await advanceSequences(client, await readCatalog(client), ["public.t"]);
    expect((await client.query("SELECT nextval('s')::int AS id")).rows).toEqual([{ id: 1 }]);
  });

  it("of an identity column under a name that needs quoting moves like any other", async () => {
    await client.query(
      `CREATE SCHEMA "S.1"; CREATE TABLE "S.1"."T ""x""" ("I d" int GENERATED ALWAYS AS IDENTITY);
       INSERT INTO "S.1"."T ""x""" OVERRIDING SYSTEM VALUE VALUES (9)`,
    );
    const catalog = await readCatalog(client);
    await advanceSequences(client, catalog, [...catalog.tables.keys()]);
    const { rows } = await client.query(`INSERT INTO "S.1"."T ""x""" DEFAULT VALUES RETURNING "I d" AS id`);
    expect(rows).toEqual([{ id: 10 }]);
    await client.query(`DROP SCHEMA "S.1" CASCADE`);
  });
});
