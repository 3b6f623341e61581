/** Values that name rows: fresh ids, and what a reference without a constraint may hold. */
import type { BuiltPointer, BuiltTable } from "./built.ts";
import type { Dice } from "./material.ts";

export function newId(
  table: BuiltTable,
  tenant: number,
  throws: Dice,
  counters: Map<BuiltTable, number>,
): string {
  switch (table.id!.made) {
    case "uuid":
      return throws.uuid();
    case "number":
      return String(nextNumber(table, counters));
    case "nanoid":
      return throws.text(21);
    case "chosen":
      return `Tenant's "${tenant}" \\ key`;
  }
}

/** An heir draws from its parent's sequence. */
export function nextNumber(table: BuiltTable, counters: Map<BuiltTable, number>): number {
  const counted = table.inherits ?? table;
  const number = (counters.get(counted) ?? 0) + 1;
  counters.set(counted, number);
  return number;
}

export function virtualValue(
  { shape, to, targets }: BuiltPointer,
  candidates: readonly Readonly<Record<string, string | null>>[],
  throws: Dice,
): string | null {
  const id = () =>
    candidates.length === 0 || throws.chance(4) ? gone(to, throws) : throws.pick(candidates)[targets[0]!]!;
  if (throws.chance(5)) return null;
  switch (shape) {
    case "array":
      if (throws.chance(4)) return "{}";
      return throws.chance(3) ? `[5:7]={${id()},NULL,${id()}}` : `{${id()},${id()}}`;
    case "json":
    case "jsonb": {
      const text = to.id!.made === "number" ? id() : `"${id()}"`;
      return throws.pick([
        `{"n" : 1.50, "ref":${text}}`,
        '{"ref": null}',
        `{"ref": ${text}, "other": [null, "\\n"]}`,
        "[1, 2]",
      ]);
    }
    case "pattern":
      return throws.pick([`k:${id()}:tail:{}`, `k:${id()}:`, "other", ""]);
    default:
      return id();
  }
}

/** An id in the right form that no row has. */
function gone(table: BuiltTable, throws: Dice): string {
  const { made } = table.id!;
  if (made === "uuid") return throws.uuid();
  return made === "number" ? String(900_000 + throws.below(1000)) : throws.text(21);
}
