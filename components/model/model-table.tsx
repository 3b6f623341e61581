import type { ModelTableRow } from "../../lib/queries/model.ts";
import { Badge } from "../ui/badge.tsx";
import { Link } from "../ui/link.tsx";
import { formatNoun } from "../ui/quantities.ts";
import { Status } from "../ui/status.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TABLE_CLASSES } from "./model-list.model.ts";

export interface ModelTableProps {
  readonly rows: readonly ModelTableRow[];
  /** The table that is shown in full. */
  readonly picked: string | null;
  /** Where a click on a table leads. */
  readonly href: (table: string) => string;
}

/** Tables of a model: whose their rows are, and how that is known. */
export function ModelTable({ rows, picked, href }: ModelTableProps) {
  return (
    <Table label="Tables of the model">
      <TableHead>
        <Th>Table</Th>
        <Th>Class</Th>
        <Th>Leads to the tenant</Th>
        <Th>Found again by</Th>
        <Th>Columns with a class</Th>
        <Th>Findings</Th>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.id}>
            <Td>
              <Link
                href={href(row.id)}
                aria-current={row.id === picked ? "true" : undefined}
                className="link font-mono aria-[current]:font-semibold"
              >
                {row.id}
              </Link>
            </Td>
            <Td className="whitespace-nowrap">
              {TABLE_CLASSES[row.class]} {row.declared && <Badge>declared</Badge>}
            </Td>
            <Td>
              <Path row={row} />
            </Td>
            <Td>{row.match !== null && <code>{row.match.join(", ")}</code>}</Td>
            <Td className="text-ink-soft">
              {row.columns.map((column) => `${column.name} ${column.class}`).join(", ")}
            </Td>
            <Td>
              {row.findings > 0 && (
                <Status tone="warn">{formatNoun(row.findings, "finding", "findings")}</Status>
              )}
            </Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function Path({ row }: { readonly row: ModelTableRow }) {
  if (row.column === null) return null;
  return (
    <>
      <code>{[...row.path, row.column].join(" → ")}</code>
      {row.otherPaths > 0 && (
        <span className="text-ink-soft"> · {formatNoun(row.otherPaths, "path more", "paths more")}</span>
      )}
    </>
  );
}
