import type { OperationListRow } from "../../lib/queries/operations.ts";
import { links } from "../links.ts";
import { Link } from "../ui/link.tsx";
import { Meter } from "../ui/meter.tsx";
import { Duration } from "../ui/quantity.tsx";
import { Status } from "../ui/status.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { Age, Time } from "../ui/time.tsx";
import { kindTitle } from "./operation-state.model.ts";
import { OperationStatus } from "./operation-status.tsx";

export interface OperationTableProps {
  readonly rows: readonly OperationListRow[];
  /** Whether there is more than one platform to tell apart. */
  readonly platforms: boolean;
}

export function OperationTable({ rows, platforms }: OperationTableProps) {
  return (
    <Table label="Operations">
      <TableHead>
        <Th>Operation</Th>
        <Th>State</Th>
        <Th>Database</Th>
        <Th>Asked by</Th>
        <Th>Reason</Th>
        <Th numeric>Asked</Th>
        <Th numeric>Ran for</Th>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <Operation key={row.id} row={row} platforms={platforms} />
        ))}
      </TableBody>
    </Table>
  );
}

function Operation({ row, platforms }: { readonly row: OperationListRow; readonly platforms: boolean }) {
  const name = row.tenantSlug ?? row.tenantKey;
  return (
    <TableRow>
      <Td>
        <Link href={links.operation(row.id)} className="link font-medium whitespace-nowrap">
          {kindTitle(row.kind)} {name}
        </Link>
      </Td>
      <Td>
        <span className="flex flex-wrap items-center gap-x-2">
          <OperationStatus state={row.state} />
          {row.glassBroken && <Status tone="bad">glass broken</Status>}
          {row.byException && <Status tone="warn">by exception</Status>}
          <Share row={row} />
        </span>
      </Td>
      <Td className="whitespace-nowrap">{platforms ? `${row.platform} · ${row.database}` : row.database}</Td>
      <Td className="whitespace-nowrap">
        {row.requestedBy}
        {row.mine && <span className="text-ink-soft"> (you)</span>}
      </Td>
      <Td className="max-w-80 truncate text-ink-soft" title={row.reason ?? undefined}>
        {row.reason}
      </Td>
      <Td numeric>
        <Time at={row.createdAt} />
      </Td>
      <Td numeric>
        <RanFor row={row} />
      </Td>
    </TableRow>
  );
}

function Share({ row: { state, progress } }: { readonly row: OperationListRow }) {
  if (state !== "running" || progress?.totalRows == null) return null;
  return (
    <span className="w-16">
      <Meter label={progress.phase} value={progress.rows} of={progress.totalRows} />
    </span>
  );
}

function RanFor({ row: { state, startedAt, endedAt } }: { readonly row: OperationListRow }) {
  if (startedAt === null) {
    const before = ["planned", "in_review", "approved", "queued"].includes(state);
    return <span className="text-ink-soft">{before ? "not yet" : "did not run"}</span>;
  }
  if (endedAt === null) {
    return (
      <>
        since <Age at={startedAt} />
      </>
    );
  }
  return <Duration seconds={(endedAt.getTime() - startedAt.getTime()) / 1000} />;
}
