import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Refusal } from "../../findings/finding.ts";
import { ORGS, type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";
import { temporaryFolder } from "../testing/walk.ts";
import { type Journal, journalPath, operationKey, readJournal, writeJournal } from "./journal.ts";

const journal: Journal = {
  journal: 1,
  operationKey: "k",
  bundle: "b",
  target: "1/2",
  state: "loading",
  transaction: null,
  remap: {
    ids: "fresh",
    importKey: "0a".repeat(32),
    tenant: { oldKey: "o", newKey: "n" },
    substitutions: [],
    integers: {},
    common: {},
  },
};
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

async function code(work: Promise<unknown>): Promise<string | undefined> {
  const error = (await work.catch((caught: unknown) => caught)) as Refusal;
  return error.findings[0]?.code;
}

describe("a journal", () => {
  it("comes back as it was written, is only its owner's to read, and leaves nothing beside it", async () => {
    const path = join(folder.path, "one.json");
    expect(await readJournal(path)).toBeNull();
    await writeJournal(path, journal);
    await writeJournal(path, { ...journal, state: "committing", transaction: "77" });
    expect(await readJournal(path)).toEqual({ ...journal, state: "committing", transaction: "77" });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder.path)).toEqual(["one.json"]);
  });

  it.each(["", "null", "[]", "{}", '{"journal":2}', "{\u0000", JSON.stringify({ ...journal, more: 1 })])(
    "is no journal where it holds %j",
    async (text) => {
      const path = join(folder.path, "garbage.json");
      await writeFile(path, text);
      expect(await code(readJournal(path))).toBe("journal-unreadable");
    },
  );

  it("that is a folder, or lies where nothing can, is a finding and no accident", async () => {
    await mkdir(join(folder.path, "folder"));
    expect(await code(readJournal(join(folder.path, "folder")))).toBe("journal-unreadable");
    for (const path of [join(folder.path, "folder"), join(folder.path, "none", "x.json")])
      expect(await code(writeJournal(path, journal))).toBe("journal-not-writable");
    expect((await readdir(folder.path)).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  it("has a name that tells requests apart", () => {
    const key = operationKey(["a", "b"]);
    expect(operationKey(["ab", ""])).not.toBe(key);
    expect(journalPath("/x/y.tar.gz", key)).toBe(`/x/y.tar.gz.${key.slice(0, 12)}.import.json`);
  });
});

describe("an import", () => {
  let platform: TinyPlatform;
  beforeAll(async () => {
    platform = await tinyPlatform(
      `${ORGS} CREATE TABLE things (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);`,
    );
    await platform.source.query(
      "INSERT INTO orgs (slug) VALUES ('acme'); INSERT INTO things SELECT gen_random_uuid(), id FROM orgs",
    );
    await platform.export("acme");
  });
  afterAll(() => platform.drop());
  const count = async () =>
    (await platform.target.query("SELECT count(*)::int AS n FROM orgs")).rows[0].n as number;

  it("writes nothing to the database where its journal cannot be written", async () => {
    expect(await platform.refused({ journal: () => join(folder.path, "none", "x.json") })).toEqual([
      "journal-not-writable",
    ]);
    expect(await count()).toBe(0);
  });

  it("does not take another request's journal for its own, nor touch it", async () => {
    const path = join(folder.path, "mine.json");
    await platform.import({ newSlug: "first", journal: () => path });
    const before = await readFile(path, "utf8");
    expect(await platform.refused({ newSlug: "second", journal: () => path })).toHaveLength(1);
    expect(await readFile(path, "utf8")).toBe(before);
    expect((await platform.import({ newSlug: "first", journal: () => path })).outcome).toBe(
      "imported before",
    );
    expect(await count()).toBe(1);
  });

  it("looks for its tenant where the server has forgotten the transaction, or was set back to before it", async () => {
    const path = join(folder.path, "mine.json");
    const done = JSON.parse(await readFile(path, "utf8")) as Journal;
    for (const transaction of ["3", "18446744073709551000"]) {
      await writeJournal(path, { ...done, state: "committing", transaction });
      expect((await platform.import({ newSlug: "first", journal: () => path })).outcome).toBe(
        "imported before",
      );
    }
    await platform.target.query("TRUNCATE orgs CASCADE");
    await writeJournal(path, { ...done, state: "committing", transaction: "3" });
    expect((await platform.import({ newSlug: "first", journal: () => path })).outcome).toBe("imported");
    expect(await count()).toBe(1);
  });
});
