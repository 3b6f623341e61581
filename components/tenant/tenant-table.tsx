import type { TenantListQuery } from "../../lib/queries/tenant-list.ts";
import type { TenantRow } from "../../lib/queries/tenants.ts";
import { links } from "../links.ts";
import { kindTitle } from "../operation/operation-state.model.ts";
import { OperationStatus } from "../operation/operation-status.tsx";
import { Link } from "../ui/link.tsx";
import { Bytes, Rows } from "../ui/quantity.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { Age } from "../ui/time.tsx";
import { sortLink, tenantTitle } from "./tenant-list.model.ts";
import { TenantStatus } from "./tenant-status.tsx";

export interface TenantTableProps {
  readonly platform: string;
  readonly query: TenantListQuery;
  readonly rows: readonly TenantRow[];
}

export function TenantTable({ platform, query, rows }: TenantTableProps) {
  return (
    <Table label="Tenants">
      <TableHead>
        <Th sort={sortLink(platform, query, "slug")}>Slug</Th>
        <Th sort={sortLink(platform, query, "name")}>Name</Th>
        <Th>State</Th>
        <Th>Database</Th>
        <Th numeric>Rows</Th>
        <Th numeric sort={sortLink(platform, query, "bytes")}>
          Size
        </Th>
        <Th numeric>Measured</Th>
        <Th numeric>Verified backup</Th>
        <Th>Under way</Th>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <Tenant key={row.id} platform={platform} row={row} />
        ))}
      </TableBody>
    </Table>
  );
}

function Tenant({ platform, row }: { readonly platform: string; readonly row: TenantRow }) {
  return (
    <TableRow>
      <Td className="max-w-64">
        <Link
          href={links.tenant(platform, row.key, { database: row.database })}
          className="link block truncate font-medium"
        >
          {row.slug ?? tenantTitle(row)}
        </Link>
      </Td>
      <Td className="max-w-72 truncate">{row.name}</Td>
      <Td>
        <TenantStatus state={row.state} gone={row.gone} />
      </Td>
      <Td className="whitespace-nowrap">{row.database}</Td>
      <Td numeric>
        <Rows value={row.rows} bare />
      </Td>
      <Td numeric>
        <Bytes value={row.bytes} />
      </Td>
      <Td numeric className="text-ink-soft">
        {row.sizedAt === null ? "not yet" : <Age at={row.sizedAt} />}
      </Td>
      <Td numeric>
        {row.backup === null ? (
          <span className="text-ink-soft">none</span>
        ) : (
          <Link href={links.bundle(row.backup.id)} className="link">
            <Age at={row.backup.at} />
          </Link>
        )}
      </Td>
      <Td>
        {row.operation !== null && (
          <Link href={links.operation(row.operation.id)} className="inline-flex gap-2 hover:underline">
            {kindTitle(row.operation.kind)} <OperationStatus state={row.operation.state} />
          </Link>
        )}
      </Td>
    </TableRow>
  );
}
