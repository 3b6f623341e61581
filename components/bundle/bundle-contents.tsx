import type { BundleTable } from "../../lib/queries/bundle-contents.ts";
import { links } from "../links.ts";
import { BAR_MEASURES, type BarMeasure, tableBars } from "../tenant/table-sizes.model.ts";
import { TableSizesChart } from "../tenant/table-sizes-chart.tsx";
import { Link } from "../ui/link.tsx";
import { Bytes, Rows } from "../ui/quantity.tsx";
import { TabLinks } from "../ui/tab-links.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { columnSummary, specialColumns } from "./columns.model.ts";

export interface BundleContentsProps {
  readonly id: string;
  readonly tables: readonly BundleTable[];
  /** What the bars' lengths say. */
  readonly by: BarMeasure;
}

const MEASURES: Readonly<Record<BarMeasure, string>> = { bytes: "by bytes", rows: "by rows" };

/** The file's tables: the largest as a picture, and all of them in numbers, with what their columns are. */
export function BundleContents({ id, tables, by }: BundleContentsProps) {
  const own = tables.filter(({ section }) => section === "data");
  const { bars } = tableBars(
    own.map(({ table, rows, bytes }) => ({ table, rows: rows ?? 0, bytes: bytes ?? 0 })),
    by,
  );
  return (
    <>
      {bars.length > 0 && (
        <>
          <TabLinks
            label="What the bars show"
            tabs={BAR_MEASURES.map((measure) => ({
              href: links.bundle(id, { by: measure === "bytes" ? null : measure }),
              title: MEASURES[measure],
              current: measure === by,
            }))}
          />
          <TableSizesChart bars={bars} by={by} />
        </>
      )}
      <Table label="Tables in the bundle" className="border-t">
        <TableHead>
          <Th>Table</Th>
          <Th>Holds</Th>
          <Th numeric>Rows</Th>
          <Th numeric>Unpacked</Th>
          <Th>Columns</Th>
        </TableHead>
        <TableBody>
          {tables.map((table) => (
            <TableRow key={`${table.section} ${table.table}`}>
              <Td className="align-top">
                {(table.rows ?? 0) > 0 ? (
                  <Link
                    href={links.bundleRows(id, { table: table.address })}
                    className="link"
                    title={`Rows of ${table.table}`}
                  >
                    <code>{table.table}</code>
                  </Link>
                ) : (
                  <code>{table.table}</code>
                )}
              </Td>
              <Td className="align-top whitespace-nowrap">
                {table.section === "data" ? "the tenant's rows" : "common rows"}
              </Td>
              <Td numeric className="align-top">
                <Rows value={table.rows} bare />
              </Td>
              <Td numeric className="align-top">
                <Bytes value={table.bytes} />
              </Td>
              <Td className="min-w-64">
                <Columns table={table} />
              </Td>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </>
  );
}

function Columns({ table }: { readonly table: BundleTable }) {
  return (
    <details>
      <summary>{columnSummary(table)}</summary>
      <p className="mt-1 break-words">
        <code>{table.columns.map(({ name, type }) => `${name} ${type}`).join(", ")}</code>
      </p>
      {specialColumns(table).map(({ title, names }) => (
        <p key={title} className="break-words text-ink-soft">
          {title}: <code>{names.join(", ")}</code>
        </p>
      ))}
    </details>
  );
}
