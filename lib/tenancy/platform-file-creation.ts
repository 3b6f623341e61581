/** `create:` of the platform file: the rows that make a new tenant, or the platform's own command that does. */
import { z } from "zod";

const name = z.string().min(1);

/** A constant, with placeholders where it is text; null is SQL's NULL. */
const constant = z.union([z.string(), z.number().transform(String), z.boolean().transform(String), z.null()]);

/** Another table's column, of the one row in which these columns have these values. */
const lookup = z.strictObject({
  find: name,
  where: z.record(name, constant).refine((columns) => Object.keys(columns).length > 0, {
    message: "names no column to find the row by",
  }),
});

const row = z.strictObject({
  table: name,
  values: z.record(name, z.union([constant, lookup], "a value, or { find: …, where: { … } }")),
});

/** Rows that triggers of the platform insert meanwhile, by table: more or fewer stop the creation. */
const byTriggers = z.record(name, z.int().positive());

const rows = z.strictObject({ rows: z.array(row).min(1), by_triggers: byTriggers.default({}) });

/** A name on the worker's own list of commands: the file says which, never what. */
const command = z.strictObject({ command: name });

export const creationEntry = z.union(
  [rows, command],
  "a list of rows, { rows: […] }, or { command: … } by the name that the worker's list of commands gives it",
);

export type Creation = z.output<typeof creationEntry>;
export type CreationRow = z.output<typeof row>;
export type CreationValue = CreationRow["values"][string];

/** The placeholders that a value may hold. */
export const PLACEHOLDERS = ["key", "slug", "name", "domain"] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];
