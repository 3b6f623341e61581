/** What happens beside a delete: other workers, late ones, writers past the fence, schema changes, sessions that come and go. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Refusal } from "../../findings/finding.ts";
import { shard } from "../../testing/shard.ts";
import { quietContext } from "../run-context.ts";
import { FILING_OWNED, FILING_SCHEMA, FILING_YAML } from "../testing/filing.ts";
import { disturbedAt, listing, terminate } from "../testing/interrupt.ts";
import { type TinyErasable, tinyErasable } from "../testing/tiny-erasable.ts";
import { refusal, refusedWith } from "../testing/walk.ts";

vi.setConfig({ testTimeout: 120_000 });

let tiny: TinyErasable | null = null;
afterEach(async () => {
  await tiny?.drop();
  tiny = null;
});

const made = () => tinyErasable(FILING_SCHEMA, FILING_OWNED, { yaml: FILING_YAML });

/** Does it once, before the batch with this number, from 1. */
function beforeBatch(number: number, act: () => Promise<unknown>): { breathe: () => Promise<void> } {
  let batch = 0;
  return {
    breathe: async () => {
      if (++batch === number) await act();
    },
  };
}

/** Whatever has stopped it: the next run comes to the end, and nobody else has lost or gained a row. */
async function isCompleted(erasable: TinyErasable): Promise<void> {
  await erasable.erase();
  expect(await erasable.prove()).toMatchObject({ empty: true });
  expect(await erasable.changed()).toEqual([]);
}

describe("workers", () => {
  it("two at once: one of them writes at a time, and the tenant is gone once", async () => {
    tiny = await made();
    const both = await Promise.allSettled([tiny.erase(), tiny.erase()]);
    for (const each of both)
      if (each.status === "rejected")
        expect(["tenant-locked", "delete-taken-over"]).toContain((each.reason as Refusal).findings[0]!.code);
    await isCompleted(tiny);
  });

  it("one that wakes up late writes nothing, wherever the other has come to by then", async () => {
    for (const at of [1, 4, 6]) {
      const erasable = await made();
      try {
        expect(await refusedWith(erasable.erase(beforeBatch(at, () => erasable.eraseInPart(2))))).toEqual([
          "delete-taken-over",
        ]);
        expect(await erasable.changed()).toEqual([]);
        expect(await refusal(erasable.erase(beforeBatch(1, () => erasable.erase())))).toMatchObject([
          { code: "delete-taken-over" },
        ]);
        expect(await erasable.prove()).toMatchObject({ empty: true });
        expect(await erasable.changed()).toEqual([]);
      } finally {
        await erasable.drop();
      }
    }
  });

  it("one whose fence was taken down does not go on", async () => {
    tiny = await made();
    const { clear } = tiny;
    expect(await refusedWith(tiny.erase(beforeBatch(3, clear)))).toEqual(["not-fenced"]);
    expect(await tiny.changed()).toEqual([]);
  });
});

