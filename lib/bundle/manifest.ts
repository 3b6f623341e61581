/**
 * The first member of a bundle: what it holds, of whom, as of when and under which schema. Written before any
 * row, so it holds no final counts; those stand in the seal. The format is described in docs/bundle-format.md.
 */
import { z } from "zod";

export const FORMAT_VERSION = 1;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const digits = z.string().regex(/^[0-9]+$/);

/** What the catalog says of it to people, cut to this length; left out where it says nothing. */
export const COMMENT_LENGTH = 1_000;
/** More upgrades of upgrades than this are none that anybody has made. */
const MOST_UPGRADES = 1_000;

const comment = z.string().min(1).max(COMMENT_LENGTH).optional();

const column = z.strictObject({
  name: z.string().min(1),
  /** `format_type` on the source: for people; the shape hash is what import compares. */
  type: z.string(),
  /** `literal`: bool, int2, int4 as JSON literals. `text`: the output function's text in a string. */
  encoding: z.enum(["literal", "text"]),
  class: z.enum(["plain", "personal", "hashed", "secret"]),
  /** JSON paths inside the value that were removed before serialisation. */
  droppedPaths: z.array(z.string()),
  comment,
});

const dropped = z.strictObject({
  name: z.string().min(1),
  reason: z.enum(["secret", "computed"]),
  /** What an import puts in a secret's place. */
  onImport: z.enum(["blank", "regenerate", "list"]).optional(),
});

const reference = z.strictObject({
  kind: z.enum(["foreign key", "column", "polymorphic", "array", "json path", "pattern"]),
  columns: z.array(z.string()).min(1),
  table: z.string(),
  targetColumns: z.array(z.string()).min(1),
});

const table = z.strictObject({
  /** Names the member: `data/<ordinal>/000001.jsonl`. Counts from 1 in load order, without gaps. */
  ordinal: z.int().min(1),
  schema: z.string().min(1),
  name: z.string().min(1),
  comment,
  class: z.enum(["root", "direct", "via"]),
  /** SHA-256 of the table's shape: columns, type, nullability, collation, identity, generated. */
  shape: sha256,
  columns: z.array(column).min(1),
  dropped: z.array(dropped),
  /** The columns that identify a row, null where the table has no plain key. */
  key: z.array(z.string()).min(1).nullable(),
  references: z.array(reference),
  estimatedRows: z.int().min(0).nullable(),
  estimatedBytes: z.int().min(0),
});

const referenceTable = z.strictObject({
  /** Names the member: `reference/<ordinal>/000001.jsonl`. Counts from 1, apart from the data's. */
  ordinal: z.int().min(1),
  schema: z.string().min(1),
  name: z.string().min(1),
  comment,
  shape: sha256,
  columns: z.array(column).min(1),
  dropped: z.array(dropped),
  key: z.array(z.string()).min(1).nullable(),
  /** The natural key by which a row is found on the other side, and what may be created there. */
  match: z.array(z.string()).min(1),
  create: z.array(z.string()),
});

/** One migration of an upgrade: what brought the rows to its version. */
const upgradeStep = z.strictObject({
  version: z.string(),
  /** As the ledger has it: of the platform's own file, whatever ran in its place. */
  checksum: z.string(),
  /** `replaced`: another file ran, whose SHA-256 is `ran`. `command`: a program did it. */
  how: z.enum(["applied", "skipped", "replaced", "command"]),
  /** Why it was skipped, as somebody said; left out where nobody had to. */
  reason: z.string().min(1).max(COMMENT_LENGTH).optional(),
  ran: sha256.optional(),
});

