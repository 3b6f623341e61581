/** What a small bundle of the tests holds: three tables of a tenant, one without rows, and one common table. */
import type { Manifest, ManifestColumn } from "../manifest.ts";
import type { Section } from "../members.ts";

const HASH = "5".repeat(64);

const column = (name: string, encoding: ManifestColumn["encoding"]): ManifestColumn => ({
  name,
  type: encoding === "literal" ? "integer" : "text",
  encoding,
  class: "plain",
  droppedPaths: [],
});

const table = (ordinal: number, name: string): Manifest["tables"][number] => ({
  ordinal,
  schema: "public",
  name,
  class: ordinal === 1 ? "root" : "direct",
  shape: HASH,
  columns: [column("id", "literal"), column("note", "text")],
  dropped: [{ name: "token", reason: "secret", onImport: "list" }],
  key: ["id"],
  references: [],
  estimatedRows: null,
  estimatedBytes: 8192,
});

/** Three tables of the tenant, one common table. */
export const SAMPLE_MANIFEST: Manifest = {
  format: 1,
  platform: "harbor",
  tenant: { key: "17", slug: "acme", name: "Acme & Söhne", domains: ["acme.example"] },
  schema: { ledger: "sqlx", version: "20240301120000", fingerprint: HASH, applied: [] },
  postgres: {
    versionNumber: 180004,
    version: "18.4",
    encoding: "UTF8",
    collation: "C.UTF-8",
    ctype: "C.UTF-8",
    extensions: [{ name: "citext", version: "1.6" }],
  },
  source: {
    systemIdentifier: "7412345678901234567",
    database: "eu-1",
    databaseOid: 16384,
    snapshot: "00000003-0000001B-1",
    position: "0/16B3748",
    takenAt: "2025-02-03T04:05:06.789Z",
  },
  model: {
    version: HASH,
    root: "public.organizations",
    keyColumn: "id",
    slugColumn: "slug",
    domains: null,
    excluded: ["public.sessions"],
  },
  engine: { name: "tenantry", version: "0.1.0" },
  request: { by: "olga@example.com", at: "2025-02-03T04:05:00Z", reason: "a customer asked" },
  tables: [table(1, "organizations"), table(2, "projects"), table(3, "invoices")],
  reference: [
    {
      ordinal: 1,
      schema: "public",
      name: "users",
      shape: HASH,
      columns: [column("id", "literal"), column("email", "text")],
      dropped: [],
      key: ["id"],
      match: ["email"],
      create: ["email"],
    },
  ],
};

export interface SamplePart {
  readonly section: Section;
  readonly ordinal: number;
  readonly lines: readonly string[];
}

/** `count` lines as an export writes them, ids from `from`. */
export function sampleLines(count: number, from = 1): string[] {
  return Array.from({ length: count }, (_, index) => {
    const id = from + index;
    return JSON.stringify({
      id,
      note: id % 7 === 0 ? null : `Rechnung ${id} für Zoë, ${"x".repeat(id % 50)}`,
    });
  });
}

/** One part of common rows, one of the root, none of the second table, two of the third. */
export const SAMPLE_PARTS: readonly SamplePart[] = [
  { section: "reference", ordinal: 1, lines: sampleLines(3).map((line) => line.replace("note", "email")) },
  { section: "data", ordinal: 1, lines: sampleLines(1, 17) },
  { section: "data", ordinal: 3, lines: sampleLines(200) },
  { section: "data", ordinal: 3, lines: sampleLines(50, 201) },
];

export const FINISHED_AT = new Date("2025-02-03T04:06:00Z");

/** The part's bytes, each line ended by a newline. */
export function partBytes({ lines }: SamplePart): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(""), "utf8");
}
