import { beforeAll, describe, expect, test } from "vitest";
import { type Replayed, replayed } from "../testing/folder.ts";
import { FILES, type SampleFile } from "../testing/sample-files.ts";
import { OF_STYLE, SQUAWK } from "../testing/squawk.ts";

let found: ReadonlyMap<string, Replayed>;
beforeAll(async () => {
  found = await replayed(FILES);
}, 120_000);

const of = (name: SampleFile) => found.get(name)!;
const last = (name: SampleFile) => of(name).judged.at(-1)!;
const locks = (name: SampleFile) =>
  Object.fromEntries(last(name).locks.map(({ table, mode }) => [table.replace("public.", ""), mode]));

test("every file is measured, with what the ledger was before and after it", () => {
  expect([...found.keys()]).toEqual(Object.keys(FILES));
  const all = [...found.values()];
  for (const [at, file] of all.entries()) {
    expect(file.fingerprintBefore).toBe(at === 0 ? file.fingerprintBefore : all[at - 1]!.fingerprint);
    expect(file.statements.every(({ outcome }) => outcome === "ran")).toBe(true);
  }
  expect(of("base").judged.map(({ judgement }) => judgement!.classes)).toEqual(
    of("base").judged.map(() => ["additive"]),
  );
});

describe("what a statement does", () => {
  test("a column with a constant default is the catalog's matter, with a volatile one every row is written anew", () => {
    expect(locks("add column")).toEqual({ orders: "ACCESS EXCLUSIVE" });
    expect(last("add column")).toMatchObject({ rewritten: [], scanned: [] });
    expect(last("add column").judgement!.classes).toEqual(["additive"]);
    expect(last("volatile default")).toMatchObject({
      rewritten: ["public.orders"],
      scanned: ["public.orders"],
    });
    expect(last("volatile default").judgement!.classes).toEqual(["rewrite", "blocking"]);
  });

  test("a wider type costs nothing, another one rewrites", () => {
    expect(last("widen")).toMatchObject({ rewritten: [], scanned: [], effects: [{ kind: "type changed" }] });
    expect(last("widen").judgement!.classes).toEqual(["additive"]);
    expect(last("retype").judgement!).toMatchObject({
      classes: ["rewrite", "blocking"],
      reversible: { is: "perhaps" },
    });
  });

  test("a foreign key locks both tables and reads them; NOT VALID does not, and the validation lets others write", () => {
    expect(locks("foreign key")).toEqual({ orders: "SHARE ROW EXCLUSIVE", users: "SHARE ROW EXCLUSIVE" });
    expect(last("foreign key").scanned).toContain("public.orders");
    expect(last("foreign key").judgement!.classes).toEqual(["blocking"]);
    expect(last("foreign key not valid").scanned).toEqual([]);
    expect(last("foreign key not valid").judgement!.classes).toEqual(["additive"]);
    expect(locks("validate").orders).toBe("SHARE UPDATE EXCLUSIVE");
    expect(last("validate").scanned).toContain("public.orders");
    expect(last("validate").judgement!.classes).toEqual(["additive"]);
  });

  test("an index keeps writers out, unless it is built concurrently, outside of a transaction", () => {
    expect(locks("index")).toEqual({ orders: "SHARE" });
    expect(last("index").judgement!.classes).toEqual(["blocking"]);
    expect(last("concurrently")).toMatchObject({ outside: true, scanned: ["public.users"] });
    expect(locks("concurrently")).toEqual({ users: "SHARE UPDATE EXCLUSIVE" });
    expect(last("concurrently").judgement!.classes).toEqual(["additive"]);
    expect(last("drop concurrently")).toMatchObject({
      outside: true,
      effects: [{ kind: "gone", what: "index" }],
    });
    expect(locks("drop concurrently")).toEqual({ users: "SHARE UPDATE EXCLUSIVE" });
  });

  test("what earlier statements of the transaction have locked is still locked", () => {
    const [update, setNotNull] = of("not null").judged;
    expect(update!.changed).toMatchObject([{ table: "public.users", updated: 2, of: 2, columns: ["kind"] }]);
    expect(setNotNull!.held).toEqual([{ table: "public.users", mode: "ROW EXCLUSIVE", since: 1 }]);
    expect(setNotNull!.scanned).toEqual(["public.users"]);
    expect(setNotNull!.judgement!.classes).toEqual(["blocking"]);
  });

  test("rows that go make it destructive, also where none of those that were made was meant", () => {
    expect(last("delete some").changed).toEqual([]);
    expect(last("delete some").judgement!).toMatchObject({
      classes: ["destructive"],
      reversible: { is: "no" },
    });
    expect(last("empty")).toMatchObject({
      rewritten: [],
      effects: [{ kind: "emptied", table: "public.audit" }],
    });
    expect(last("empty").judgement!.classes[0]).toBe("destructive");
    expect(last("drops").judgement!).toMatchObject({ classes: ["destructive"], reversible: { is: "no" } });
    expect(of("drops").judged[0]!.effects).toEqual([
      { kind: "gone", what: "column", name: "note", on: "public.orders" },
    ]);
  });

  test("a block of code is measured like anything else", () => {
    expect(locks("block")).toMatchObject({ users: "ROW EXCLUSIVE", audit: "ACCESS EXCLUSIVE" });
    expect(last("block").changed).toMatchObject([{ table: "public.users", updated: 2 }]);
    expect(last("block").judgement!).toMatchObject({ classes: ["blocking"], reversible: { is: "no" } });
  });

  test("partitions are told by their own names", () => {
    expect(of("partitions").judged[0]!.locks.map(({ table }) => table)).toEqual([
      "public.events",
      "public.events_2026",
    ]);
    expect(last("partitions").changed).toMatchObject([{ table: "public.events_2026", columns: ["size"] }]);
    // The column is the file's own: what it held before was nothing.
    expect(last("partitions").judgement!.classes).toEqual(["blocking"]);
  });

  test("names that the running release uses are lost to it, and come back", () => {
    for (const { judgement } of of("renames").judged)
      expect(judgement).toMatchObject({ classes: ["destructive"], reversible: { is: "yes" } });
  });

  test("what a file makes and changes itself concerns nobody", () => {
    for (const { judgement, locks: taken } of of("own").judged) {
      expect(taken).toEqual([]);
      expect(judgement!.classes).toEqual(["additive"]);
    }
  });

  test("a statement that refuses a transaction is seen all the same", () => {
    expect(last("vacuum")).toMatchObject({ outside: true, rewritten: ["public.audit"] });
    expect(locks("vacuum")).toEqual({ audit: "ACCESS EXCLUSIVE" });
  });

  test("rows that were made for the measuring are in nobody's way", () => {
    expect(of("fails on rows").findings.map(({ code }) => code)).toContain("measured-without-rows");
    expect(last("fails on rows").outcome).toBe("ran");
  });

  test("a label of an enum cannot be taken back, that of one's own type can", () => {
    expect(last("label").judgement!.reversible.is).toBe("yes");
    expect(last("label later").judgement!.reversible.is).toBe("no");
  });
});

