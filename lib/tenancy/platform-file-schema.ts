/**
 * The shape of the platform file: what a person says that a catalog cannot know. Names are kept as written here;
 * `resolve-names.ts` looks them up. Every key is closed: a misspelt one must not pass for an answer.
 */
import { z } from "zod";
import { creationEntry } from "./platform-file-creation.ts";
import { columnEntry, referenceEntry, tableEntry } from "./platform-file-entries.ts";
import { finalizerEntry } from "./platform-file-finalizers.ts";

const name = z.string().min(1);
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const tenant = z.strictObject({
  /** The root table; left out where the tenant is only a value in the `key_columns`. */
  table: name.optional(),
  /** The root's key; its single-column primary key when left out. */
  key: name.optional(),
  key_columns: z.array(name).min(1).optional(),
  slug: name.optional(),
  name: name.optional(),
  /** A column of the root (`domain`) or of an owned table (`public.domains.hostname`). */
  domains: name.optional(),
  state: z.strictObject({ column: name, active: text, suspended: text }).optional(),
});

const subKey = z.strictObject({ table: name, key: name, columns: z.array(name).min(1) });

const common = z.strictObject({ match: z.array(name).min(1), create: z.array(name).default([]) });

const regions = z.strictObject({
  /** Of the root: what says where the tenant's data may lie. */
  column: name,
  /** By its values: the regions of databases and stores. */
  allow: z.record(z.string(), z.array(name)),
});

const migrations = z.union(
  // Where a command runs stands with it on the worker's own list; files of before may still say `cwd`.
  [name, z.strictObject({ command: name, folder: name.optional(), cwd: name.optional() })],
  "a folder, or { command: …, folder: … }",
);

export const platformFileSchema = z.strictObject({
  platform: name,
  tenant,
  sub_keys: z.array(subKey).default([]),
  placement: z.enum(["shared", "schema"]).default("shared"),
  /** With `placement: schema`: how a tenant's schema is called, `app_{slug}`. */
  schema: name.optional(),
  tables: z.record(z.string(), tableEntry).default({}),
  common: z.record(z.string(), common).default({}),
  columns: z.record(z.string(), columnEntry).default({}),
  references: z.array(referenceEntry).default([]),
  /** Tables and columns that are nothing for the tenant's own people: left out of what is made for them. */
  internal: z.array(name).default([]),
  regions: regions.optional(),
  /** What of a tenant lies outside the database, and has to be seen to before it counts as deleted. */
  finalizers: z
    .array(finalizerEntry)
    .max(50)
    .refine((all) => new Set(all.map((each) => each.name)).size === all.length, {
      message: "has two finalizers of one name",
    })
    .default([]),
  ledger: name.optional(),
  migrations: migrations.optional(),
  triggers: z.enum(["on", "off"]).default("off"),
  create: creationEntry.optional(),
});

/** The platform file as read, with every default filled in. */
export type PlatformFile = z.output<typeof platformFileSchema>;

/** The keys that exist at a place of the file, for "did you mean". `*` stands for any name or index. */
export const knownKeys: readonly { readonly at: readonly string[]; readonly keys: readonly string[] }[] = [
  { at: [], keys: Object.keys(platformFileSchema.shape) },
  { at: ["tenant"], keys: Object.keys(tenant.shape) },
  { at: ["tenant", "state"], keys: ["column", "active", "suspended"] },
  { at: ["sub_keys", "*"], keys: Object.keys(subKey.shape) },
  { at: ["common", "*"], keys: Object.keys(common.shape) },
  { at: ["regions"], keys: Object.keys(regions.shape) },
  { at: ["migrations"], keys: ["command", "folder", "cwd"] },
  { at: ["finalizers", "*"], keys: ["name", "kind", "webhook", "description"] },
  { at: ["create"], keys: ["rows", "by_triggers", "command"] },
  { at: ["create", "rows", "*"], keys: ["table", "values"] },
  { at: ["create", "rows", "*", "values", "*"], keys: ["find", "where"] },
  { at: ["tables", "*"], keys: ["null_key", "owned_through", "path"] },
  { at: ["columns", "*"], keys: ["class", "on_import", "generated", "encrypted"] },
  { at: ["references", "*"], keys: ["from", "to", "when", "path", "each", "pattern"] },
];
