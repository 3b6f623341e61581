import type { TenantTable } from "../../lib/queries/tenant.ts";
import { formatNoun } from "../ui/quantities.ts";
import { Bytes, Rows } from "../ui/quantity.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { tableBars } from "./table-sizes.model.ts";
import { TableSizesChart } from "./table-sizes-chart.tsx";

/** A tenant's tables: the largest as a picture, and all of them in numbers. */
export function TableSizes({ tables }: { readonly tables: readonly TenantTable[] }) {
  const { bars, empty } = tableBars(tables);
  return (
    <>
      <TableSizesChart bars={bars} />
      <details className="border-t">
        <summary className="px-3 py-2 hover:bg-sunken">
          All {formatNoun(tables.length, "table", "tables")} in numbers
          {empty > 0 && <span className="text-ink-soft"> · {empty} without a row</span>}
        </summary>
        <Table label="Rows and bytes per table">
          <TableHead>
            <Th>Table</Th>
            <Th numeric>Rows</Th>
            <Th numeric>Size</Th>
          </TableHead>
          <TableBody>
            {tables.map((table) => (
              <TableRow key={table.table}>
                <Td>
                  <code>{table.table}</code>
                </Td>
                <Td numeric>
                  <Rows value={table.rows} bare />
                </Td>
                <Td numeric>
                  <Bytes value={table.bytes} />
                </Td>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </details>
    </>
  );
}
