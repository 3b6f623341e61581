/** What a person may say of a table or a column, each as a change of the platform file. Pure. */
import { findTable } from "../catalog/lookup.ts";
import { qualifiedColumn } from "../postgres/identifiers.ts";
import type { EntryEdit } from "../tenancy/file-edit.ts";
import type { ModelTable } from "../tenancy/model.ts";
import type { ModelRead } from "./model-source.ts";

export interface EditChoice {
  readonly label: string;
  readonly edit: EntryEdit;
}

/** For the root there is none: what the tenant is stands under `tenant`. */
export function tableChoices(read: ModelRead, id: string): readonly EditChoice[] {
  const { catalog, model, file } = read;
  const entry = model.tables.get(id)!;
  if (entry.class === "root") return [];
  const table = catalog.tables.get(id)!;
  const said = (names: Readonly<Record<string, unknown>>) =>
    Object.keys(names).some((name) => findTable(catalog, name)?.id === id);
  const say = (label: string, value: EntryEdit["value"], section: EntryEdit["section"] = "tables") => ({
    label,
    edit: { section, name: id, value },
  });
  const natural = table.keys
    .filter(({ plain, kind, columns }) => plain && (kind !== "primary" || columns.length > 1))
    .map(({ columns }) => columns);
  return [
    say("global: shared by all tenants, never exported", "global"),
    say("excluded: the tenant's, but never exported", "excluded"),
    ...natural.map((columns) =>
      say(`common: found again by ${columns.join(", ")}`, { match: [...columns] }, "common"),
    ),
    ...nullKeyChoices(entry).map(([label, value]) => say(label, { null_key: value })),
    ...ownersOf(read, id).map((column) =>
      say(`owned by the row whose ${column} points at it`, { owned_through: column }),
    ),
    ...entry.otherPaths
      .filter(({ hops }) => hops.every(({ columns }) => columns.length === 1))
      .map((path) => {
        const columns = [...path.hops.map((hop) => hop.columns[0]!), path.column];
        return say(`owned along ${columns.join(" → ")}`, { path: columns });
      }),
    ...(said(file.tables) ? [say("as the catalog says: remove the line under tables", null)] : []),
    ...(said(file.common) ? [say("not common: remove the line under common", null, "common")] : []),
  ];
}

const COLUMN_CLASSES: readonly (readonly [string, EntryEdit["value"]])[] = [
  ["plain", "plain"],
  ["personal: masked where people look", "personal"],
  ["hashed: carried, not reversible", "hashed"],
  ["secret: dropped, listed to be set again", "secret"],
  ["secret: dropped, empty on import", { class: "secret", on_import: "blank" }],
  ["secret: dropped, made anew on import", { class: "secret", on_import: "regenerate" }],
  ["nothing: remove the line", null],
];

/** @param name of the column, qualified */
export function columnChoices(name: string): readonly EditChoice[] {
  return COLUMN_CLASSES.map(([label, value]) => ({ label, edit: { section: "columns", name, value } }));
}

function nullKeyChoices(entry: ModelTable): readonly (readonly [string, "shared" | "owned"])[] {
  if (entry.class !== "direct") return [];
  return [
    ["rows without a key are shared by all", "shared"],
    ["rows without a key are there by accident", "owned"],
  ];
}

/** Columns of tenants' rows that point at the table: one of them may be what owns its rows. */
function ownersOf({ model }: ModelRead, id: string): readonly string[] {
  const owned = new Set(model.loadOrder);
  if (owned.has(id)) return [];
  return model.references
    .filter(({ from, to }) => to.table === id && from.columns.length === 1 && owned.has(from.table))
    .map(({ from }) => qualifiedColumn(from.table, from.columns[0]!));
}
