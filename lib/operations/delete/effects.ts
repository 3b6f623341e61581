/** What a delete does, table by table, in the order in which it does it. Pure. */
import type { Effect } from "../../engine/plan.ts";
import type { DeletePlan } from "../../rows/delete/plan.ts";
import type { Finalizer } from "../../tenancy/platform-file-finalizers.ts";

/** Bytes by table as the bundle's seal has them: what is measured now differs from one look to the next. */
export type SealedBytes = ReadonlyMap<string, number>;

/** Beside rows that go and that no restore brings back. */
export const IN_NO_BUNDLE = "in no bundle";

export function deleteEffects(
  { tables, pointers, schema }: Pick<DeletePlan, "tables" | "pointers" | "schema">,
  finalizers: readonly Finalizer[],
  sealed: SealedBytes,
  database: string,
): Effect[] {
  const gone = { place: database, reversibility: "irreversible" as const };
  return [
    ...tables
      .filter(({ rows }) => rows > 0)
      .map(
        ({ table, rows, bundled }): Effect => ({
          verb: "delete",
          object: table,
          ...gone,
          rows,
          bytes: sealed.get(table) ?? null,
          ...(bundled ? {} : { note: IN_NO_BUNDLE }),
        }),
      ),
    ...(schema === null
      ? []
      : [{ verb: "delete", object: `schema ${schema}`, ...gone, rows: null, bytes: null } satisfies Effect]),
    ...pointers
      .filter(({ answer }) => answer === "null")
      .map(
        ({ from, to, rows }): Effect => ({
          verb: "update",
          object: from.table,
          place: database,
          rows,
          bytes: null,
          reversibility: "compensating",
          note: `rows that stay: ${from.columns.join(", ")} → NULL, where it names the tenant's ${to.table}`,
        }),
      ),
    ...finalizers
      .filter(({ kind }) => kind === "webhook")
      .map(
        ({ name, description }): Effect => ({
          verb: "write",
          object: `finalizer ${name}`,
          place: "outside the database",
          rows: null,
          bytes: null,
          reversibility: "irreversible",
          note: description,
        }),
      ),
    {
      verb: "update",
      object: "tenantry.fence",
      place: database,
      rows: null,
      bytes: null,
      reversibility: "compensating",
      note: "taken down, once nothing is left",
    },
  ];
}

/** Rows of the tenant that go, of all tables. */
export function rowsDeleted(effects: readonly Effect[]): number {
  return effects.reduce((sum, { verb, rows }) => (verb === "delete" ? sum + (rows ?? 0) : sum), 0);
}

/** Of those, the ones that no bundle holds. */
export function rowsInNoBundle(effects: readonly Effect[]): number {
  return rowsDeleted(effects.filter(({ note }) => note === IN_NO_BUNDLE));
}
