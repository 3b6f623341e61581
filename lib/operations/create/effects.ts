/** What creating a tenant writes: the platform file's rows and what triggers add, or whatever the command does. Pure. */
import type { Effect } from "../../engine/plan.ts";
import type { NewRows } from "./rows.ts";

export function rowEffects({ rows, byTriggers }: NewRows, database: string): Effect[] {
  const counts = new Map<string, number>();
  for (const { table } of rows) counts.set(table, (counts.get(table) ?? 0) + 1);
  const insert = (object: string, count: number, note?: string): Effect => ({
    verb: "insert",
    object,
    place: database,
    rows: count,
    bytes: null,
    reversibility: "compensating",
    ...(note === undefined ? {} : { note }),
  });
  return [
    ...[...counts].map(([table, count]) => insert(table, count)),
    ...[...byTriggers].map(([table, count]) => insert(table, count, "by a trigger of the platform")),
  ];
}

export function commandEffects(command: string, database: string): Effect[] {
  return [
    {
      verb: "create",
      object: "tenant",
      place: database,
      rows: null,
      bytes: null,
      reversibility: "compensating",
      note: `by the platform's command ${command}`,
    },
  ];
}