test("a statement that fails is said with its SQLSTATE, and nothing behind it is reached", async () => {
  const files = {
    one: "CREATE TABLE a (id int)",
    two: "ALTER TABLE a ADD b int; ALTER TABLE a ADD b int; SELECT 1",
  };
  await expect(replayed(files)).rejects.toMatchObject({ findings: [{ code: "migration-failed" }] });
});

test("only what is wanted is measured, and stands on all that comes before it", async () => {
  const some = await replayed(
    { one: "CREATE TABLE a (id int)", two: "ALTER TABLE a ADD b int", three: "DROP TABLE a" },
    (name) => name === "three",
  );
  expect([...some.keys()]).toEqual(["three"]);
  expect(some.get("three")!.statements[0]!.effects).toEqual([
    { kind: "gone", what: "table", name: "public.a", on: null },
  ]);
});

/** Where a linter that reads the words and a measurement do not agree, and why; told in docs/migrations.md. */
const APART: Readonly<Partial<Record<SampleFile, string>>> = {
  widen: "warns of any change of a type; from varchar to text nothing is rewritten",
  own: "does not know that the table is the file's own",
  "delete some": "has no rule for rows that are deleted",
  empty: "has no rule for TRUNCATE unless it cascades",
  block: "does not look into a DO block",
  partitions: "has no rule for an UPDATE of all rows",
  vacuum: "has no rule for VACUUM FULL",
};

test("squawk warns of the same files, apart from those of which is said why not", () => {
  const differing = (Object.keys(FILES) as SampleFile[]).filter((name) => {
    const warned = SQUAWK[name].some((rule) => !OF_STYLE.has(rule));
    const grave = of(name).judged.some(({ judgement }) => judgement!.classes[0] !== "additive");
    return warned !== grave;
  });
  expect(differing.sort()).toEqual(Object.keys(APART).sort());
});

test("the online form of each does the same, and keeps nobody waiting", async () => {
  const names = ["foreign key", "index", "not null", "unique"] as const;
  const forms = names.flatMap((name) =>
    last(name).judgement!.onlineForms.map(({ sql }) => [name, sql] as const),
  );
  expect(forms.map(([name]) => name)).toEqual(names);
  const files: Record<string, string> = { base: FILES.base };
  for (const [name, sql] of forms)
    for (const [at, text] of sql.entries())
      files[`${name} ${at}`] = `${text.includes("CONCURRENTLY") ? "-- no-transaction\n" : ""}${text}`;
  const online = await replayed(files);
  for (const { name, judged } of online.values()) {
    if (name !== "base")
      expect(
        judged.map(({ judgement }) => judgement?.classes),
        name,
      ).toEqual(judged.map(() => ["additive"]));
  }
  const effects = [...online.values()].flatMap(({ judged }) => judged.flatMap((each) => each.effects));
  expect(effects).toContainEqual({ kind: "not null", table: "public.users", column: "kind" });
  expect(effects).toContainEqual({
    kind: "constraint validated",
    table: "public.orders",
    constraint: "orders_user_id_fkey",
  });
});

test("a rewrite that types or defaults cause has its way around it", () => {
  expect(last("retype").judgement!.onlineForms[0]!.sql.join("\n")).toContain(
    'ADD COLUMN "amount_new" bigint',
  );
  expect(last("volatile default").judgement!.onlineForms[0]!.sql[1]).toContain(
    "SET DEFAULT gen_random_uuid()",
  );
});
