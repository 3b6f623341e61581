import { execFile } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Entry, fromBuffer, type ZipFile } from "yauzl";
import { HARBOR_PLATFORM_FILE } from "../../../examples/harbor/set-up.ts";
import { fileSource } from "../../bundle/stores/file-source.ts";
import { folderStore } from "../../bundle/stores/folder.ts";
import { Refusal } from "../../findings/finding.ts";
import { copyOut } from "../../postgres/copy-streams.ts";
import { readPlatformFile } from "../../tenancy/platform-file.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { exportTenant } from "../export/export-tenant.ts";
import { quietContext } from "../run-context.ts";
import { harborSpec } from "../testing/harbor-spec.ts";
import { readResidents } from "../testing/residents.ts";
import type { PackageFormat } from "./index-page.ts";
import { customerPackage } from "./package.ts";

const TENANT = "saltmarsh";
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase("harbor");
  folder = await mkdtemp(join(tmpdir(), "package-"));
  const client = await database.connect();
  await client.query(`
    COMMENT ON TABLE public.tickets IS 'What customers <ask> for';
    COMMENT ON COLUMN public.tickets.subject IS 'In the customer''s own words';
    UPDATE public.tickets SET subject = E'=1+1, "quoted"\\nand <b>more</b>' WHERE id = (
      SELECT min(t.id) FROM public.tickets t JOIN public.organizations o ON o.id = t.organization_id WHERE o.slug = '${TENANT}')`);
  const before = await readResidents(client, harborSpec());
  for (const [name, compression] of [
    ["b.tar.gz", "gzip"],
    ["b.tar.zst", "zstd"],
  ] as const)
    await exportTenant(
      {
        url: database.url,
        platform: readPlatformFile(await readFile(HARBOR_PLATFORM_FILE, "utf8"), "platform.yaml").file!,
        tenant: TENANT,
        store: folderStore(folder),
        name,
        compression,
        engineVersion: "test",
      },
      quietContext(),
    );
  expect(await readResidents(client, harborSpec())).toEqual(before);
}, 120_000);

afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

/** What is in it, by path, as a library reads it that knows nothing of how it was made. */
async function opened(bytes: Buffer): Promise<Map<string, string>> {
  const zip = await promisify<Buffer, object, ZipFile>(fromBuffer)(bytes, { lazyEntries: true });
  const files = new Map<string, string>();
  const ended = new Promise<void>((resolve, reject) => {
    zip.on("error", reject).on("end", resolve);
    zip.on("entry", (entry: Entry) =>
      zip.openReadStream(entry, (error, stream) => {
        if (error) return reject(error);
        // As bytes first: a decoder would take the byte order mark away.
        buffer(stream).then((content) => {
          files.set(entry.fileName, content.toString("utf8"));
          zip.readEntry();
        }, reject);
      }),
    );
  });
  zip.readEntry();
  await ended;
  return files;
}

async function packaged(name: string, format: PackageFormat, internal?: readonly string[]) {
  const source = await fileSource(join(folder, name));
  try {
    const made = await customerPackage({ source, format, internal });
    const path = join(folder, `${made.name}.${name}`);
    await pipeline(made.bytes, createWriteStream(path));
    return { name: made.name, path, files: await opened(await readFile(path)) };
  } finally {
    await source.close();
  }
}

async function copied(sql: string): Promise<string> {
  const client = await database.connect();
  const chunks: Buffer[] = [];
  for await (const chunk of copyOut(client, sql)) chunks.push(Buffer.from(chunk));
  await client.end();
  return Buffer.concat(chunks).toString("utf8");
}

const sorted = (lines: string) => lines.split(/\r?\n/).filter(Boolean).sort();