/** An upgrade that the rows have been through. */
const upgrade = z.strictObject({
  /** The bundle that it began with, by the SHA-256 of its file, and what that says of itself. */
  bundle: z.strictObject({
    sha256,
    schema: z.strictObject({ version: z.string().nullable(), fingerprint: sha256.nullable() }),
    database: z.string(),
    systemIdentifier: z.string().nullable(),
    takenAt: z.iso.datetime(),
  }),
  /** In the order in which they ran. */
  migrations: z.array(upgradeStep).min(1),
  postgres: z.string(),
  engine: z.strictObject({ name: z.literal("tenantry"), version: z.string() }),
  at: z.iso.datetime(),
});

export type Upgrade = z.infer<typeof upgrade>;

export const manifestSchema = z.strictObject({
  format: z.literal(FORMAT_VERSION),
  platform: z.string().min(1),
  tenant: z.strictObject({
    /** The tenant key's text. */
    key: z.string().min(1),
    slug: z.string().nullable(),
    name: z.string().nullable(),
    domains: z.array(z.string()),
  }),
  schema: z.strictObject({
    ledger: z.string().nullable(),
    /** The highest applied version; null where the platform has no ledger. */
    version: z.string().nullable(),
    /** SHA-256 over the ordered applied (version, checksum or empty). */
    fingerprint: sha256.nullable(),
    applied: z.array(z.strictObject({ version: z.string(), checksum: z.string() })),
  }),
  postgres: z.strictObject({
    versionNumber: z.int(),
    version: z.string(),
    encoding: z.string(),
    collation: z.string(),
    ctype: z.string(),
    extensions: z.array(z.strictObject({ name: z.string(), version: z.string() })),
  }),
  source: z.strictObject({
    systemIdentifier: z.string().nullable(),
    database: z.string(),
    databaseOid: z.int(),
    /** The exported snapshot that everything was read at, and the WAL position then. */
    snapshot: z.string(),
    position: z.string().nullable(),
    takenAt: z.iso.datetime(),
  }),
  model: z.strictObject({
    version: sha256,
    root: z.string().nullable(),
    keyColumn: z.string(),
    slugColumn: z.string().nullable(),
    domains: z.strictObject({ table: z.string(), column: z.string() }).nullable(),
    excluded: z.array(z.string()),
  }),
  engine: z.strictObject({ name: z.literal("tenantry"), version: z.string() }),
  request: z.strictObject({ by: z.string().nullable(), at: z.iso.datetime(), reason: z.string().nullable() }),
  tables: z.array(table).min(1),
  reference: z.array(referenceTable),
  /** The upgrades behind these rows, the oldest first; left out where they come from where the tenant lived. */
  ancestry: z.array(upgrade).min(1).max(MOST_UPGRADES).optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestTable = Manifest["tables"][number];
export type ManifestReferenceTable = Manifest["reference"][number];
export type ManifestColumn = z.infer<typeof column>;

/** What the seal says of one member, in the file's order. */
const sealedMember = z.strictObject({
  name: z.string(),
  rows: z.int().min(0),
  bytes: z.int().min(0),
  sha256,
});

/**
 * Order-free digest of one table's lines: the count and two sums modulo 2^64, in decimal, of the server's own
 * `hashtextextended` over each line with the seeds 0 and 42 (the line without its newline).
 */
const tableDigest = z.strictObject({
  section: z.enum(["data", "reference"]),
  ordinal: z.int().min(1),
  rows: z.int().min(0),
  bytes: z.int().min(0),
  sums: z.tuple([digits, digits]),
});

/** The payload of `seal.json`, the last member: all that is only known at the end. */
export const sealSchema = z.strictObject({
  format: z.literal(FORMAT_VERSION),
  /** Every member before the seal, the manifest first. */
  members: z.array(sealedMember).min(1),
  /** Every table of the manifest, those without a row too. */
  tables: z.array(tableDigest).min(1),
  totals: z.strictObject({ members: z.int(), rows: z.int(), bytes: z.int() }),
  finishedAt: z.iso.datetime(),
});

export type Seal = z.infer<typeof sealSchema>;
export type TableDigest = Seal["tables"][number];
