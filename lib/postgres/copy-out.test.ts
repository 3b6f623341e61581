import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase } from "../testing/database.ts";
import { connect } from "./connection.ts";
import { copyOut, createPayloadReader } from "./copy-out.ts";

type Database = Awaited<ReturnType<typeof createTestDatabase>>;

async function text(chunks: AsyncIterable<Buffer>): Promise<string> {
  const taken: Buffer[] = [];
  for await (const chunk of chunks) taken.push(Buffer.from(chunk));
  return Buffer.concat(taken).toString("utf8");
}

describe("COPY TO STDOUT", () => {
  let database: Database;
  let client: Awaited<ReturnType<typeof connect>>;
  const isUsable = async () => expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  beforeAll(async () => {
    database = await createTestDatabase("empty");
    client = await connect(database.url, { applicationName: "copy-out test" });
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it("gives all rows in order, whatever their length", async () => {
    const rows = "SELECT repeat(chr(65 + n % 26), (n * 7919) % 90000) FROM generate_series(1, 400) n";
    const wanted = (await client.query({ text: rows, rowMode: "array" })).rows.map((row) => `${row[0]}\n`);
    expect(await text(copyOut(client, `COPY (${rows}) TO STDOUT`))).toBe(wanted.join(""));
    await isUsable();
  });

  it("gives nothing for no rows", async () => {
    expect(await text(copyOut(client, "COPY (SELECT 1 WHERE false) TO STDOUT"))).toBe("");
    await isUsable();
  });

  it("fails with the server's error before the first row", async () => {
    await expect(text(copyOut(client, "COPY nothing TO STDOUT"))).rejects.toMatchObject({ code: "42P01" });
    await isUsable();
  });

  it("fails with the server's error in the middle of the rows", async () => {
    const sql = "COPY (SELECT 1 / (5000 - n), repeat('x', 1000) FROM generate_series(1, 9000) n) TO STDOUT";
    await expect(text(copyOut(client, sql))).rejects.toMatchObject({ code: "22012" });
    await isUsable();
  });

  it("leaves the session usable where somebody stops early", async () => {
    const sql = "COPY (SELECT n, repeat('x', 5000) FROM generate_series(1, 5000) n) TO STDOUT";
    for await (const chunk of copyOut(client, sql)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await isUsable();
  });

  it("lets notices pass by", async () => {
    await client.query(
      "CREATE FUNCTION pg_temp.tell(n int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''row''; RETURN n; END'",
    );
    const told = await text(
      copyOut(client, "COPY (SELECT pg_temp.tell(n) FROM generate_series(1, 3) n) TO STDOUT"),
    );
    expect(told).toBe("1\n2\n3\n");
  });

  it("waits its turn behind another statement", async () => {
    const [first, second] = await Promise.all([
      client.query("SELECT pg_sleep(0.05), 1 AS one"),
      text(copyOut(client, "COPY (SELECT 2) TO STDOUT")),
    ]);
    expect(first.rows[0]).toMatchObject({ one: 1 });
    expect(second).toBe("2\n");
  });

  it("fails when the connection is lost", async () => {
    const lost = await connect(database.url, { applicationName: "copy-out lost" });
    const { rows } = await lost.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    const reading = text(
      copyOut(lost, "COPY (SELECT n, pg_sleep(0.01) FROM generate_series(1, 100000) n) TO STDOUT"),
    );
    const failed = expect(reading).rejects.toThrow();
    await client.query("SELECT pg_terminate_backend($1)", [rows[0]!.pid]);
    await failed;
    await lost.end().catch(() => {});
  });
});

describe("payloads", () => {
  const message = (code: string, content: Buffer) => {
    const header = Buffer.from(`${code}0000`);
    header.writeUInt32BE(content.length + 4, 1);
    return Buffer.concat([header, content]);
  };

  it("are taken out of any stream of messages, however it is cut, and the rest is left for pg", () => {
    const row = fc.record({ code: fc.constantFrom("d", "d", "d", "N", "S", "A"), content: fc.uint8Array() });
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(row), cuts, (rows, lengths) => {
        const end = Buffer.concat([message("c", Buffer.alloc(0)), message("C", Buffer.from("COPY 1\0"))]);
        const all = Buffer.concat([
          ...rows.map(({ code, content }) => message(code, Buffer.from(content))),
          end,
        ]);
        const reader = createPayloadReader();
        const taken: Buffer[] = [];
        let at = 0;
        for (let cut = 0; !reader.ended; cut++) {
          const chunk = Buffer.from(all.subarray(at, at + lengths[cut % lengths.length]!));
          at += chunk.length;
          taken.push(Buffer.from(chunk.subarray(0, reader.take(chunk))));
        }
        const wanted = rows.filter(({ code }) => code === "d").map(({ content }) => content);
        expect(Buffer.concat(taken)).toEqual(Buffer.concat(wanted));
        expect(Buffer.concat([reader.rest(), all.subarray(at)])).toEqual(end);
      }),
    );
  });
});
