import type { ComparedTable } from "../../lib/rows/compare/compare.ts";
import { links } from "../links.ts";
import { Link } from "../ui/link.tsx";
import { formatCount, formatNoun } from "../ui/quantities.ts";
import { Rows } from "../ui/quantity.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { changedColumns, differencesOf, type Share, sharesOf } from "./comparison.model.ts";

export interface ComparedTablesProps {
  readonly id: string;
  readonly tables: readonly ComparedTable[];
  /** The table whose rows stand below. */
  readonly shown: string | null;
}

/** Each table with its rows on either side and what is not the same; those that are equal are folded away. */
export function ComparedTables({ id, tables, shown }: ComparedTablesProps) {
  const different = tables.filter((table) => differencesOf(table).length > 0);
  const equal = tables.filter((table) => !different.includes(table));
  return (
    <>
      {different.length > 0 && <List label="Tables that differ" id={id} tables={different} shown={shown} />}
      {equal.length > 0 && (
        <details className={different.length > 0 ? "border-t border-line" : undefined}>
          <summary className="px-3 py-2 hover:bg-sunken">
            {formatNoun(equal.length, "table", "tables")}, equal row for row
          </summary>
          <List label="Tables that are equal" id={id} tables={equal} shown={null} />
        </details>
      )}
    </>
  );
}

function List({ label, id, tables, shown }: ComparedTablesProps & { readonly label: string }) {
  return (
    <Table label={label}>
      <TableHead>
        <Th>Table</Th>
        <Th numeric>Before</Th>
        <Th numeric>After</Th>
        <Th>Difference</Th>
        <Th>Changed columns</Th>
      </TableHead>
      <TableBody>
        {tables.map((table) => (
          <TableRow key={table.table}>
            <Td className="align-top">
              {differencesOf(table).length === 0 ? (
                <code>{table.table}</code>
              ) : (
                <Link
                  href={links.comparison(id, { table: table.table })}
                  className="link"
                  aria-current={table.table === shown ? "true" : undefined}
                  title={`Rows of ${table.table} that differ`}
                >
                  <code>{table.table}</code>
                </Link>
              )}
            </Td>
            <Td numeric className="align-top">
              <Rows value={table.rows[0]} bare />
            </Td>
            <Td numeric className="align-top">
              <Rows value={table.rows[1]} bare />
            </Td>
            <Td className="min-w-52 align-top">
              <Difference table={table} />
            </Td>
            <Td className="min-w-40 align-top break-words text-ink-soft">
              <code>{changedColumns(table).join(", ")}</code>
            </Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

const HUES: Readonly<Record<Share["kind"], string>> = {
  added: "bg-ok",
  changed: "bg-warn",
  removed: "bg-bad",
  same: "bg-line",
};

/** In words, and as a bar over all rows of both sides. */
function Difference({ table }: { readonly table: ComparedTable }) {
  const differences = differencesOf(table);
  if (differences.length === 0) return <span className="text-ink-soft">equal</span>;
  return (
    <div className="flex flex-col gap-1">
      <span>
        {differences.map(({ sign, count, word }) => `${sign} ${formatCount(count)} ${word}`).join(", ")}
      </span>
      <span aria-hidden className="flex h-1.5 w-full overflow-hidden rounded-sm">
        {sharesOf(table).map(({ kind, percent }) => (
          <span key={kind} className={HUES[kind]} style={{ width: `${percent}%` }} />
        ))}
      </span>
    </div>
  );
}
