import type { AuditRow } from "../../lib/queries/audit.ts";
import { links } from "../links.ts";
import { Link } from "../ui/link.tsx";
import { elideMiddle } from "../ui/quantities.ts";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { dataFacts } from "./audit-data.model.ts";

/** Entries of the trail: when, who, what, about what, and the facts that were kept. */
export function AuditTable({ rows }: { readonly rows: readonly AuditRow[] }) {
  return (
    <Table label="Audit trail">
      <TableHead>
        <Th>When</Th>
        <Th>Who</Th>
        <Th>What</Th>
        <Th>About</Th>
        <Th>Tenant</Th>
        <Th>Facts</Th>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.id}>
            <Td className="align-top">
              <Time at={row.at} precision="second" />
            </Td>
            <Td className="align-top whitespace-nowrap">{row.actorName}</Td>
            <Td className="align-top whitespace-nowrap">
              <Link href={links.audit({ action: row.action })} className="link">
                <code>{row.action}</code>
              </Link>
            </Td>
            <Td className="align-top whitespace-nowrap">
              <Subject row={row} />
            </Td>
            <Td className="align-top whitespace-nowrap">
              {row.tenantKey !== null && (
                <Link href={links.audit({ platform: row.platform, tenant: row.tenantKey })} className="link">
                  <span title={row.tenantKey}>{elideMiddle(row.tenantKey)}</span>
                </Link>
              )}
            </Td>
            <Td className="max-w-xl align-top break-words text-ink-soft">
              {dataFacts(row.data).join(" · ")}
            </Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

/** What has a page of its own. */
const PAGES: Readonly<Record<string, ((id: string) => string) | undefined>> = {
  operation: links.operation,
  bundle: links.bundle,
  comparison: links.comparison,
};

/** What has a page leads to it, an operation to its story too; the rest is named. */
function Subject({ row }: { readonly row: AuditRow }) {
  const id = <code title={row.subjectId}>{elideMiddle(row.subjectId)}</code>;
  const page = PAGES[row.subjectType];
  return (
    <>
      {row.subjectType}{" "}
      {page === undefined ? (
        id
      ) : (
        <Link href={page(row.subjectId)} className="link">
          {id}
        </Link>
      )}
      {row.operationId !== null && (
        <>
          {" · "}
          <Link href={links.audit({ operation: row.operationId })} className="link">
            story
          </Link>
        </>
      )}
    </>
  );
}
