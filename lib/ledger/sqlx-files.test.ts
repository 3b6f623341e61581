import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listSqlxFiles } from "./sqlx-files.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sqlx-files-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Record<string, string | Buffer>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

async function codesFound(): Promise<string[]> {
  const refusal: { findings: { code: string }[] } = await listSqlxFiles(folder).then(
    () => expect.fail("nothing was refused"),
    (error) => error,
  );
  return refusal.findings.map((finding) => finding.code);
}

test("files come by ascending number, not by name", async () => {
  await write({ "10_ten.sql": "", "9_nine.sql": "", "0011_eleven.sql": "", "20240301120000_later.sql": "" });
  const files = await listSqlxFiles(folder);
  expect(files.map((file) => file.version)).toEqual(["9", "10", "11", "20240301120000"]);
});

test("of a pair only the file that goes up counts, and its name is the description", async () => {
  await write({
    "1_add_users.up.sql": "SELECT 1",
    "1_add_users.down.sql": "SELECT 2",
    "2_more_of_it.sql": "",
  });
  const files = await listSqlxFiles(folder);
  expect(files.map(({ version, name, sql }) => [version, name, sql])).toEqual([
    ["1", "add users", "SELECT 1"],
    ["2", "more of it", ""],
  ]);
});

test("the checksum is SHA-384 over the file's bytes, line ends and byte order mark included", async () => {
  const text = "\ufeffSELECT 'straße';\r\n";
  await write({ "1_a.sql": text });
  const [file] = await listSqlxFiles(folder);
  expect(file?.checksum).toBe(createHash("sha384").update(text).digest("hex"));
  expect(file?.sql).toBe(text);
});

test("a file runs outside a transaction when it starts with the words for it", async () => {
  await write({ "1_a.sql": "-- no-transaction\nSELECT 1", "2_b.sql": "SELECT 1;\n-- no-transaction" });
  expect((await listSqlxFiles(folder)).map((file) => file.transactional)).toEqual([false, true]);
});

test("what is no migration is passed over, as sqlx does", async () => {
  await mkdir(join(folder, "3_folder.sql"));
  await write({ "README.md": "", "seed.sql": "", "2_notes.txt": "", "1_a.sql": "" });
  expect((await listSqlxFiles(folder)).map((file) => file.version)).toEqual(["1"]);
});

test("a name without a number, a number twice and bytes that are no text are all found at once", async () => {
  const broken = Buffer.from([0x53, 0xff, 0xfe]);
  await write({
    "1_a.sql": "",
    "01_b.sql": "",
    "v2_c.sql": "",
    "3_d.sql": broken,
    "9223372036854775808_e.sql": "",
  });
  expect((await codesFound()).sort()).toEqual([
    "migration-misnamed",
    "migration-misnamed",
    "migration-not-utf8",
    "migration-version-twice",
  ]);
});

test("a folder that is not there is a finding", async () => {
  folder = join(folder, "nowhere");
  expect(await codesFound()).toEqual(["migrations-unreadable"]);
  folder = join(folder, "..");
});
