/**
 * Tables that have escaped since a bundle was written: it says what travelled then and what was left out on purpose,
 * the model says what would travel now.
 */
import type { Finding } from "../findings/finding.ts";
import { qualifiedName } from "../postgres/identifiers.ts";
import type { TenancyModel } from "./model.ts";

/** A bundle's manifest, as far as it says what travelled. */
export interface Bundled {
  readonly source: { readonly takenAt: string };
  readonly model: { readonly excluded: readonly string[] };
  readonly tables: readonly { readonly schema: string; readonly name: string }[];
}

/**
 * Findings of tables that are new and nobody's (`unclassified-since`), and of those that a newer bundle would leave
 * out (`excluded-since`, `not-carried-since`). Says nothing where each tenant has a schema of its own: there whole
 * schemas travel.
 */
export function escapedSince({ source, model: then, tables }: Bundled, model: TenancyModel): Finding[] {
  if (model.tenantSchema !== undefined) return [];
  const date = source.takenAt.slice(0, 10);
  const carried = new Set(tables.map(({ schema, name }) => qualifiedName(schema, name)));
  const excluded = new Set(then.excluded);
  // A table that nobody has classified blocks every export: each of them has come since.
  const unclassified = new Set(
    model.findings.filter(({ code }) => code === "unclassified").map(({ where }) => where),
  );
  return [...model.tables.values()].flatMap((table): Finding[] => {
    const { id } = table;
    const travelled = carried.has(id);
    if (unclassified.has(id))
      return [
        {
          code: "unclassified-since",
          severity: "blocks",
          where: id,
          what: travelled
            ? `${id} travelled with the bundle of ${date}, and nothing leads from it to a tenant any more.`
            : `${id} has come since the bundle of ${date}, and nobody has said whose its rows are.`,
          todo: `Say it under \`tables\`: \`${id}: global\`, \`excluded\` or a way to the tenant.`,
        },
      ];
    if (table.class === "excluded" && !excluded.has(id))
      return [
        {
          code: "excluded-since",
          severity: "warns",
          where: id,
          what: `${id} ${travelled ? "travelled with" : "has come since"} the bundle of ${date}, and is excluded now: its rows are in no bundle.`,
          todo: "Remove its line under `tables`, unless its rows may be lost with the tenant.",
        },
      ];
    if (table.class === "global" && travelled)
      return [
        {
          code: "not-carried-since",
          severity: "warns",
          where: id,
          what: `${id} travelled with the bundle of ${date}, and counts as everybody's now: its rows stay behind.`,
          todo: `Give it a way to the tenant again, or keep \`${id}: global\` under \`tables\` if its rows are everybody's.`,
        },
      ];
    return [];
  });
}
