/**
 * What a schema holds beside its tables: types (enums, domains, composites), functions, sequences, views, collations and
 * extensions, each as the statement that makes it. To be kept, and held beside another.
 */
import type pg from "pg";
import { qualifiedName } from "../postgres/identifiers.ts";
import { readDatabase } from "./schema-copy/database-copy.ts";

/** By kind and name: `view public.open_orders`. Functions of one name stand together. */
export type SchemaObjects = Readonly<Record<string, string>>;

/** One that came, went, or is made otherwise. Null where it is not there. */
export interface ObjectDiff {
  readonly object: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** As `readDatabase` calls them; tables and what belongs to them are told elsewhere. */
const KIND = /^(type|function|sequence|view|materialised view|collation) (.+)$/s;

export async function readSchemaObjects(client: pg.ClientBase): Promise<SchemaObjects> {
  const { statements, extensions } = await readDatabase(client);
  const objects = new Map<string, string[]>();
  for (const { schema, object, sql } of statements) {
    const [, kind, name] = KIND.exec(object) ?? [];
    if (kind === undefined || name === undefined) continue;
    const called = `${kind} ${qualifiedName(schema, name)}`;
    objects.set(called, [...(objects.get(called) ?? []), sql.trim()]);
  }
  for (const { name, schema } of extensions) objects.set(`extension ${name}`, [`in ${schema}`]);
  return Object.fromEntries([...objects].map(([name, texts]) => [name, texts.join("\n")]));
}

/** In the order of their kinds and names. Pure. */
export function objectsDiff(before: SchemaObjects, after: SchemaObjects): ObjectDiff[] {
  const textOf = (objects: SchemaObjects, name: string) =>
    Object.hasOwn(objects, name) ? objects[name]! : null;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .map((object) => ({ object, before: textOf(before, object), after: textOf(after, object) }))
    .filter((each) => each.before !== each.after);
}
