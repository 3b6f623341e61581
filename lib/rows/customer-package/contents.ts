/**
 * What a package for the tenant's own people holds: their rows, and of the common rows that these point at only what
 * they are found by. Left out is what is nobody's business but the platform's: hashes, and what the platform file calls
 * internal. Pure.
 */
import type { Manifest, ManifestColumn, ManifestTable } from "../../bundle/manifest.ts";
import type { Section } from "../../bundle/members.ts";
import { qualifiedColumn, qualifiedName } from "../../postgres/identifiers.ts";

export interface PackagedTable {
  readonly section: Section;
  /** Its place in the manifest's list of this section, from 1. */
  readonly ordinal: number;
  /** Qualified. */
  readonly id: string;
  readonly comment: string | null;
  /** As they stand in the bundle's lines. */
  readonly columns: readonly ManifestColumn[];
  /** Whether the column of this place is left out. */
  readonly omitted: readonly boolean[];
  /** Without its section's folder and without an extension; unique there whatever the file system. */
  readonly fileName: string;
  /** What a column's values are found in: the other table of a reference of this column alone. */
  readonly leadsTo: ReadonlyMap<string, string>;
}

/** In the order of the bundle's members. Tables of which no column is left are left out themselves. */
export function packagedTables(manifest: Manifest, internal: readonly string[] = []): PackagedTable[] {
  const hidden = new Set(internal);
  // Each section has a folder of its own.
  const taken = { reference: new Set<string>(), data: new Set<string>() };
  const all = [
    ...manifest.reference.map((table) => ({ section: "reference" as const, table })),
    ...manifest.tables.map((table) => ({ section: "data" as const, table })),
  ];
  return all.flatMap(({ section, table }) => {
    const id = qualifiedName(table.schema, table.name);
    const known = "match" in table ? new Set([...table.match, ...table.create]) : null;
    const omitted = table.columns.map(
      ({ name, class: kind }) =>
        kind === "hashed" ||
        kind === "secret" ||
        hidden.has(qualifiedColumn(id, name)) ||
        (known !== null && !known.has(name)),
    );
    if (hidden.has(id) || omitted.every(Boolean)) return [];
    return [
      {
        section,
        ordinal: table.ordinal,
        id,
        comment: table.comment ?? null,
        columns: table.columns,
        omitted,
        fileName: fileNameOf(table.schema, table.name, taken[section]),
        leadsTo: "references" in table ? singleReferences(table) : new Map<string, string>(),
      },
    ];
  });
}

function singleReferences({ references }: ManifestTable): Map<string, string> {
  const single = references.filter(({ columns, kind }) => columns.length === 1 && kind !== "pattern");
  return new Map(single.map(({ columns, table }) => [columns[0]!, table]));
}

/** Longer names are cut: with folder and extension they fit every file system. */
const LONGEST_NAME = 80;

/** Letters, digits, `_` and `-` of the name; with the schema, and then a number, where another file has it already. */
function fileNameOf(schema: string, name: string, taken: Set<string>): string {
  const plain = (text: string) => text.replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, LONGEST_NAME) || "_";
  const stem = plain(name);
  const candidates = [stem, `${plain(schema)}.${stem}`];
  for (let number = 0; ; number++) {
    const candidate = candidates[number] ?? `${stem}-${number}`;
    // Windows and macOS do not tell capitals apart.
    const key = candidate.toLowerCase();
    if (taken.size < taken.add(key).size) return candidate;
  }
}