describe("writers past the fence", () => {
  const past = async (erasable: TinyErasable, statement: string) => {
    const owner = await erasable.connect();
    await owner.query(`BEGIN; ALTER TABLE items DISABLE TRIGGER ALL; ALTER TABLE notes DISABLE TRIGGER ALL; ${statement};
      ALTER TABLE items ENABLE TRIGGER ALL; ALTER TABLE notes ENABLE TRIGGER ALL; COMMIT`);
  };

  it("a fence whose triggers do not fire is seen before the first row goes", async () => {
    tiny = await made();
    await tiny.client.query("ALTER TABLE items DISABLE TRIGGER ALL");
    expect(await refusedWith(tiny.erase())).toEqual(["fence-damaged"]);
    expect(await tiny.changedAtAll()).toEqual([]);
  });

  it("a row that is not what the bundle says stops it before the first one goes", async () => {
    for (const statement of [
      "UPDATE items SET name = 'another' WHERE id = 2",
      "INSERT INTO items VALUES (100, 1, 'new')",
      "DELETE FROM notes WHERE item_id = 2",
    ]) {
      const erasable = await made();
      try {
        await past(
          erasable,
          `${statement}; ALTER TABLE items ENABLE ALWAYS TRIGGER USER; ALTER TABLE notes ENABLE ALWAYS TRIGGER USER`.replace(
            /;.*/,
            "",
          ),
        );
        await erasable.client.query(alwaysAgain("items", "notes"));
        expect(await refusedWith(erasable.erase())).toEqual(["rows-differ-from-bundle"]);
        expect(await erasable.changed()).toEqual([]);
      } finally {
        await erasable.drop();
      }
    }
  });

  it("a row that is taken, or moved to somebody else, while others go is missed; one that is added is not deleted", async () => {
    for (const [statement, code] of [
      ["DELETE FROM items WHERE id = 18", "rows-escaped"],
      ["UPDATE items SET org_id = 2 WHERE id = 18", "rows-escaped"],
      ["INSERT INTO items VALUES (100, 1, 'new')", "pointer-since-plan"],
    ] as const) {
      const erasable = await made();
      try {
        await erasable.client.query("DELETE FROM notes WHERE false");
        const act = async () => {
          const owner = await erasable.connect();
          await owner.query(
            `BEGIN; ALTER TABLE items DISABLE TRIGGER USER; ${statement}; ${alwaysAgain("items")}; COMMIT`,
          );
        };
        expect(await refusedWith(erasable.erase(beforeBatch(5, act))), statement).toEqual([code]);
        const { rows } = await erasable.client.query("SELECT FROM items WHERE id IN (1, 3, 5, 7, 9)");
        expect(rows).toHaveLength(5);
      } finally {
        await erasable.drop();
      }
    }
  });

  it("rows whose parent is moved to somebody else are theirs from then on, and none of them goes", async () => {
    tiny = await made();
    const { client, connect } = tiny;
    const notesOf = async (item: number) =>
      (await client.query("SELECT id FROM notes WHERE item_id = $1", [item])).rows;
    const before = await notesOf(18);
    expect(before).toHaveLength(1);
    const act = async () => {
      const owner = await connect();
      await owner.query(
        `BEGIN; ALTER TABLE items DISABLE TRIGGER USER; UPDATE items SET org_id = 2 WHERE id = 18; ${alwaysAgain("items")}; COMMIT`,
      );
    };
    expect(await refusal(tiny.erase(beforeBatch(1, act)))).toMatchObject([
      { code: "rows-escaped", where: "public.notes", count: 1 },
    ]);
    expect(await notesOf(18)).toEqual(before);
  });

  function alwaysAgain(...tables: string[]): string {
    return `DO $$ DECLARE g record; BEGIN
      FOR g IN SELECT tgname, tgrelid::regclass AS t FROM pg_trigger WHERE tgname LIKE 'tenantry_fence%' AND tgrelid::regclass::text = ANY ('{${tables.join(",")}}') LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', g.t, g.tgname); END LOOP; END $$`;
  }
});