it("is a ZIP of CSV files that hold what the server's own CSV holds, and any unzip opens it", async () => {
  const { name, path, files } = await packaged("b.tar.gz", "csv");
  expect(name).toMatch(/^saltmarsh-\d{4}-\d\d-\d\d-csv\.zip$/);
  const lines = files.get("data/invoice_lines.csv")!;
  expect(lines.startsWith("\ufeffinvoice_id,line_no,")).toBe(true);
  const columns = lines.slice(1, lines.indexOf("\r\n"));
  const own = `SELECT ${columns} FROM public.invoice_lines WHERE invoice_id IN
    (SELECT i.id FROM public.invoices i JOIN public.organizations o ON o.id = i.organization_id WHERE o.slug = '${TENANT}')`;
  const server = await copied(`COPY (${own}) TO STDOUT WITH (FORMAT csv, HEADER)`);
  expect(sorted(server).length).toBeGreaterThan(5);
  expect(sorted(lines.slice(1))).toEqual(sorted(server));
  expect(files.get("data/tickets.csv")).toContain(`"'=1+1, ""quoted""\nand <b>more</b>"`);
  const { stdout } = await promisify(execFile)("python3", ["-m", "zipfile", "-t", path]);
  expect(stdout).toContain("Done testing");
});

it("explains its files on a page: rows, columns, and what the catalog says of them, nothing of it as markup", async () => {
  const { files } = await packaged("b.tar.zst", "csv");
  const page = files.get("index.html")!;
  expect(page).toContain("What customers &lt;ask&gt; for");
  expect(page).toContain("In the customer&#39;s own words");
  expect(page).not.toMatch(/<script|<ask>/);
  for (const [path, content] of files) {
    if (path === "index.html") continue;
    expect(page, path).toContain(`href="${path}"`);
    expect(content.length, path).toBeGreaterThan(3);
  }
  // One table with rows of the tenant's own and everybody's: each under its name, in a folder of its own.
  expect([...files.keys()]).toEqual(expect.arrayContaining(["data/price_list.csv", "shared/price_list.csv"]));
  const rows = sorted(files.get("data/invoice_lines.csv")!).length - 1;
  expect(page).toContain(`invoice_lines.csv</a></td><td class="number">${rows}</td>`);
});

it("leaves out hashes, what is internal, and all of a shared row but what it is found by", async () => {
  const plain = (await packaged("b.tar.gz", "jsonl")).files;
  const lines = plain.get("data/tickets.jsonl")!.trim().split("\n");
  expect(Object.keys(JSON.parse(lines[0]!))).toContain("priority");
  expect([...plain.values()].join("")).not.toContain("key_hash");
  expect(Object.keys(JSON.parse(plain.get("shared/users.jsonl")!.split("\n")[0]!)).sort()).toEqual([
    "email",
    "name",
  ]);
  const internal = ["public.tickets.priority", "public.devices"];
  const { files } = await packaged("b.tar.gz", "jsonl", internal);
  expect(Object.keys(JSON.parse(files.get("data/tickets.jsonl")!.split("\n")[0]!))).not.toContain("priority");
  expect(files.get("data/tickets.jsonl")!.trim().split("\n")).toHaveLength(lines.length);
  expect([...files.keys()]).not.toContain("data/devices.jsonl");
  expect(files.size).toBe(plain.size - 1);
});

it("fails where the bundle is cut or changed, and leaves nothing that opens", async () => {
  const whole = await readFile(join(folder, "b.tar.zst"));
  await writeFile(join(folder, "cut.tar.zst"), whole);
  await truncate(join(folder, "cut.tar.zst"), whole.length - 200);
  await expect(packaged("cut.tar.zst", "csv")).rejects.toThrow(Refusal);
  await writeFile(join(folder, "none.tar.zst"), "no bundle at all");
  await expect(packaged("none.tar.zst", "csv")).rejects.toThrow(Refusal);
});

it("stops reading where nobody takes it any more", async () => {
  const source = await fileSource(join(folder, "b.tar.gz"));
  const made = await customerPackage({ source, format: "csv" });
  made.bytes.destroy();
  await source.close();
  expect(made.bytes.destroyed).toBe(true);
});