describe("the schema", () => {
  it.each([
    ["ALTER TABLE items ALTER name SET NOT NULL", null, ""],
    [
      "CREATE TABLE more (id int PRIMARY KEY, item_id int NOT NULL REFERENCES items); CREATE INDEX ON more (item_id)",
      "table-not-fenced",
      "DROP TABLE more",
    ],
    [
      "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'; CREATE TRIGGER g BEFORE DELETE ON items FOR EACH ROW EXECUTE FUNCTION f()",
      "trigger-on-delete",
      "DROP TRIGGER g ON items",
    ],
  ])("that changes meanwhile stops the run, which says what to do: %s", async (statement, code, undo) => {
    tiny = await made();
    const act = async () => (await tiny!.connect()).query(statement);
    expect(await refusedWith(tiny.erase(beforeBatch(2, act)))).toEqual(["schema-changed"]);
    expect(await tiny.changed()).toEqual([]);
    if (code !== null) {
      const found = await refusal(tiny.erase());
      expect(found.map((each) => each.code)).toContain(code);
      for (const each of found) expect(each.todo).toBeTruthy();
      expect(await tiny.changed()).toEqual([]);
      await tiny.client.query(undo);
    }
    await isCompleted(tiny);
  });

  it("whose new table of the tenant's is taken away again lets the missing part be restored", async () => {
    tiny = await made();
    const migrate = async () =>
      (await tiny!.connect()).query(
        "CREATE TABLE more (id int PRIMARY KEY, item_id int NOT NULL REFERENCES items); CREATE INDEX ON more (item_id)",
      );
    expect(await refusedWith(tiny.erase(beforeBatch(3, migrate)))).toEqual(["schema-changed"]);
    await tiny.client.query("DROP TABLE more");
    await tiny.restoreMissing();
    const lost = (await tiny.changedAtAll()).filter((line) => !line.startsWith("public.sessions"));
    expect(lost).toEqual([]);
  });

  it("that only has somebody's temporary table more is the same", async () => {
    tiny = await made();
    const other = await tiny.connect();
    await tiny.erase(beforeBatch(2, () => other.query("CREATE TEMPORARY TABLE scratch (n int)")));
    expect(await tiny.prove()).toMatchObject({ empty: true });
  });

  // VACUUM FULL moves rows as well, but only past dead ones that no snapshot anywhere keeps.
  it("whose rows lie elsewhere after a CLUSTER loses no row of somebody else's", async () => {
    const schema = `${FILING_SCHEMA} CREATE INDEX backwards ON marks (n DESC, org_id);`;
    tiny = await tinyErasable(schema, FILING_OWNED, { yaml: FILING_YAML });
    const other = await tiny.connect();
    const act = () => other.query("CLUSTER marks USING backwards");
    expect(await refusal(tiny.erase(beforeBatch(1, act)))).toMatchObject([
      { code: "rows-escaped", where: "public.marks" },
    ]);
    const { rows } = await tiny.client.query("SELECT FROM marks WHERE org_id = 2");
    expect(rows).toHaveLength(10);
    expect(await tiny.changed()).toEqual([]);
  });
});

describe("rows that no fence holds", () => {
  it("sessions that are opened while others go, go too", async () => {
    tiny = await made();
    const other = await tiny.connect();
    await tiny.erase(beforeBatch(9, () => other.query("INSERT INTO sessions VALUES (3, 1), (4, 2)")));
    expect(await tiny.prove()).toMatchObject({ empty: true });
    expect((await tiny.client.query("SELECT id FROM sessions ORDER BY id")).rows).toEqual([
      { id: 2 },
      { id: 4 },
    ]);
  });

  it("somebody else's row that points in meanwhile is neither taken along nor changed", async () => {
    tiny = await tinyErasable(
      `${FILING_SCHEMA} CREATE TABLE likes (id int PRIMARY KEY, item_id int REFERENCES items ON DELETE CASCADE); CREATE INDEX ON likes (item_id);`,
      FILING_OWNED,
      { yaml: "tables: { public.sessions: excluded, public.likes: global }" },
    );
    const other = await tiny.connect();
    const act = () => other.query("INSERT INTO likes VALUES (1, 18)");
    expect(await refusedWith(tiny.erase(beforeBatch(5, act)))).toEqual(["unexpected-writes"]);
    expect((await tiny.client.query("SELECT FROM likes")).rows).toHaveLength(1);
  });
});

describe("a connection that is lost", () => {
  it("at any side effect leaves what the next run completes", async () => {
    const names: string[] = [];
    const whole = await made();
    await whole.erase({}, quietContext({ sideEffect: listing(names) }));
    await whole.drop();
    expect(names.length).toBeGreaterThan(30);
    const points = names.flatMap((_, at) =>
      (["before", "after"] as const).map((when) => ({ number: at + 1, when })),
    );
    for (const point of shard(points, 30)) {
      const erasable = await made();
      try {
        const looker = await erasable.connect();
        const sideEffect = disturbedAt(point, () => terminate(looker, "tenantry delete"));
        await erasable.erase({}, quietContext({ sideEffect })).catch(() => undefined);
        expect(await erasable.changed(), `${names[point.number - 1]} ${point.when}`).toEqual([]);
        await isCompleted(erasable);
      } finally {
        await erasable.drop();
      }
    }
  });
});
